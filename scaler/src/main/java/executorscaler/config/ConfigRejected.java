package executorscaler.config;

import java.util.List;
import java.util.stream.Collectors;

/** There is no config to start with. */
public final class ConfigRejected extends Exception {

    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    /** @param problems all of them */
    public ConfigRejected(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** Everything that is wrong. */
    public List<Problem> problems() {
        return problems;
    }
}
