package executorscaler.plan;

/** What the planner answers: the plan, and what to remember until the next tick. */
public record Decision(Plan plan, Memory memory) {}
