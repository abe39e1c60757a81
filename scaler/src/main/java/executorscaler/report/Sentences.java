package executorscaler.report;

import executorscaler.act.Outcome;
import executorscaler.loop.Role;
import executorscaler.plan.Action;
import executorscaler.plan.Price;
import executorscaler.plan.Reason;
import executorscaler.snapshot.Author;
import executorscaler.snapshot.Missing.Source;
import executorscaler.snapshot.Notice;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Locale;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The one place where an action, a reason or an outcome becomes an English sentence: log, page, events and command line all say the same. */
public final class Sentences {
    private static final int LONGEST_QUOTE = 90;
    private static final int LONGEST_NAME = 55; // a node of EC2 has 40, a pod of a Deployment about as much
    private static final int LONGEST = 200; // of a whole sentence
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

    private Sentences() {}

    /** What is done, in the imperative: {@code scale production-platform/executor from 0 to 50}. */
    public static String of(Action action) {
        return of(action, Cut.SHORT);
    }

    /** The same with nothing left out, however long it is. */
    static String whole(Action action) {
        return of(action, Cut.NONE);
    }

    private static String of(Action action, Cut cut) {
        return switch (action) {
            case Action.ScaleExecutor a ->
                "scale " + cut.brief(a.namespace() + "/" + a.deployment()) + " from " + a.expected() + " to " + a.replicas();
            case Action.SetDeletionCost a -> a.lowers()
                    ? "mark pod " + cut.brief(a.namespace() + "/" + a.pod()) + " as the first to go"
                    : "let pod " + cut.brief(a.namespace() + "/" + a.pod()) + " stay";
            case Action.RaiseCapacity a -> "raise pool " + cut.brief(a.pool()) + " from " + a.expected() + " to " + count(a.desired(), "node");
            case Action.SuspendTerminate a -> "hold the group of pool " + cut.brief(a.pool()) + " from ending instances";
            case Action.CancelLaunches a ->
                "take back what pool " + cut.brief(a.pool()) + " could not launch: from " + a.expected() + " to " + count(a.desired(), "node");
            case Action.ResumeTerminate a -> "let the group of pool " + cut.brief(a.pool()) + " end instances again";
            case Action.Protect a -> "protect " + count(a.instances().size(), "instance") + " of pool " + cut.brief(a.pool()) + " from scale-in";
            case Action.Unprotect a ->
                "take scale-in protection off " + count(a.instances().size(), "instance") + " of pool " + cut.brief(a.pool());
            case Action.MarkNode a -> "note on node " + cut.brief(a.node()) + " that it is " + cut.brief(a.instanceId());
            case Action.DeleteNode a -> "delete Node " + cut.brief(a.node()) + ", whose instance " + cut.brief(a.instanceId()) + " is gone";
            case Action.Announce a -> switch (a.door()) {
                case CLOSE -> "close node " + cut.brief(a.node()) + " and note on it why";
                case OPEN -> "open node " + cut.brief(a.node()) + " and note on it that nothing came";
                case LEAVE -> "note on node " + cut.brief(a.node()) + " what AWS announced";
            };
            case Action.Acknowledge a -> "delete notice " + cut.brief(a.message());
            case Action.ExtendHook a -> "let lifecycle hook " + cut.brief(a.hook()) + " wait on for " + cut.brief(a.instanceId());
            case Action.CompleteHook a ->
                "let lifecycle hook " + cut.brief(a.hook()) + " go on with " + cut.brief(a.instanceId()) + ", whose node is empty";
            case Action.Cordon a -> "cordon node " + cut.brief(a.node());
            case Action.Uncordon a -> "uncordon node " + cut.brief(a.node());
            case Action.Evict a -> "evict pod " + cut.brief(a.namespace() + "/" + a.pod()) + " from " + cut.brief(a.node());
            case Action.Nominate a -> "nominate node " + cut.brief(a.node()) + " for pod " + cut.brief(a.namespace() + "/" + a.pod());
            case Action.Terminate a -> "end node " + cut.brief(a.node()) + " (" + a.instanceId() + ") of pool " + cut.brief(a.pool());
            case Action.TerminateUnjoined a -> "end instance " + a.instanceId() + " of pool " + cut.brief(a.pool()) + ", whose node never came";
        };
    }

