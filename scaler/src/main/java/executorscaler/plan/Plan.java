package executorscaler.plan;

import java.util.List;

/** What to do and what was held back, each with its reason: complete and immutable. */
public record Plan(List<Step> steps, List<Held> held) {

    public Plan {
        steps = List.copyOf(steps);
        held = List.copyOf(held);
    }

    /** One action and why. */
    public record Step(Action action, Reason why) {}

    /** Something that stays as it is, and why. {@code subject} as in {@link Action#subject}. */
    public record Held(String subject, Reason why) {}
}
