package executorscaler.plan;

import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Notice;
import executorscaler.snapshot.Pause;
import executorscaler.snapshot.Pool;
import java.time.Instant;
import java.util.List;

/** Why something is done, or is not. A closed set of facts: log lines, metrics, the page and {@code plan} are all rendered from these. */
public sealed interface Reason {

    // Why something is done.

    /** replicas = ceil((waiting + due + running) / jobsPerPod) within min and max. */
    record QueueNeeds(long waiting, long due, long running, int jobsPerPod, long wanted, int min, int max) implements Reason {}

    /** No work for the whole window, and nothing that could still be running. */
    record NoWorkLeft(Instant since, int min) implements Reason {}

    /** Fewer jobs than pods, and the surplus pods have no node yet, so that none of them can be running a job. */
    record SurplusNotStarted(long wanted, int assigned) implements Reason {}

    /**
     * Fewer jobs than pods, and pods that say that they run none.
     *
     * @param busy pods that may be running jobs, all of which stay
     * @param going idle pods that are to go
     */
    record SurplusIdle(long wanted, int busy, int going) implements Reason {}

    /** A person has written on the Deployment how many pods there shall be. */
    record ForcedByHand(int replicas) implements Reason {}

    /** Fewer jobs than pods, and whichever pods go end their jobs first: their grace period is long enough for the longest. */
    record WorkersDrain(long wanted, int longestJobSeconds) implements Reason {}

    /** A pod that was to go first stays: it runs so many jobs by now, or it is needed again. */
    record StaysAfterAll(long jobs) implements Reason {}

    /**
     * Pods without a home. Nodes for zones' turns stay empty: a group launches where it has the fewest, and these pods may only be elsewhere.
     *
     * @param coming are not made yet
     * @param pending are waiting for a node
     * @param price of one node
     * @param warm of the nodes, how many wait in the group's warm pool
     * @param ofBase of the pods, for how many the nodes must be on demand ({@code onDemandBase})
     * @param turns of the nodes, how many are expected to stay empty: zones take turns, and theirs come before the one that the pods may be in
     * @param fallbackFor a pool that takes such pods and cannot give, whose fallback this one is in the config; empty: none
     * @param because why that one cannot give
     */
    record PodsDoNotFit(int pods, int coming, int pending, int nodes, Price price, int warm, int ofBase, int turns, String fallbackFor,
            String because)
            implements
                Reason {

        /** Of nodes that are all launched anew, for pods that may be anywhere. */
        public PodsDoNotFit(int pods, int coming, int pending, int nodes, Price price) {
            this(pods, coming, pending, nodes, price, 0, 0);
        }

        /** Of nodes that are all filled, and stand in for none of another pool. */
        public PodsDoNotFit(int pods, int coming, int pending, int nodes, Price price, int warm, int ofBase) {
            this(pods, coming, pending, nodes, price, warm, ofBase, 0, "", "");
        }
    }

    /** The pool has fewer nodes than its minimum. */
    record BelowMinSize(int min) implements Reason {}

    /** More instances are there than are desired: those came when their launches were being taken back. */
    record CameAfterAll(int instances, int desired) implements Reason {}

    /** Somebody has lowered desired capacity, and so many units are on instances that are protected from scale-in: they are desired again, and go when they are idle. */
    record LoweredByOthers(int kept, int desired) implements Reason {}

    /** Nodes that are ordered and not launched, for which no pod waits any more. */
    record LaunchesNotNeeded(int nodes) implements Reason {}

    /** The group has been held for long enough that no launch can still be on its way unseen. */
    record HeldLongEnough(Instant since) implements Reason {}

    /** A node that we are closing is needed after all: cheaper and quicker than a new one. */
    record DemandReturned(int pods) implements Reason {}

    /** The node is coming up, and the plan counts on it for this pod. */
    record PlannedThere(String pool) implements Reason {}

    /** Nothing but residents has been on the node since then. */
    record NodeIdle(Instant since) implements Reason {}

    /** The node has not been ready since then, and nothing but residents is on it. */
    record NodeUnready(Instant since) implements Reason {}

    /** The node is ready and has not got all devices that its machine should bring, though its time to become complete is over. */
    record DevicesMissing(List<String> missing, Instant launchedAt, int provisionSeconds) implements Reason {}

    /** The node is hardly used, of a node with devices those, and its pods fit elsewhere. */
    record NodeUnderused(Instant since, int percent, int pods) implements Reason {}

    /** The pod has to leave a node that we closed. */
    record DrainsNode(String node) implements Reason {}

