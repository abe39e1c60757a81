package executorscaler.act;

import executorscaler.plan.Action;

/** The cluster, as far as we write it. Implementations make one attempt, never throw for expected trouble, and never argue. */
public interface ClusterWriter {

    /** Finds out live whether only such pods can go as the action allows, and writes the number only where it still is what the plan saw (S3, S17). */
    Outcome scale(Action.ScaleExecutor action);

    /** Writes the annotation only on that pod and only over the value that the plan saw. */
    Outcome setDeletionCost(Action.SetDeletionCost action);

    Outcome cordon(Action.Cordon action);

    Outcome uncordon(Action.Uncordon action);

    /** Writes the annotation and opens or closes the node in one write, only on that node; a node that others closed stays closed (S6). */
    Outcome announce(Action.Announce action);

    Outcome evict(Action.Evict action);

    Outcome nominate(Action.Nominate action);

    /** Writes on the node which instance it is. */
    Outcome mark(Action.MarkNode action);

    /** Reads the node live and deletes it only where it is still that node, marked as that instance, and not ready (S17). */
    Outcome deleteNode(Action.DeleteNode action);

    /** Reads node and pods live, from a quorum and not from a cache: Done when the node is still closed by us and holds residents only (S4, S17). */
    Outcome confirmEmpty(Action.Terminate action);

    /** Reads the nodes live: Done when no node belongs to the instance, by provider id or address (S8, S17). */
    Outcome confirmUnjoined(Action.TerminateUnjoined action);
}
