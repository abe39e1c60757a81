package executorscaler.plan;

import java.time.Instant;

/**
 * What the planner answers.
 *
 * @param memory what to remember until the next tick
 * @param until before this time the same would be decided from the same values and this memory, provided that nothing is ordered that has not been seen yet
 */
public record Decision(Plan plan, Memory memory, Instant until) {}
