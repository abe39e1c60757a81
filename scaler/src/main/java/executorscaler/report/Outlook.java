package executorscaler.report;

import executorscaler.plan.Reason;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Pool;
import java.time.Instant;
import java.util.Optional;

/**
 * What follows from a reason for somebody who waits: what it holds up, when it ends, and what a person can do about it.
 *
 * @param at when it ends or is decided anew by itself, as far as a time is known
 * @param ends what ends it, e.g. {@code when the jobs are done}
 * @param advice what to do, in the imperative; empty: nothing, it passes by itself
 */
record Outlook(Holds holds, Optional<Instant> at, String ends, String advice) {

    /** What a reason holds up. */
    enum Holds {
        /** Jobs or pods that wait. */
        WORK,
        /** Pods or nodes that could be given back. */
        RETURN,
        /** Both of these. */
        BOTH,
        /** Nothing: it says why something is done. */
        NOTHING;

        /** Whether it holds up this. */
        boolean covers(Holds other) {
            return this == other || (this == BOTH && other != NOTHING);
        }
    }

    /** The outlook of a reason as such, whatever it is about. */
    static Outlook of(Reason reason) {
        return switch (reason) {
            case Reason.QueueNeeds _ -> done("when the jobs are done");
            case Reason.NoWorkLeft _,Reason.SurplusNotStarted _,Reason.SurplusIdle _,Reason.WorkersDrain _ -> done("when jobs come again");
            case Reason.ForcedByHand _ ->
                new Outlook(Holds.NOTHING, Optional.empty(), "when the annotation is taken off",
                        "take executor-scaler/force-replicas off the Deployment when it is no longer wanted");
            case Reason.StaysAfterAll _ -> done("when it runs no job and is not needed");
            case Reason.PodsDoNotFit _,Reason.BelowMinSize _,Reason.PlannedThere _ -> done("when the nodes are ready");
            case Reason.CameAfterAll _,Reason.HeldLongEnough _ -> done("with the next look at the group");
            case Reason.LoweredByOthers _ -> done("when the protected nodes have gone, each when it is idle");
            case Reason.LaunchesNotNeeded _ -> done("when the group has been let go again");
            case Reason.DemandReturned _ -> done("when the pods run there");
            case Reason.NodeIdle _,Reason.NodeUnready _,Reason.DevicesMissing _,Reason.NodeUnderused _ ->
                done("when the node was looked at once more after it was closed");
            case Reason.DrainsNode _,Reason.LeavesWithoutJobs _,Reason.PodsAreLeaving _ -> done("when the pods have left");
            case Reason.AwsAnnounced r -> new Outlook(Holds.NOTHING, known(r.until()), "when AWS takes the instance", "");
            case Reason.NothingCameOfIt _,Reason.ClosedWithoutJobs _,Reason.IsInstance _,Reason.InstanceGone _ -> done("at once, with this step");
            case Reason.TimeRunsOut r -> new Outlook(Holds.NOTHING, known(r.end()), "when AWS takes the node", "");
            case Reason.NoticeSettled r -> new Outlook(Holds.NOTHING, Optional.empty(), "at once, with this step", settled(r));
            case Reason.CordonedAndEmpty _ -> done("when the instance has ended");
            case Reason.NeverJoined _ -> new Outlook(Holds.NOTHING, Optional.empty(), "when the instance has ended",
                    "read the instance's system log: its user data does not make it join");
            case Reason.MayRunJobs _ -> done("when the nodes hold no such pods");
            case Reason.ExecutorLanded r -> passes(Holds.RETURN, "when pod " + r.pod() + " has ended and the node is idle again");
            case Reason.DrainTimedOut r ->
                acts(Holds.RETURN, "when the node has been idle for its time again", "find out why pod " + r.pod() + " does not leave");

            case Reason.SourceMissing r when r.source() == Missing.Source.NOTICES ->
                acts(Holds.NOTHING, "when the queue of notices answers again", mend(r.source()));
            case Reason.SourceMissing r -> acts(Holds.BOTH, "when " + Sentences.name(r.source()) + " answers again", mend(r.source()));
            case Reason.ReadingIncomplete _ -> acts(Holds.RETURN, "when the whole queue can be read", "look at the type of that key in Redis");
            case Reason.ReadingNotTrusted r -> timed(Holds.RETURN, r.since().plusSeconds(r.trustSeconds()), "when its numbers have stood so long");
            case Reason.JobsInFlight _ -> acts(Holds.RETURN, "when the jobs are done",
                    "let workers say which pods are busy (executors[].busy), if idle ones should go earlier");
            case Reason.PodsBusy _ -> passes(Holds.RETURN, "when one of them has no job");
            case Reason.UnadmittedJobs _ ->
                acts(Holds.RETURN, "when pods admit to all jobs that run", "look for a worker that does not say that it is busy");
            case Reason.BusyUnread r ->
                acts(Holds.RETURN, "when all of them say a number of jobs", "mend what the worker of pod " + r.example() + " writes");
            case Reason.BusyPodWouldGo r -> passes(Holds.RETURN, "when pod " + r.pod() + " is ready, or has ended");
            case Reason.DeletionCostByOthers _ -> acts(Holds.RETURN, "when nobody else writes deletion costs",
                    "find who writes controller.kubernetes.io/pod-deletion-cost on these pods");
            case Reason.PausedByHand r -> paused(r);
            case Reason.ForcedOutOfBounds r -> acts(Holds.BOTH, "when the annotation is within the bounds",
                    "write a number from " + r.min() + " to " + r.max() + ", or change minReplicas and maxReplicas");
            case Reason.NotRolledOut _ -> passes(Holds.RETURN, "when all pods of the Deployment are there");
            case Reason.GraceTooShort r -> acts(Holds.RETURN, "when all pods have that time",
                    "raise terminationGracePeriodSeconds to " + r.longestJobSeconds() + " at least");
            case Reason.AwaitingDeployment r when r.pods() == 0 ->
                acts(Holds.WORK, "when a real image is deployed", "deploy the executor");
            case Reason.AwaitingDeployment r ->
                acts(Holds.WORK, "when a pod can pull the image", "mend the name of image " + r.image() + ", or its pull secret");
            case Reason.RollingOut _ -> passes(Holds.RETURN, "when the rollout is complete");
            case Reason.RolloutPaused _ -> acts(Holds.BOTH, "when the rollout goes on", "kubectl rollout resume, when it may go on");
            case Reason.RolloutBlocked _ -> acts(Holds.WORK, "when its cause is mended", "mend the cause, or kubectl rollout undo");
            case Reason.ScaledByOthers r ->
                acts(Holds.BOTH, "when only one of them writes", "let " + r.manager() + " leave the executor's replicas alone");
            case Reason.PutBack _ -> new Outlook(Holds.NOTHING, Optional.empty(), "at once, with this step",
                    "leave replicas out of what is deployed");
            case Reason.YieldsToOthers r ->
                new Outlook(Holds.BOTH, known(r.until()), "when they are put back", "let " + r.manager() + " leave the executor's replicas alone");
            case Reason.LeftToOthers r -> timed(Holds.RETURN, r.until(), "when what they wrote has stood so long");
            case Reason.DeploymentNotFound r ->
                acts(Holds.WORK, "when it is there", "create Deployment " + r.path() + ", or mend executors[].deployment");
            case Reason.AtPace r -> timed(Holds.RETURN, r.until(), "when the minute is over");
            case Reason.Stabilizing r -> timed(Holds.RETURN, r.since().plusSeconds(r.windowSeconds()), "when the window is over");
            case Reason.AtMaxReplicas r ->
                acts(Holds.WORK, "when jobs end", "raise executors[].maxReplicas, now " + r.max() + ", if the rest should not wait");

            case Reason.PoolAtMax r -> acts(Holds.WORK, "when pods of the pool end",
                    "raise nodePools[].maxSize of " + r.pool() + " and the group's own maximum; now " + r.max());
            case Reason.NoPoolFits _ ->
                acts(Holds.WORK, "when the pod or a pool is changed", "change what the pod asks for, or add a pool that it fits");
            case Reason.NoRoomNow r -> acts(Holds.WORK, "when one of these pools can take them", r.full().isEmpty()
                    ? "mend what keeps one of these pools from it, or give the pod another"
                    : "raise the maximum of pool " + r.full() + ", if they should not wait");
            case Reason.FitUnknown r ->
                acts(Holds.WORK, "when pool " + r.unread() + " can be read",
                        "find out why pool " + r.unread() + " cannot be read (executor-scaler why pool/NAME)");
            case Reason.NodesComing r -> coming(r);
            case Reason.MayHaveToWait _ -> passes(Holds.WORK, "when the scheduler has placed the pods");
            case Reason.NotModelled _ -> acts(Holds.WORK, "when the scheduler finds a node",
                    "see that a node is there which the pod's own rules allow: it cannot be ordered for them");
            case Reason.NotReadyToSchedule _ -> acts(Holds.WORK, "when what they wait for is there", "make what is named there");
            case Reason.BelowPriorityCutoff r ->
                acts(Holds.WORK, "when others leave room", "raise the pods' priority to " + r.cutoff() + ", or lower priorityCutoff");
            case Reason.OnDemandBaseNotMet _ ->
                acts(Holds.WORK, "when an on-demand pool has room", "let an on-demand pool have more nodes, or lower onDemandBase");
            case Reason.LaunchFailed r -> new Outlook(Holds.WORK, known(r.until()), "when the pool is asked again", launch(r.cause()));
            case Reason.GroupTrouble _ -> acts(Holds.BOTH, "when the group is as it says", "mend the group, its tags, or the config");
            case Reason.CapacityNotComing _ ->
                acts(Holds.WORK, "when the instances come after all", "read the scaling activities of the pool's group");

            case Reason.AtMinSize _ -> acts(Holds.RETURN, "never by itself", "lower nodePools[].minSize, if fewer nodes will do");
            case Reason.IdleSince r -> timed(Holds.RETURN, r.since().plusSeconds(r.idleSeconds()), "when it has been idle for so long");
            case Reason.NodeYoung r -> timed(Holds.RETURN, r.createdAt().plusSeconds(r.minNodeLifetimeSeconds()), "when it is old enough");
            case Reason.JobsComingDue _ -> passes(Holds.RETURN, "when the delayed jobs are done");
            case Reason.RoomForBase _ -> passes(Holds.RETURN, "when the executor needs no such room");
            case Reason.NodeStays _ -> acts(Holds.RETURN, "when the node no longer says so", "take that annotation off the node, if it may go");
            case Reason.UnreadySince r -> timed(Holds.RETURN, r.since().plusSeconds(r.unreadySeconds()), "when it is not ready for so long");
            case Reason.UnreadyWithPods _ -> acts(Holds.RETURN, "when the node is ready or its pods are gone",
                    "look at the node's kubelet; delete the Node, if it is dead for good");
            case Reason.JobsUntil r -> new Outlook(Holds.RETURN, known(r.end()), "when the jobs are done or AWS takes the node", "");
            case Reason.NoticeNotDurable _ -> passes(Holds.RETURN, "when the node keeps what it says");
            case Reason.CordonedByOthers _ -> acts(Holds.BOTH, "when they open it", "kubectl uncordon it, if nobody needs it closed");
            case Reason.NotSeenYet _ -> passes(Holds.RETURN, "when the API server's watch shows it, or a minute later");
            case Reason.CordonSettling r -> timed(Holds.RETURN, r.since().plusSeconds(r.settleSeconds()), "when it is looked at again");
            case Reason.StillProtected _ -> passes(Holds.RETURN, "with the next look at the group");
            case Reason.BudgetExhausted r -> acts(Holds.RETURN, "when budget " + r.budget() + " allows an eviction",
                    "if it never does: more replicas, or less minAvailable");
            case Reason.PodCannotMove r -> acts(Holds.RETURN, "when pod " + r.pod() + " has gone or may move", "let the pod move, if it may");
            case Reason.PodsHomeless _ -> passes(Holds.RETURN, "when those pods have nodes");
            case Reason.MappingIncomplete r -> acts(Holds.RETURN, "when each node matches an instance",
                    "give node " + r.node() + " its provider id, or an address that EC2 knows");
            case Reason.PlanRejected _ -> acts(Holds.BOTH, "with the next plan", "report it with the log: the plan was wrong");
        };
    }