    /** What this process is: {@code this process follows scaler-a_4e1f and writes nothing}. */
    public static String of(Role role) {
        return switch (role) {
            case Role.Alone r -> "no leader election, this process writes as if it were the only one: " + r.why();
            case Role.Leader r -> "this process leads since " + at(r.since());
            case Role.Follower r when !r.trouble().isEmpty() -> "this process does not lead and writes nothing: " + r.trouble();
            case Role.Follower r when r.leader().isEmpty() -> "this process does not lead and writes nothing; nobody leads";
            case Role.Follower r -> "this process follows " + r.leader() + " and writes nothing";
        };
    }

    /** Why: {@code 100 jobs (100 waiting, 0 due, 0 running) at 2 a pod need 50 pods}. */
    public static String of(Reason reason) {
        return of(reason, Cut.SHORT);
    }

    /** The same with nothing left out, however long it is. */
    static String whole(Reason reason) {
        return of(reason, Cut.NONE);
    }

    private static String of(Reason reason, Cut cut) {
        return switch (reason) {
            case Reason.QueueNeeds r -> queueNeeds(r);
            case Reason.NoWorkLeft r -> "no work since " + at(r.since()) + ", so the minimum of " + r.min() + " is enough";
            case Reason.SurplusNotStarted r ->
                "only " + count(r.wanted(), "pod") + " needed; the surplus has no node yet and cannot be running a job ("
                        + r.assigned() + " already have one)";
            case Reason.SurplusIdle r -> "only " + count(r.wanted(), "pod") + " needed and " + r.busy() + " may be running jobs; "
                    + (r.going() == 1 ? "the one that goes says that it runs none" : "the " + r.going() + " that go say that they run none");
            case Reason.ForcedByHand r -> "an annotation of the Deployment says " + count(r.replicas(), "replica");
            case Reason.WorkersDrain r -> "only " + count(r.wanted(), "pod") + " needed; those that go have " + r.longestJobSeconds()
                    + " s or more to end their jobs";
            case Reason.StaysAfterAll r -> r.jobs() > 0 ? "it runs " + count(r.jobs(), "job") + " by now" : "it does not go: it is needed, or busy";
            case Reason.PodsDoNotFit r -> podsDoNotFit(r, cut);
            case Reason.BelowMinSize r -> "the pool's minimum is " + count(r.min(), "node");
            case Reason.CameAfterAll r -> count(r.instances(), "instance") + (r.instances() == 1 ? " is" : " are") + " there and " + r.desired()
                    + " desired: those came after all";
            case Reason.LoweredByOthers r -> "somebody has lowered desired capacity to " + r.desired() + ", and " + r.kept()
                    + " are protected: they go one by one when they are idle";
            case Reason.LaunchesNotNeeded r -> count(r.nodes(), "node") + (r.nodes() == 1 ? " was" : " were")
                    + " ordered and could not be launched; no pod waits for " + (r.nodes() == 1 ? "it" : "them") + " any more";
            case Reason.HeldLongEnough r -> "held since " + at(r.since()) + ": what is there is what is desired, and nothing more can come";
            case Reason.DemandReturned r ->
                count(r.pods(), "pod") + (r.pods() == 1 ? " needs" : " need") + " room again, and this node is already here";
            case Reason.PlannedThere r -> "the node is coming up in pool " + cut.brief(r.pool()) + ", and the plan counts on it for this pod";
            case Reason.NodeIdle r -> "nothing has run on the node since " + at(r.since());
            case Reason.NodeUnderused r ->
                "used only " + r.percent() + " % since " + at(r.since()) + ", and its " + count(r.pods(), "pod") + " fit elsewhere";
            case Reason.DevicesMissing r -> "the node has no " + cut.brief(String.join(", ", r.missing())) + ", more than " + r.provisionSeconds()
                    + " s after its launch at " + at(r.launchedAt());
            case Reason.NodeUnready r -> "the node is not ready since " + at(r.since()) + ", and nothing is on it";
            case Reason.DrainsNode r -> "its node " + cut.brief(r.node()) + " is being emptied";
            case Reason.AwsAnnounced r -> "at " + at(r.at()) + " AWS announced " + name(r.kind()) + until(r.until());
            case Reason.NothingCameOfIt r -> "AWS announced " + name(r.kind()) + " at " + at(r.at()) + ", and nothing came of it";
            case Reason.LeavesWithoutJobs r ->
                "AWS takes node " + cut.brief(r.node()) + ", and the pod runs no job or ends those that it has when it is told to stop";
            case Reason.TimeRunsOut r -> "AWS takes its node at " + at(r.end()) + ", and its grace period is " + r.graceSeconds() + " s";
            case Reason.PodsAreLeaving r -> count(r.pods(), "pod") + (r.pods() == 1 ? " is" : " are") + " on the node still";
            case Reason.NoticeSettled r -> noticeSettled(r, cut);
            case Reason.CordonedAndEmpty r -> "closed by us at " + at(r.since()) + " and found empty afterwards";
            case Reason.ExecutorLanded r -> "pod " + cut.brief(r.pod()) + " arrived before the node was closed and may be running a job";
            case Reason.DrainTimedOut r -> "closed at " + at(r.since()) + " and still not empty: pod " + cut.brief(r.pod()) + " stays";
            case Reason.NeverJoined r ->
                "instance " + cut.brief(r.instanceId()) + " was launched at " + at(r.launchedAt()) + " and its node did not come within "
                        + r.maxProvisionSeconds() + " s";
            case Reason.MayRunJobs r -> count(r.nodes(), "node") + (r.nodes() == 1 ? " holds" : " hold")
                    + " pods that may be running jobs, and the group could choose " + (r.nodes() == 1 ? "it" : "them");
            case Reason.ClosedWithoutJobs r ->
                count(r.nodes(), "node") + (r.nodes() == 1 ? " was" : " were") + " closed by us and " + (r.nodes() == 1 ? "holds" : "hold")
                        + " no executor";
            case Reason.IsInstance r -> "the node is instance " + cut.brief(r.instanceId()) + " of pool " + cut.brief(r.pool())
                    + ", and nothing else says so once that is gone";
            case Reason.InstanceGone r ->
                "no group lists its instance " + cut.brief(r.instanceId()) + " any more, and the node is not ready since " + at(r.unreadySince());
            case Reason.StillProtected r -> "scale-in protection is taken off " + cut.brief(r.instanceId()) + " first";
            case Reason.SourceMissing r ->
                name(r.source()) + about(cut, r.subject()) + " cannot be read since " + at(r.since()) + ": " + cut.quote(r.error());
            case Reason.ReadingIncomplete r -> "a part of the queue could not be read (" + cut.quote(r.unread()) + "): it may raise, never lower";
            case Reason.ReadingNotTrusted r ->
                "Redis is new to us or restarted at " + at(r.since()) + ": its numbers lower nothing for " + r.trustSeconds()
                        + " s";
            case Reason.JobsInFlight r -> r.running() + " running and " + count(r.waiting(), "waiting job") + " may be in any of the "
                    + count(r.started(), "started pod") + ", so none may go (" + r.wanted() + " needed)";
            case Reason.Stabilizing r ->
                "less work since " + at(r.since()) + "; replicas fall to " + r.wanted() + " after " + r.windowSeconds() + " s of it";
            case Reason.AtMaxReplicas r -> "the jobs need " + count(r.wanted(), "pod") + ", maxReplicas is " + r.max()
                    + ": the rest waits for its turn";
            case Reason.PodsBusy r -> "only " + count(r.wanted(), "pod") + " needed, and " + r.busy() + " may be running jobs";
            case Reason.UnadmittedJobs r -> count(r.running(), "job") + (r.running() == 1 ? " runs" : " run") + " and pods admit to " + r.admitted()
                    + ": any pod may be running the others";
            case Reason.BusyUnread r ->
                count(r.pods(), "pod") + (r.pods() == 1 ? " counts" : " count") + " as busy, such as " + cut.brief(r.example())
                        + ": " + cut.quote(r.said());
            case Reason.BusyPodWouldGo r -> "pod " + cut.brief(r.pod()) + " may be running a job and is not " + (r.ready() ? "running" : "ready")
                    + ", so it would go before idle ones";
            case Reason.DeletionCostByOthers r -> count(r.pods(), "pod") + " such as " + cut.brief(r.example())
                    + (r.pods() == 1 ? " has" : " have") + " a deletion cost that somebody else wrote (" + r.cost() + "), which stays";
            case Reason.PausedByHand r -> pausedByHand(r, cut);
            case Reason.ForcedOutOfBounds r -> "an annotation of the Deployment says " + count(r.replicas(), "replica") + ", and the config allows "
                    + r.min() + " to " + r.max();
            case Reason.AtPace r -> count(r.maxPodsPerMinute(), "pod") + (r.maxPodsPerMinute() == 1 ? " has" : " have")
                    + " gone within a minute, which is what may; the next from " + at(r.until()) + " on";
            case Reason.NotRolledOut _ -> "a rollout is under way, or pods are being made or deleted: who would go is not certain";
            case Reason.GraceTooShort r ->
                "pod " + cut.brief(r.pod()) + " would be killed " + r.graceSeconds() + " s after it is told to stop, and a job takes up to "
                        + r.longestJobSeconds() + " s";
            case Reason.AwaitingDeployment r -> r.pods() == 0
                    ? "still at the placeholder image " + cut.brief(r.image()) + ": not deployed yet"
                    : "no pod of the newest template can pull image " + cut.brief(r.image()) + " (" + count(r.pods(), "pod")
                            + " tried): not deployed yet";
            case Reason.RollingOut r ->
                "executor " + cut.brief(r.executor()) + " is rolling out, " + r.updated() + " of " + count(r.replicas(), "pod")
                        + " done, up to " + r.surge() + " more and " + r.unavailable() + " fewer at a time";
            case Reason.RolloutPaused r -> "its rollout is paused by hand, " + r.updated() + " of " + count(r.replicas(), "pod") + " done";
            case Reason.RolloutBlocked r -> "its rollout " + (r.stuck() ? "is past its deadline and holds nothing back" : "cannot go on") + ", "
                    + r.updated() + " of " + count(r.replicas(), "pod") + " done: " + cut.quote(r.because());
            case Reason.ScaledByOthers r -> author(cut, r.manager(), r.scale()) + " writes its replicas, too"
                    + (r.since().equals(Instant.EPOCH) ? "" : ", last at " + at(r.since()));
            case Reason.PutBack r -> cut.brief(r.manager()) + " had written " + count(r.seen(), "replica") + " over them, and the jobs need "
                    + count(r.wanted(), "pod");
            case Reason.YieldsToOthers r -> cut.brief(r.manager()) + " insists on " + count(r.seen(), "replica") + ", the jobs need " + r.wanted()
                    + "; not put back before " + at(r.until());
            case Reason.LeftToOthers r -> cut.brief(r.manager()) + " has written " + count(r.seen(), "replica") + ", the jobs need " + r.wanted()
                    + "; left until " + at(r.until());
            case Reason.DeploymentNotFound r -> "there is no Deployment " + cut.brief(r.path());
            case Reason.PoolAtMax r ->
                "pool " + cut.brief(r.pool()) + " is at its maximum of " + count(r.max(), "node") + "; " + count(r.pods(), "pod")
                        + " without room";
            case Reason.NoPoolFits r -> "no pool fits " + count(r.pods(), "pod") + " such as " + cut.brief(r.example()) + ": "
                    + cut.quote(String.join("; ", r.because()));
            case Reason.MayHaveToWait r -> "there is room for " + count(r.pods(), "pod") + " that the scheduler may give to other pods first";
            case Reason.NoRoomNow r ->
                count(r.pods(), "pod") + " such as " + cut.brief(r.example()) + (r.pods() == 1 ? " waits" : " wait") + " for room: "
                        + cut.quote(String.join("; ", r.because()));
            case Reason.FitUnknown r -> "nobody knows whether a pool takes " + count(r.pods(), "pod") + " such as " + cut.brief(r.example()) + ": "
                    + cut.quote(String.join("; ", r.because()));
            case Reason.NodesComing r -> nodesComing(r, cut);
            case Reason.NotModelled r ->
                "not modelled: " + cut.brief(String.join(", ", r.rules())) + "; the scheduler says: " + cut.quote(r.scheduler());
            case Reason.NotReadyToSchedule r ->
                count(r.pods(), "pod") + (r.pods() == 1 ? " buys" : " buy") + " no node yet: " + cut.quote(String.join("; ", r.waitsFor()));
            case Reason.BelowPriorityCutoff r -> count(r.pods(), "pod") + " of priority " + r.priority() + (r.pods() == 1 ? " buys" : " buy")
                    + " no node: priorityCutoff is " + r.cutoff();
            case Reason.AtMinSize r -> "the pool is at its minimum of " + count(r.min(), "node");
            case Reason.IdleSince r -> "idle since " + at(r.since()) + ", given back after " + r.idleSeconds() + " s";
            case Reason.NodeYoung r -> "made at " + at(r.createdAt()) + ", not given back within " + r.minNodeLifetimeSeconds() + " s";
            case Reason.JobsComingDue r -> count(r.jobs(), "delayed job") + " of " + cut.brief(r.executor()) + (r.jobs() == 1 ? " comes" : " come")
                    + " due within " + r.withinSeconds() + " s, and " + count(r.pods(), "pod") + " for " + (r.jobs() == 1 ? "it" : "them")
                    + (r.pods() == 1 ? " needs" : " need") + " this node";
            case Reason.RoomForBase r ->
                "room for " + count(r.pods(), "pod") + " of " + cut.brief(r.executor()) + " that " + (r.pods() == 1 ? "is" : "are")
                        + " elsewhere now, by its onDemandBase";
            case Reason.OnDemandBaseNotMet r -> "on-demand room for " + r.there() + " of " + count(r.wanted(), "pod") + " by onDemandBase: "
                    + cut.quote(String.join("; ", r.because()));
            case Reason.NodeStays r -> "the node stays: " + cut.quote(r.because());
            case Reason.UnreadySince r -> "not ready since " + at(r.since()) + ", given back after " + r.unreadySeconds() + " s";
            case Reason.UnreadyWithPods r -> "not ready since " + at(r.since()) + ", and its kubelet may still run " + count(r.pods(), "pod")
                    + " such as " + cut.quote(String.join(", ", r.examples()));
            case Reason.JobsUntil r -> "AWS takes the node, and " + count(r.pods(), "pod") + " may be running jobs: "
                    + (r.end().equals(Instant.MAX) ? "they have the time that they need" : "until " + at(r.end()) + " they have what time there is");
            case Reason.NoticeNotDurable r -> "notice of " + name(r.kind()) + " for " + cut.brief(r.instanceId()) + ": not on its node yet";
            case Reason.CordonedByOthers _ -> "cordoned by somebody else, so it is theirs";
            case Reason.NotSeenYet r -> "a node of the pool was " + (r.closed() ? "closed" : "opened") + " at " + at(r.at())
                    + ", and the API server's watch has not shown it yet";
            case Reason.CordonSettling r -> "closed at " + at(r.since()) + "; looked at again after " + r.settleSeconds() + " s";
            case Reason.BudgetExhausted r -> "disruption budget " + cut.brief(r.budget()) + " allows no eviction now";
            case Reason.PodCannotMove r -> "pod " + cut.brief(r.pod()) + " cannot move: " + cut.quote(r.because());
            case Reason.PodsHomeless r ->
                count(r.pods(), "pod") + (r.pods() == 1 ? " still needs" : " still need") + " a node, so nothing is taken away";
            case Reason.GroupTrouble r -> cut.quote(r.trouble());
            case Reason.LaunchFailed r -> launchFailed(r, cut);
            case Reason.CapacityNotComing r -> count(r.instances(), "node") + " ordered at " + at(r.since())
                    + (r.instances() == 1 ? " has" : " have") + " not come in time and no longer " + (r.instances() == 1 ? "counts" : "count");
            case Reason.MappingIncomplete r -> "node " + cut.brief(r.node()) + " matches no instance, so that " + cut.brief(r.instanceId())
                    + " never joined would be a guess";
            case Reason.PlanRejected r -> "the safety check (" + cut.brief(r.rule()) + ") removed the step: " + cut.quote(r.finding());
        };
    }