    /** AWS has said that it takes the node's instance, or may; {@code until} as in {@link executorscaler.snapshot.Announced}. */
    record AwsAnnounced(Notice.Kind kind, Instant at, Instant until) implements Reason {}

    /** AWS should have taken the node's instance by now, and has not. */
    record NothingCameOfIt(Notice.Kind kind, Instant at) implements Reason {}

    /** The pod runs no job, or ends its jobs when it is told to stop, and AWS takes its node. */
    record LeavesWithoutJobs(String node) implements Reason {}

    /** AWS takes the pod's node then: it has its grace period left, and little more. */
    record TimeRunsOut(Instant end, int graceSeconds) implements Reason {}

    /** Pods are on a node that AWS waits with. */
    record PodsAreLeaving(int pods) implements Reason {}

    /**
     * A notice is done with.
     *
     * @param about an instance of it, empty: none
     * @param trouble why it is nothing that we act on, empty: it was
     */
    record NoticeSettled(Settled settled, Notice.Kind kind, String about, String trouble) implements Reason {}

    /** What became of a notice; the first of these says most. */
    enum Settled {
        /** The node's annotation keeps it. */
        ON_ITS_NODE,
        /** What it said should long have happened. */
        TOO_OLD,
        /** The instance is on its way out and has no node any more. */
        ENDED,
        /** Nothing follows from it but a look. */
        NOTHING_TO_DO,
        /** It is of another account or region. */
        FOREIGN,
        /** It is no message that we understand. */
        UNREADABLE,
        /** No group of ours has the instance. */
        UNKNOWN_INSTANCE
    }

    /** Closed by us then, and found empty afterwards. */
    record CordonedAndEmpty(Instant since) implements Reason {}

    /** A pod that may be running a job arrived before the door closed. */
    record ExecutorLanded(String pod) implements Reason {}

    /** The node did not become empty in time. */
    record DrainTimedOut(Instant since, String pod) implements Reason {}

    /** Pods that may be running jobs are on so many nodes that their group might choose as victims. */
    record MayRunJobs(int nodes) implements Reason {}

    /** So many nodes were closed by us, and hold no executor: what is about to end needs no protection. */
    record ClosedWithoutJobs(int nodes) implements Reason {}

    /** The node is this instance; nothing else would say so once it is gone. */
    record IsInstance(String instanceId, String pool) implements Reason {}

    /** No group lists the instance any more, its node is not ready since then, and nobody removes it. */
    record InstanceGone(String instanceId, Instant unreadySince) implements Reason {}

    /** The instance runs, but its node did not come within the pool's time. */
    record NeverJoined(String instanceId, Instant launchedAt, int maxProvisionSeconds) implements Reason {}

    // Why something is held back.

    /** A source that this depends on cannot be read. */
    record SourceMissing(Missing.Source source, String subject, Instant since, String error) implements Reason {}

    /** A part of the reading is missing: it may raise, never lower. */
    record ReadingIncomplete(String unread) implements Reason {}

    /** Redis is new to us or restarted: its zero is believed only after a while. */
    record ReadingNotTrusted(Instant since, int trustSeconds) implements Reason {}

    /** Jobs are in flight or about to be taken, and the queue does not say by which pods: none of the started ones may go. */
    record JobsInFlight(long waiting, long running, int started, long wanted) implements Reason {}

    /** Fewer jobs than pods, but all pods that are not needed run some. */
    record PodsBusy(int busy, long wanted) implements Reason {}

    /** More jobs run than pods admit to, so that any pod may be running one. */
    record UnadmittedJobs(long running, long admitted) implements Reason {}

    /** What is said of these pods is no number of jobs: they count as busy. */
    record BusyUnread(int pods, String example, String said) implements Reason {}

    /** The pod may be running a job, and would go before idle ones: it is not running or not ready, and only after that a ReplicaSet goes by costs. */
    record BusyPodWouldGo(String pod, boolean ready) implements Reason {}

    /** Somebody else has said in which order these pods should go: their costs are left as they are. */
    record DeletionCostByOthers(int pods, String example, int cost) implements Reason {}

    /** A rollout is under way, or pods are being made or deleted: it is not one ReplicaSet alone that decides which pods go. */
    record NotRolledOut() implements Reason {}

    /** The pod would be cut off before its job could end. */
    record GraceTooShort(String pod, int graceSeconds, int longestJobSeconds) implements Reason {}

    /** A person has written on the Deployment that it stays as it is, or is never raised, or never lowered; or something that cannot be understood. */
    record PausedByHand(Pause.Kind kind, long wanted, String trouble) implements Reason {}

    /** A person has written on the Deployment how many pods there shall be, outside the bounds of the config. */
    record ForcedOutOfBounds(int replicas, int min, int max) implements Reason {}

