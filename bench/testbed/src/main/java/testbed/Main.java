package testbed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The commands of testbed.jar. */
public final class Main {
    private static final String USAGE = """
            usage: java -jar testbed.jar prepare [--require go,python]
                   java -jar testbed.jar up --dir DIR --config FILE [--boot-seconds N]
            """;

    private Main() {
    }

    public static void main(String[] args) throws Exception {
        List<String> rest = new ArrayList<>(Arrays.asList(args));
        String command = rest.isEmpty() ? "" : rest.remove(0);
        Map<String, String> options = options(rest);
        int code = options == null ? usage() : switch (command) {
            case "prepare" -> Prepare.run(options);
            case "up" -> options.containsKey("dir") && options.containsKey("config") ? Up.run(options) : usage();
            default -> usage();
        };
        System.exit(code);
    }

    private static @Nullable Map<String, String> options(List<String> args) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < args.size(); i += 2) {
            if (!args.get(i).startsWith("--") || i + 1 == args.size()) {
                return null;
            }
            options.put(args.get(i).substring(2), args.get(i + 1));
        }
        return options;
    }

    private static int usage() {
        System.err.print(USAGE);
        return 2;
    }
}
