package executorscaler.act;

import executorscaler.plan.Action;

/** The cloud, as far as we write it. Implementations make one attempt and never throw for expected trouble. */
public interface CloudWriter {

    /** Looks at the group once more and raises desired capacity only where it still is what the plan saw (S2, S16). */
    Outcome raise(Action.RaiseCapacity action);

    /** Looks at the instance once more and ends it with decrement only while the group still lists it in service (S16). */
    Outcome terminate(String group, String instanceId);
}
