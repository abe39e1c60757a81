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

    /** Of the nodes that plans bought; without those that the plan meant to be empty, and those whose pods went to devices that no taint keeps from them. */
    double emptyPercent() {
        return percent(verdicts.stream().mapToInt(verdict -> Math.max(0, verdict.empty() - verdict.forTurns() - verdict.besideDevices())).sum(),
                sum(Verdict::bought));
    }

    /** Pods that wait when the next ticks have bought what they would, and of which the plan does not say why no node would help. */
    int left() {
        return sum(Verdict::left);
    }

    @Override
    public String toString() {
        return """
                %d seeds, %d pods, %d of them counted by the plans, %d that may wait
                  judged differently       %d seeds
                  counted, left pending    %d pods (%.2f %%), the next tick buys %d nodes, then %d are left; seeds %s
                  nodes bought             %d, left empty %d: %d for zones' turns, %d as pods went to devices that no taint keeps from them, the rest %.2f %%; seeds %s"""
                .formatted(verdicts.size(), sum(Verdict::pods),
                        sum(Verdict::counted), sum(Verdict::mayWait),
                        verdicts.stream().filter(verdict -> !verdict.disagreements().isEmpty()).count(), sum(Verdict::fragmented), pendingPercent(),
                        verdicts.stream().filter(verdict -> verdict.fragmented() > 0).mapToInt(Verdict::more).sum(), left(),
                        seeds(Verdict::fragmented),
                        sum(Verdict::bought), sum(Verdict::empty), sum(Verdict::forTurns), sum(Verdict::besideDevices), emptyPercent(),
                        seeds(Verdict::empty));
    }

    private String seeds(ToIntFunction<Verdict> number) {
        return verdicts.stream().filter(verdict -> number.applyAsInt(verdict) > 0)
                .map(verdict -> verdict.cluster().seed() + " (" + number.applyAsInt(verdict) + ")").collect(Collectors.joining(" "));
    }

    private int sum(ToIntFunction<Verdict> number) {
        return verdicts.stream().mapToInt(number).sum();
    }

    private static double percent(int part, int whole) {
        return whole == 0 ? 0 : 100.0 * part / whole;
    }
}