    /** As many pods as may go within a minute have gone. */
    record AtPace(int maxPodsPerMinute, Instant until) implements Reason {}

    /** Less work than pods, but not for long enough. */
    record Stabilizing(Instant since, int windowSeconds, long wanted) implements Reason {}

    /** More work than the configured maximum of pods is for. */
    record AtMaxReplicas(int max, long wanted) implements Reason {}

    /**
     * Still at the placeholder image, or no pod of the newest template can pull its image: nothing to scale until it is deployed.
     *
     * @param pods that could not pull it; 0: it is the placeholder
     */
    record AwaitingDeployment(String image, int pods) implements Reason {

        /** At the placeholder image. */
        public AwaitingDeployment(String image) {
            this(image, 0);
        }
    }

    /**
     * Pods of an executor are being replaced, {@code surge} of them at a time before others go and {@code unavailable} after: nothing shrinks that they may need.
     *
     * @param updated pods of the newest template, of {@code replicas}
     */
    record RollingOut(String executor, int updated, int replicas, int surge, int unavailable) implements Reason {}

    /** A person has stopped the rollout in the middle. */
    record RolloutPaused(int updated, int replicas) implements Reason {}

    /**
     * The rollout does not get on.
     *
     * @param stuck whether its deadline is over: then nothing is kept for it any more
     * @param because the one cause that is known
     */
    record RolloutBlocked(int updated, int replicas, boolean stuck, String because) implements Reason {}

    /**
     * Somebody else writes replicas of the Deployment, too.
     *
     * @param manager the name under which they write
     * @param scale whether they do so through the scale subresource, as autoscalers do
     * @param since when we saw them write; {@link Instant#EPOCH}: before we looked for the first time
     */
    record ScaledByOthers(String manager, boolean scale, Instant since) implements Reason {}

    /** Somebody else has written that many replicas over what the jobs need: they are put back to what they were. */
    record PutBack(String manager, int seen, int replicas, long wanted) implements Reason {}

    /** Somebody else insists on that many replicas: not put back again before then. */
    record YieldsToOthers(String manager, int seen, long wanted, Instant until) implements Reason {}

    /** Somebody else has written that many replicas, more than the jobs need: left until then. */
    record LeftToOthers(String manager, int seen, long wanted, Instant until) implements Reason {}

    /** The config names a Deployment that is not there. */
    record DeploymentNotFound(String path) implements Reason {}

    /** More pods than nodes may be bought for. */
    record PoolAtMax(String pool, int max, int pods) implements Reason {}

    /** No pool's nodes are for these pods, however many there were; one line a pool says everything that is in the way. */
    record NoPoolFits(int pods, String example, List<String> because) implements Reason {
        public NoPoolFits {
            because = List.copyOf(because);
        }
    }

    /**
     * Pods that a pool could take, but not now: it is at its maximum, its capacity does not come, or rules about other pods keep them out; one line a pool says
     * which.
     *
     * @param full names of those of the pools that are at their maximum, joined by {@code or}; empty: none is
     */
    record NoRoomNow(int pods, String example, String full, List<String> because) implements Reason {
        public NoRoomNow {
            because = List.copyOf(because);
        }
    }

    /**
     * Nobody knows whether a pool takes these pods: none that was read does, and one that might cannot be read; one line a pool says what is known.
     *
     * @param unread names of the pools that might, joined by {@code or}
     */
    record FitUnknown(int pods, String example, String unread, List<String> because) implements Reason {
        public FitUnknown {
            because = List.copyOf(because);
        }
    }

    /**
     * The pod waits for nodes that the plan counts on for it, and that cannot take it yet. Told to those who ask about the pod; no plan holds it.
     *
     * @param node that is promised to it; empty: whichever of the pool
     * @param sole whether all pods that are like it wait for these nodes; else some of them do
     * @param opened how many nodes that we had closed this plan opens again
     * @param coming how many are on their way
     * @param ordered how many this plan orders
     * @param since when the first of those on their way was ordered or launched
     * @param by when the last of all is expected
     */
    record NodesComing(String pool, String node, boolean sole, int opened, int coming, int ordered, Instant since, Instant by) implements Reason {}

    /** There is room, but the scheduler may give it to other pods first; then the next tick finds them another. */
    record MayHaveToWait(int pods) implements Reason {}

    /** The scheduler finds no node, and the pod has rules that the planner does not know: what it orders for the pod may not be what the pod needs. */
    record NotModelled(List<String> rules, String scheduler) implements Reason {
        public NotModelled {
            rules = List.copyOf(rules);
        }
    }