    /** The same where everything is read from files: there a source is missing because a file does not have it. */
    static Outlook inFiles(Reason reason) {
        return switch (reason) {
            case Reason.SourceMissing r -> acts(Outlook.of(r).holds(), "when the files have it", switch (r.source()) {
                case REDIS -> "write into queues.yaml how many jobs executor " + r.subject() + " has";
                case KUBERNETES -> "put it into cluster.yaml; plan --help has the command";
                case AWS -> "put it into the file that is named; plan --help has the commands";
                case NOTICES -> "";
            });
            case Reason.ReadingIncomplete r -> acts(Outlook.of(r).holds(), "when the files have it", "put what is named into queues.yaml");
            case Reason.FitUnknown r ->
                acts(Outlook.of(r).holds(), "when the files have it", "put what is named into its file; plan --help has the commands");
            default -> of(reason);
        };
    }

    private static Outlook done(String ends) {
        return passes(Holds.NOTHING, ends);
    }

    private static Outlook passes(Holds holds, String ends) {
        return acts(holds, ends, "");
    }

    private static Outlook acts(Holds holds, String ends, String advice) {
        return new Outlook(holds, Optional.empty(), ends, advice);
    }

    private static Outlook timed(Holds holds, Instant at, String ends) {
        return new Outlook(holds, Optional.of(at), ends, "");
    }

