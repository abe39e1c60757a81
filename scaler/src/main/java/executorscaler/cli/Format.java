package executorscaler.cli;

import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How a command writes what it found out. */
enum Format {
    /** For people. */
    TABLE,
    /** For programs. */
    JSON,
    /** The same as YAML. */
    YAML;

    private static final Map<String, Format> WORDS = Map.of("table", TABLE, "text", TABLE, "json", JSON, "yaml", YAML);

    /** Reads the option. */
    static final class Reader implements ITypeConverter<Format> {
        @Override
        public Format convert(String written) {
            return Optional.ofNullable(WORDS.get(written))
                    .orElseThrow(() -> new TypeConversionException("must be table, json or yaml, was " + written));
        }
    }

    /** The format that a command line asks for, as well as can be told of one that is wrong: errors are written in it. */
    static Format of(String... arguments) {
        return IntStream.range(0, arguments.length).mapToObj(i -> written(arguments, i)).map(WORDS::get).filter(java.util.Objects::nonNull)
                .findFirst()
                .orElse(TABLE);
    }

    private static String written(String[] arguments, int i) {
        var argument = arguments[i];
        if (argument.equals("-o") || argument.equals("--output")) return i + 1 < arguments.length ? arguments[i + 1] : "";
        if (argument.startsWith("--output=")) return argument.substring("--output=".length());
        return argument.startsWith("-o") ? argument.substring("-o".length()).replaceFirst("^=", "") : "";
    }

    /** A JSON text in this format; {@link #TABLE} has none. */
    String of(String json) {
        return switch (this) {
            case TABLE, JSON -> json.stripTrailing();
            // Every JSON text is YAML.
            case YAML -> new Dump(DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setSplitLines(false).build())
                    .dumpToString(new Load(LoadSettings.builder().build()).loadFromString(json)).stripTrailing();
        };
    }
}
