package executorscaler.report;

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
 */
record Question(String subject, List<String> scope, Outlook.Holds holds, String state, List<Row> rows, Next course) {

    Question {
        scope = List.copyOf(scope);
        rows = List.copyOf(rows);
    }
}