    private static Optional<Instant> known(Instant time) {
        return time.equals(Instant.MAX) ? Optional.empty() : Optional.of(time);
    }

    private static Outlook coming(Reason.NodesComing r) {
        if (r.coming() + r.ordered() == 0) return passes(Holds.WORK, "when the node is open");
        return timed(Holds.WORK, r.by(), "at the latest, or as soon as " + (r.node().isEmpty() ? "such a node" : "the node") + " can take pods");
    }

    private static Outlook paused(Reason.PausedByHand r) {
        var holds = switch (r.kind()) {
            case HOLD_OUT -> Holds.WORK;
            case HOLD_IN -> Holds.RETURN;
            case HOLD, NONE, FORCE -> Holds.BOTH;
        };
        return acts(holds, "when the annotation is taken off", r.trouble().isEmpty()
                ? "take executor-scaler/pause off the Deployment, when it may go on"
                : "mend the annotation of the Deployment, or take it off");
    }

    private static String mend(Missing.Source source) {
        return switch (source) {
            case REDIS -> "mend the way to Redis: redis.url, its password file, the network";
            case KUBERNETES -> "mend the way to the API server, or the rights of the service account";
            case AWS -> "mend the way to AWS, its credentials and rights, or nodePools[].autoScalingGroup";
            case NOTICES -> "mend notices.queueUrl, or the rights on that queue";
        };
    }

    private static String launch(Pool.LaunchFailure.Cause cause) {
        return switch (cause) {
            case NO_CAPACITY -> "give the group more instance types or zones, or add a pool, if this lasts";
            case QUOTA -> "ask AWS for a higher quota";
            case TEMPLATE -> "mend the group's launch template";
            case OTHER -> "read the scaling activities of the pool's group";
        };
    }

    private static String settled(Reason.NoticeSettled r) {
        return switch (r.settled()) {
            case FOREIGN, UNREADABLE -> "see which rules put such messages into the queue";
            case ON_ITS_NODE, TOO_OLD, ENDED, NOTHING_TO_DO, UNKNOWN_INSTANCE -> "";
        };
    }
}