    /** What came of it: {@code done}, {@code not done: the world had moved on (saw 12)}. */
    public static String of(Outcome outcome) {
        return of(outcome, Cut.SHORT);
    }

    /** The same with nothing left out, however long it is. */
    static String whole(Outcome outcome) {
        return of(outcome, Cut.NONE);
    }

    private static String of(Outcome outcome, Cut cut) {
        return switch (outcome) {
            case Outcome.Done _ -> "done";
            case Outcome.Stale o -> "not done, the world had moved on: saw " + cut.quote(o.saw());
            case Outcome.Refused o -> "refused by " + cut.quote(o.by());
            case Outcome.Failed o -> "failed: " + cut.quote(o.error());
        };
    }

    /** A source as people call it. */
    public static String name(Source source) {
        return switch (source) {
            case REDIS -> "Redis";
            case KUBERNETES -> "Kubernetes";
            case AWS -> "AWS";
            case NOTICES -> "The queue of notices";
        };
    }

    /** The time of day in UTC. */
    public static String at(Instant time) {
        return TIME.format(time);
    }

    /** {@code 1 node}, {@code 2 nodes}. */
    public static String count(long number, String noun) {
        return count(number, noun, noun + "s");
    }

    private static String count(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }

    private static String podsDoNotFit(Reason.PodsDoNotFit r, Cut cut) {
        var bought = count(r.pods(), "pod") + " (" + r.coming() + " coming, " + r.pending() + " pending) "
                + (r.pods() == 1 ? "does not fit on what there is and needs " : "do not fit on what there is and need ")
                + count(r.nodes(), "more node", "more nodes") + " at "
                + dollars(r.price()) + (r.warm() == 0 ? "" : ", " + r.warm() + " from the warm pool")
                + (r.turns() == 0 ? "" : ", " + r.turns() + " for zones' turns")
                + (r.ofBase() == 0 ? "" : "; " + r.ofBase() + " for onDemandBase");
        return r.fallbackFor().isEmpty() ? bought : cut.sentence(bought + "; as fallback of " + r.fallbackFor() + ": " + r.because());
    }