    /** Wherever nodes are, the scheduler will not look for one yet: a claim is not bound, say. */
    record NotReadyToSchedule(int pods, List<String> waitsFor) implements Reason {
        public NotReadyToSchedule {
            waitsFor = List.copyOf(waitsFor);
        }
    }

    /** Pods of so low a priority wait for room that others leave. */
    record BelowPriorityCutoff(int pods, int priority, int cutoff) implements Reason {}

    /** The pool should be at its minimum or above. */
    record AtMinSize(int min) implements Reason {}

    /** The node has not been idle for long enough. */
    record IdleSince(Instant since, int idleSeconds) implements Reason {}

    /** The node was made a short while ago: whoever needed it may need it again, and a node that goes so soon was booted in vain. */
    record NodeYoung(Instant createdAt, int minNodeLifetimeSeconds) implements Reason {}

    /**
     * Delayed jobs come due within that time, and pods for them will need this node: given back now, it would have to be bought again.
     *
     * @param jobs that come due and are not due yet
     * @param pods for them that go on this node
     */
    record JobsComingDue(String executor, long jobs, int pods, int withinSeconds) implements Reason {}

    /** So many pods of the executor are elsewhere, where AWS may take them back, and its {@code onDemandBase} asks for room like this. */
    record RoomForBase(String executor, int pods) implements Reason {}

    /**
     * There is less room on nodes that AWS cannot take back than the executor's floor asks for; its pods are on others, or get others now.
     *
     * @param wanted for how many pods there should be: {@code onDemandBase}, or all pods where these are fewer
     * @param there for how many there is, with nodes that come
     */
    record OnDemandBaseNotMet(int wanted, int there, List<String> because) implements Reason {
        public OnDemandBaseNotMet {
            because = List.copyOf(because);
        }
    }

    /** The node itself says that it shall not be taken away. */
    record NodeStays(String because) implements Reason {}

    /** The node is not ready, but not for long enough. */
    record UnreadySince(Instant since, int unreadySeconds) implements Reason {}

    /**
     * The node is not ready, and pods are on it: its kubelet may be alive, and run them.
     *
     * @param examples paths of some of them
     */
    record UnreadyWithPods(Instant since, int pods, List<String> examples) implements Reason {
        public UnreadyWithPods {
            examples = List.copyOf(examples);
        }
    }

    /**
     * AWS takes the node, and pods on it may be running jobs: they stay as long as they can.
     *
     * @param end when AWS takes it; {@link Instant#MAX}: when they are done
     */
    record JobsUntil(int pods, Instant end) implements Reason {}

    /** What a notice says is not on its node yet: the message stays in the queue. */
    record NoticeNotDurable(Notice.Kind kind, String instanceId) implements Reason {}

    /** Somebody else closed the node. */
    record CordonedByOthers() implements Reason {}

    /** What we did to a node of the pool does not show yet: until then nobody can say how many of its nodes are open. */
    record NotSeenYet(boolean closed, Instant at) implements Reason {}

    /** The door was closed a moment ago: look again before acting. */
    record CordonSettling(Instant since, int settleSeconds) implements Reason {}

    /** Its instance's protection from scale-in is taken off before it is ended. */
    record StillProtected(String instanceId) implements Reason {}

    /** The pod may not be evicted now. */
    record BudgetExhausted(String budget) implements Reason {}

    /** The pod cannot be moved: it says so itself, nothing would make it again, its data would be lost, or there is no room for it. */
    record PodCannotMove(String pod, String because) implements Reason {
        static final String NO_ROOM = "no other node that stays has room for it";
    }

    /** Something else still needs a home, so nothing is taken away. */
    record PodsHomeless(int pods) implements Reason {}

    /**
     * AWS could not make a launch: the pool is left alone until then, and others are asked.
     *
     * @param waiting nodes that are ordered and not launched
     * @param zone that it was about, empty: not said
     * @param type instance type that it was about, empty: not said
     */
    record LaunchFailed(Pool.LaunchFailure.Cause cause, int waiting, String zone, String type, String message, Instant until) implements Reason {}

    /** Something about the pool's group is not as the config, its tags or its own words say; what it is, in a sentence. */
    record GroupTrouble(String trouble) implements Reason {}

    /** Capacity was ordered and has not come within the pool's time; it no longer counts as on its way. */
    record CapacityNotComing(int instances, Instant since) implements Reason {}

    /** A node of this cluster matches no instance, so that "never joined" would be a guess (rule S8). */
    record MappingIncomplete(String instanceId, String node) implements Reason {}

    /** The independent check found the plan wrong and removed the step, and every step that takes something away. */
    record PlanRejected(String rule, String finding) implements Reason {}
}
