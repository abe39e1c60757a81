package executorscaler.act;

import executorscaler.plan.Plan;
import java.time.Duration;

/** A step of the plan and what came of it. */
public record Performed(Plan.Step step, Outcome outcome, Duration took) {}