    private static String nodesComing(Reason.NodesComing r, Cut cut) {
        var expected = "; expected by " + at(r.by());
        if (!r.node().isEmpty())
            return "node " + cut.brief(r.node()) + " of pool " + cut.brief(r.pool()) + " is promised to it, on its way since " + at(r.since())
                    + expected;
        var nodes = new ArrayList<String>();
        if (r.opened() > 0) nodes.add(count(r.opened(), "node") + " opened again");
        if (r.coming() > 0) nodes.add(count(r.coming(), "node") + " on " + (r.coming() == 1 ? "its" : "their") + " way since " + at(r.since()));
        if (r.ordered() > 0) nodes.add(count(r.ordered(), "node") + " ordered by this plan");
        return cut.sentence((r.sole() ? "it waits" : "it or pods like it wait") + " for pool " + cut.brief(r.pool()) + ": "
                + String.join(", ", nodes) + (r.coming() + r.ordered() == 0 ? "" : expected));
    }

    private static String queueNeeds(Reason.QueueNeeds r) {
        var jobs = r.waiting() + r.due() + r.running();
        var bound = r.wanted() == r.max() && jobs > r.wanted() * r.jobsPerPod()
                ? ", the maximum"
                : r.wanted() == r.min() && jobs == 0 ? ", the minimum" : "";
        return count(jobs, "job") + " (" + r.waiting() + " waiting, " + r.due() + " due, " + r.running() + " running) at " + r.jobsPerPod()
                + " a pod "
                + (jobs == 1 ? "needs " : "need ") + count(r.wanted(), "pod") + bound;
    }

