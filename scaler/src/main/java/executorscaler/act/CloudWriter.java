package executorscaler.act;

import executorscaler.plan.Action;

/** The cloud, as far as we write it. Implementations make one attempt and never throw for expected trouble. */
public interface CloudWriter {

    /** Looks at the group once more and raises desired capacity only where it still is what the plan saw (S2, S16). */
    Outcome raise(Action.RaiseCapacity action);

    /** Says by a tag that the group is held by us, then suspends its process Terminate; Stale where somebody else suspended it (S2). */
    Outcome suspendTerminate(Action.SuspendTerminate action);

    /** Looks at the group once more and lowers desired capacity only where we hold it, nothing is pending, and the number is what is there (S2). */
    Outcome cancelLaunches(Action.CancelLaunches action);

    /** Looks at the group once more and resumes its process Terminate only where it would end nothing; then takes the tag away (S2). */
    Outcome resumeTerminate(Action.ResumeTerminate action);

    /** Looks at the group once more and protects those of the instances that are in service and not protected; nothing of a group that protects all. */
    Outcome protect(Action.Protect action);

    /** Looks at the group once more and takes protection off those that have it; nothing of a group that protects all. */
    Outcome unprotect(Action.Unprotect action);

    /** Asks for the instance: Done when it has ended for good (S8, S17). */
    Outcome confirmGone(Action.DeleteNode action);

    /** Sends the heartbeat of a lifecycle hook; Done as well where the group waits no more. */
    Outcome extendHook(Action.ExtendHook action);

    /** Looks at the instance once more and completes its lifecycle hook with CONTINUE only while the group still waits for it. */
    Outcome completeHook(Action.CompleteHook action);

    /** Looks at the instance once more and ends it with decrement only while the group still lists it in service (S16). */
    Outcome terminate(String group, String instanceId);
}
