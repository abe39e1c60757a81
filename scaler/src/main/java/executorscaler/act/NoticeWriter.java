package executorscaler.act;

import executorscaler.plan.Action;

/** The queue of notices, as far as we write it. Implementations make one attempt and never throw for expected trouble. */
@FunctionalInterface
public interface NoticeWriter {

    /** Where there is no queue. */
    NoticeWriter NOBODY = _ -> new Outcome.Refused("there is no queue of notices");

    /** Deletes the message. A failure is no harm: it comes again (S21). */
    Outcome acknowledge(Action.Acknowledge action);
}