    private static String pausedByHand(Reason.PausedByHand r, Cut cut) {
        if (!r.trouble().isEmpty()) return "an annotation of the Deployment is not understood and holds: " + cut.quote(r.trouble());
        var what = switch (r.kind()) {
            case HOLD -> "stays as it is";
            case HOLD_IN -> "is not lowered";
            case HOLD_OUT -> "is not raised";
            case NONE, FORCE -> "is told by hand";
        };
        return "by an annotation of the Deployment it " + what + "; " + count(r.wanted(), "pod") + " wanted";
    }

    private static String author(Cut cut, String manager, boolean scale) {
        if (scale && manager.equals(Author.HORIZONTAL_POD_AUTOSCALER)) return "a HorizontalPodAutoscaler (" + manager + ")";
        if (scale && manager.startsWith("kubectl")) return "somebody (" + cut.brief(manager) + " scale)";
        return (scale ? "another autoscaler (" : "a deploy (") + cut.brief(manager) + ")";
    }

    /** An announcement as people call it. */
    public static String name(Notice.Kind kind) {
        return switch (kind) {
            case INTERRUPTION -> "a spot interruption";
            case REBALANCE -> "a rebalance recommendation";
            case TERMINATING -> "a lifecycle hook";
            case MAINTENANCE -> "maintenance";
            case GONE -> "the end of an instance";
            case OTHER -> "something else";
        };
    }

