package executorscaler.report;

import executorscaler.plan.Prospects.Prospect;
import executorscaler.report.Explanation.Next;
import executorscaler.report.Explanation.Row;
import java.util.List;

/**
 * What somebody who asks about a subject wants to know.
 *
 * @param subject in full, e.g. {@code pod/namespace/name}
 * @param scope subjects of what the answer may lie with, the nearest first
 * @param holds whether it waits for something, or could be given back
 * @param state how it is, in words that go on with {@code because}
 * @param rows the chain from the job to the pool
 * @param course what happens if nothing holds it up
 * @param prospects of pods that wait, one of each kind: what the planner counts on for them
 */
record Question(String subject, List<String> scope, Outlook.Holds holds, String state, List<Row> rows, Next course, List<PodProspect> prospects) {

    /** @param pod as a subject, {@code pod/namespace/name} */
    record PodProspect(String pod, Prospect prospect) {}

    Question {
        scope = List.copyOf(scope);
        rows = List.copyOf(rows);
        prospects = List.copyOf(prospects);
    }

    /** About something that waits for no node. */
    Question(String subject, List<String> scope, Outlook.Holds holds, String state, List<Row> rows, Next course) {
        this(subject, scope, holds, state, rows, course, List.of());
    }
}
