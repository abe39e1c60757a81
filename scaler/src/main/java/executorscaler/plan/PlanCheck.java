package executorscaler.plan;

/** placeholder, being written */
public final class PlanCheck {
    private PlanCheck() {}

    /**
     * A step that breaks a safety rule.
     *
     * @param rule e.g. {@code S2}
     * @param step the offending step
     * @param finding what is wrong, with the values
     */
    public record Finding(String rule, Plan.Step step, String finding) {}
}
