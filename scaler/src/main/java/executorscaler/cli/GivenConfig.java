package executorscaler.cli;

import executorscaler.config.Config;
import executorscaler.config.ConfigFile;
import executorscaler.config.ConfigReader;
import executorscaler.config.ConfigRejected;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The config that a command was given. */
final class GivenConfig {

    private GivenConfig() {}

    /** It cannot be read or is none. */
    static final class Rejected extends Exception {
        private static final long serialVersionUID = 1;

        private final transient List<String> problems;

        private Rejected(Path file, ConfigRejected rejected) {
            super(rejected);
            problems = rejected.problems().stream().map(Object::toString)
                    // That the file is not there is said with its name already: the running service has no command line to look at.
                    .map(problem -> problem.startsWith(file + " ") ? problem : file + ": " + problem).toList();
        }

        /** All of them, {@code file: problem}. */
        List<String> problems() {
            return problems;
        }
    }

    /** For a command that goes to Redis, or says how. */
    static Config read(Path file) throws Rejected {
        return open(file, System.getenv()).current().config();
    }

    /** For a command that asks nothing of a Redis: a config without its URL is good enough. */
    static Config withoutRedis(Path file) throws Rejected {
        var environment = System.getenv(ConfigReader.REDIS_URL) == null ? Map.of(ConfigReader.REDIS_URL, "redis://nobody:6379/0") : System.getenv();
        return open(file, environment).current().config();
    }

    /** For the service, which looks at the file again and again. */
    static ConfigFile open(Path file) throws Rejected {
        return open(file, System.getenv());
    }

    private static ConfigFile open(Path file, Map<String, String> environment) throws Rejected {
        try {
            return ConfigFile.open(file, environment, InstantSource.system());
        } catch (ConfigRejected rejected) {
            throw new Rejected(file, rejected);
        }
    }
}
