package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.plan.Reason;
import executorscaler.report.Outlook.Holds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** docs/reasons.md is made of the reasons as they are: what each says, how much it matters, when it ends and what to do. */
@Tag("unit")
class ReasonsDocumentTest {

    private static final Path DOCUMENT = Path.of("../docs/reasons.md");
    private static final Path SOURCE = Path.of("src/main/java/executorscaler/plan/Reason.java");
    private static final Pattern RECORD = Pattern.compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s*record (\\w+)\\(", Pattern.DOTALL);
    private static final Pattern TABLE = Pattern.compile("<!-- reasons: (\\w+) -->\n(?:\n\\|.*?\n)?(?=\n(?!\\|))", Pattern.DOTALL);

    /** {@code -Dcli.docs=write} writes the tables anew; read them before they are committed. */
    @Test
    void theDocumentHasEveryReasonWithWhatFollowsFromIt() throws IOException, ReflectiveOperationException {
        var rows = rows();
        var document = Files.readString(DOCUMENT);
        var expected = TABLE.matcher(document).replaceAll(table -> Matcher.quoteReplacement("<!-- reasons: " + table.group(1) + " -->\n\n"
                + "| reason | says | weight | ends | to do |\n|---|---|---|---|---|\n"
                + String.join("", Objects.requireNonNull(rows.remove(Holds.valueOf(table.group(1).toUpperCase(Locale.ROOT))), table.group(1)))));
        assertThat(rows).as("without a table").isEmpty();
        if (System.getProperty("cli.docs", "").equals("write")) Files.writeString(DOCUMENT, expected);
        assertThat(Files.readString(DOCUMENT)).isEqualTo(expected);
    }

    private static Map<Holds, List<String>> rows() throws IOException, ReflectiveOperationException {
        var said = said();
        var rows = new TreeMap<Holds, List<String>>();
        for (var kind : Arrays.stream(Reason.class.getPermittedSubclasses()).sorted(Comparator.comparing(Class::getSimpleName)).toList()) {
            var name = kind.getSimpleName();
            var reason = (Reason) SentencesTest.example(kind, "NAME");
            var outlook = Outlook.of(reason);
            var row = "| `" + name + "` | " + Objects.requireNonNull(said.get(name), name) + " | " + Weight.of(reason).name().toLowerCase(Locale.ROOT)
                    + " | " + general(outlook.ends()) + " | " + (outlook.advice().isEmpty() ? "–" : general(outlook.advice())) + " |\n";
            rows.computeIfAbsent(outlook.holds(), _ -> new ArrayList<>()).add(row);
        }
        return rows;
    }

    /** The first sentences of the records' comments, by name. */
    private static Map<String, String> said() throws IOException {
        var said = new TreeMap<String, String>();
        RECORD.matcher(Files.readString(SOURCE)).results().forEach(found -> {
            var words = found.group(1).replaceAll("(?s)@param.*", "").replaceAll("\n\\s*\\* ?", " ").replaceAll("\\{@code ([^}]*)}", "`$1`")
                    .replaceAll("\\{@link (?:[\\w.]*\\.)?([\\w#]+)}", "`$1`").replaceAll("\\s+", " ").strip();
            said.put(found.group(2), words.replace("|", "\\|"));
        });
        return said;
    }

    /** Without the example's own numbers. */
    private static String general(String words) {
        return words.replaceAll("\\b[0-9]+\\b", "N");
    }
}
