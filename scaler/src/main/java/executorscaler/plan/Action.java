package executorscaler.plan;

import executorscaler.snapshot.Announced;
import java.time.Instant;
import java.util.List;

/** One idempotent step. It names what the planner saw ({@code expected}, {@code uid}); the adapter answers Stale when the world has moved on. */
public sealed interface Action {

    /** What the step is about, as {@code kind/name}: the same words in log, page, metrics and {@code why}. */
    String subject();

    /**
     * Writes {@code replicas} through the scale subresource.
     *
     * @param sparesStarted whether the number may only be written while no more pods than that have a node: the planner counted them in a cache, and a pod that
     *        has started since may be running a job, so the adapter counts them once more, live (rules S3, S17)
     * @param victims uids of the pods that alone may go for it: the adapter finds out live which the controller would choose; none: whichever it likes
     */
    record ScaleExecutor(String executor, String namespace, String deployment, String uid, int expected, int replicas,
            boolean sparesStarted, List<String> victims) implements Action {

        public ScaleExecutor {
            victims = List.copyOf(victims);
        }

        /** A write for which it does not matter which pods go. */
        public ScaleExecutor(String executor, String namespace, String deployment, String uid, int expected, int replicas, boolean sparesStarted) {
            this(executor, namespace, deployment, uid, expected, replicas, sparesStarted, List.of());
        }

        /** A write for which it does not matter how many pods have a node. */
        public ScaleExecutor(String executor, String namespace, String deployment, String uid, int expected, int replicas) {
            this(executor, namespace, deployment, uid, expected, replicas, false);
        }

        @Override
        public String subject() {
            return "executor/" + executor;
        }
    }

    /**
     * Writes a pod's deletion cost, by which its ReplicaSet chooses among pods that are ready.
     *
     * @param expected the cost that the planner saw; any other is somebody else's and stays
     * @param cost {@link #FIRST}, or 0 to take the annotation off
     */
    record SetDeletionCost(String executor, String namespace, String pod, String uid, int expected, int cost) implements Action {

        /** The cost of a pod that is to go first: what we wrote is known by it. */
        public static final int FIRST = -1000;

        @Override
        public String subject() {
            return "pod/" + namespace + "/" + pod;
        }
    }

    /** Sets the group's desired capacity, upwards only. */
    record RaiseCapacity(String pool, String group, int expected, int desired) implements Action {
        @Override
        public String subject() {
            return "pool/" + pool;
        }
    }

    /** Closes a node for new pods and notes on it that we did, and when. */
    record Cordon(String node, String uid) implements Action {
        @Override
        public String subject() {
            return "node/" + node;
        }
    }

    /** Opens a node that we closed. */
    record Uncordon(String node, String uid) implements Action {
        @Override
        public String subject() {
            return "node/" + node;
        }
    }

    /** Asks the eviction API to move a pod off a node that we closed. */
    record Evict(String namespace, String pod, String uid, String node) implements Action {
        @Override
        public String subject() {
            return "pod/" + namespace + "/" + pod;
        }
    }

    /**
     * Tells the scheduler which node the plan counts on for a pod: {@code status.nominatedNodeName}, which it tries before all others and keeps room on.
     *
     * @param expected the node that was nominated before; empty: none
     */
    record Nominate(String namespace, String pod, String uid, String expected, String node) implements Action {
        @Override
        public String subject() {
            return "pod/" + namespace + "/" + pod;
        }
    }

    /** Ends the instance of a node that we closed and that is empty, and lowers desired capacity by that one. */
    record Terminate(String node, String uid, String pool, String group, String instanceId) implements Action {
        @Override
        public String subject() {
            return "node/" + node;
        }
    }

    /** Ends an instance whose node never came, and lowers desired capacity by that one. The addresses are what a node of it would show. */
    record TerminateUnjoined(String pool, String group, String instanceId, String privateIp, String privateDns) implements Action {
        @Override
        public String subject() {
            return "instance/" + instanceId;
        }
    }

