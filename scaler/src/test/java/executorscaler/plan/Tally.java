package executorscaler.plan;

import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** Many verdicts in numbers. */
record Tally(List<Verdict> verdicts) {

    static Tally of(List<Verdict> verdicts) {
        return new Tally(List.copyOf(verdicts));
    }

    /** Of the pods that plans counted. */
    double pendingPercent() {
        return percent(sum(Verdict::fragmented), sum(Verdict::counted));
    }

    /** Of the nodes that plans bought. */
    double emptyPercent() {
        return percent(sum(Verdict::empty), sum(Verdict::bought));
    }

    @Override
    public String toString() {
        var fragmented = verdicts.stream().filter(verdict -> verdict.fragmented() > 0).toList();
        return """
                %d seeds, %d pods, %d of them counted by the plans
                  judged differently       %d seeds
                  counted, left pending    %d pods (%.2f %%), the next tick buys %d nodes; seeds %s
                  nodes bought             %d, left empty %d (%.2f %%)""".formatted(verdicts.size(), sum(Verdict::pods), sum(Verdict::counted),
                verdicts.stream().filter(verdict -> !verdict.disagreements().isEmpty()).count(), sum(Verdict::fragmented), pendingPercent(),
                fragmented.stream().mapToInt(Verdict::more).sum(),
                fragmented.stream().map(verdict -> verdict.cluster().seed() + " (" + verdict.fragmented() + ")").collect(Collectors.joining(" ")),
                sum(Verdict::bought), sum(Verdict::empty), emptyPercent());
    }

    private int sum(ToIntFunction<Verdict> number) {
        return verdicts.stream().mapToInt(number).sum();
    }

    private static double percent(int part, int whole) {
        return whole == 0 ? 0 : 100.0 * part / whole;
    }
}