    private static String until(Instant time) {
        return time.equals(Instant.MAX) ? "" : " (" + at(time) + ")";
    }

    private static String noticeSettled(Reason.NoticeSettled r, Cut cut) {
        var what = name(r.kind()) + about(cut, r.about());
        return switch (r.settled()) {
            case ON_ITS_NODE -> what + " is noted on the node";
            case TOO_OLD -> what + " should long have happened";
            case ENDED -> what + ": the instance is on its way out already";
            case NOTHING_TO_DO -> what + ": nothing follows but a look";
            case FOREIGN -> what + " is not ours: " + cut.quote(r.trouble());
            case UNREADABLE -> "a message that is not understood: " + cut.quote(r.trouble());
            case UNKNOWN_INSTANCE -> what + ": no group of ours has this instance";
        };
    }

    private static String about(Cut cut, String subject) {
        return subject.isEmpty() ? "" : " (" + cut.brief(subject) + ")";
    }

    /**
     * How much of other people's words is told.
     *
     * @param sentence most characters of all
     */
    private record Cut(int quote, int name, int sentence) {
        static final Cut SHORT = new Cut(LONGEST_QUOTE, LONGEST_NAME, LONGEST);
        static final Cut NONE = new Cut(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

        String quote(String text) {
            return clipped(text, quote);
        }

        String brief(String text) {
            return clipped(text, name);
        }

        String sentence(String text) {
            return clipped(text, sentence);
        }
    }

    /** Other people's text, short and on one line. */
    static String quote(String text) {
        return Cut.SHORT.quote(text);
    }

    /** The same, however long it is. */
    static String line(String text) {
        return Cut.NONE.quote(text);
    }

    private static String clipped(String text, int longest) {
        var line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= longest ? line : line.substring(0, longest - 1) + "…";
    }

    private static String dollars(Price price) {
        var hourly = new DecimalFormat("$0.00##", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(price.hourly()) + " an hour";
        return switch (price.source()) {
            case CONFIG -> hourly;
            case SPOT_HISTORY -> hourly + " (spot)";
            case ESTIMATE -> hourly + " (estimated)";
        };
    }

    private static String launchFailed(Reason.LaunchFailed failed, Cut cut) {
        var what = switch (failed.cause()) {
            case NO_CAPACITY -> "AWS has no capacity for it now";
            case QUOTA -> "a quota of the account forbids more";
            case TEMPLATE -> "its launch template cannot be launched";
            case OTHER -> "AWS could not launch";
        };
        return what + " (" + cut.quote(failed.message()) + "); other pools are asked, and this one again at " + at(failed.until());
    }
}
