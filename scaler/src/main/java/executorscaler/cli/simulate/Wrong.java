package executorscaler.cli.simulate;

import java.util.List;

/** What was asked for cannot be simulated; one problem a line. */
public final class Wrong extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    /** With at least one problem. */
    public Wrong(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    Wrong(String problem) {
        this(List.of(problem));
    }

    /** All of them. */
    public List<String> problems() {
        return problems;
    }
}