    /**
     * Holds the group from ending instances of its own choice, so that a number can hit nobody: suspends its process {@code Terminate}, after a tag has said that
     * it was us, and when.
     *
     * @param since what the tag says
     */
    record SuspendTerminate(String pool, String group, Instant since) implements Action {
        @Override
        public String subject() {
            return "pool/" + pool;
        }
    }

    /** Lowers desired capacity of a group that we hold to what is there: launches that AWS could not make are ordered no more. */
    record CancelLaunches(String pool, String group, int expected, int desired) implements Action {
        @Override
        public String subject() {
            return "pool/" + pool;
        }
    }

    /** Lets a group that we held end instances again, where it would end none. */
    record ResumeTerminate(String pool, String group) implements Action {
        @Override
        public String subject() {
            return "pool/" + pool;
        }
    }

    /**
     * Keeps the group from choosing these instances as victims: EC2's scale-in protection (API_SetInstanceProtection).
     *
     * @param instances sorted ids, at most {@link #MOST}
     */
    record Protect(String pool, String group, List<String> instances) implements Action {

        /** Instances in one call. */
        public static final int MOST = 50;

        public Protect {
            instances = List.copyOf(instances);
        }

        @Override
        public String subject() {
            return "pool/" + pool;
        }
    }

    /** Takes that protection off instances that are about to be ended; sorted ids, at most {@link Protect#MOST}. */
    record Unprotect(String pool, String group, List<String> instances) implements Action {

        public Unprotect {
            instances = List.copyOf(instances);
        }

        @Override
        public String subject() {
            return "pool/" + pool;
        }
    }

    /** Writes on a node which instance it is, so that it can be told when that is gone. */
    record MarkNode(String node, String uid, String instanceId) implements Action {
        @Override
        public String subject() {
            return "node/" + node;
        }
    }

    /** Deletes the Node object of an instance that is gone, where nobody else does. */
    record DeleteNode(String node, String uid, String instanceId) implements Action {
        @Override
        public String subject() {
            return "node/" + node;
        }
    }

    /**
     * Writes on a node what AWS has announced about its instance, in the place of what was there, and closes or opens the node accordingly. A node that others
     * closed is written on and stays theirs.
     *
     * @param announced what is in force; empty: nothing any more
     */
    record Announce(String node, String uid, List<Announced> announced, Door door) implements Action {

        /** What becomes of the node's door. */
        public enum Door {
            /** Closed, and we are noted as who did it. */
            CLOSE,
            /** Open, if we closed it. */
            OPEN,
            /** As it is. */
            LEAVE
        }

        public Announce {
            announced = List.copyOf(announced);
        }

        @Override
        public String subject() {
            return "node/" + node;
        }
    }

    /** Deletes a message of the queue of notices. */
    record Acknowledge(String message) implements Action {
        @Override
        public String subject() {
            return "notice/" + message;
        }
    }

    /** Tells the group that the lifecycle hook of an instance has to wait on: jobs run there. */
    record ExtendHook(String pool, String group, String hook, String instanceId) implements Action {
        @Override
        public String subject() {
            return "instance/" + instanceId;
        }
    }

    /** Tells the group that the lifecycle hook of an instance need not wait any more: its node, which we closed, is empty. */
    record CompleteHook(String node, String uid, String pool, String group, String hook, String instanceId) implements Action {

        /** What the group does next: the same has to be true of the node as if we ended it. */
        public Terminate ending() {
            return new Terminate(node, uid, pool, group, instanceId);
        }

        @Override
        public String subject() {
            return "instance/" + instanceId;
        }
    }

    /** Whether the step takes something away (or begins to): such steps need certainty, growth does not. */
    default boolean lowers() {
        return switch (this) {
            case ScaleExecutor scale -> scale.replicas() < scale.expected();
            case SetDeletionCost set -> set.cost() < 0;
            case RaiseCapacity _,Uncordon _,Nominate _,ResumeTerminate _,Protect _,MarkNode _ -> false;
            case Announce _,Acknowledge _,ExtendHook _ -> false; // it is AWS that takes something away, and we say where
            case CompleteHook _,Cordon _,Evict _,Terminate _,TerminateUnjoined _,SuspendTerminate _,CancelLaunches _,Unprotect _,DeleteNode _ -> true;
        };
    }
}
