package executorscaler.report;

import executorscaler.plan.Reason;

/** How much a reason matters to somebody who looks: what passes by itself, what is worth knowing, what needs a person. */
public enum Weight {
    /** Part of the normal course; passes by itself. */
    ROUTINE,
    /** Worth a line in the log. */
    NOTABLE,
    /** Work is not done, or something is not given back, until somebody acts or the trouble ends. */
    ALARMING;

    /** The weight of a reason as such, whatever its numbers. */
    public static Weight of(Reason reason) {
        return switch (reason) {
            case Reason.QueueNeeds _,Reason.NoWorkLeft _,Reason.SurplusNotStarted _,Reason.SurplusIdle _,Reason.AtPace _,Reason.ForcedByHand _,Reason.WorkersDrain _,Reason.StaysAfterAll _,Reason.PodsBusy _,Reason.NotRolledOut _,Reason.PodsDoNotFit _,Reason.BelowMinSize _,Reason.CameAfterAll _,Reason.LaunchesNotNeeded _,Reason.HeldLongEnough _,Reason.DemandReturned _,Reason.PlannedThere _,Reason.NodeIdle _,Reason.NodeUnderused _,Reason.NodeYoung _,Reason.JobsComingDue _,Reason.RoomForBase _,Reason.DrainsNode _,Reason.CordonedAndEmpty _,Reason.JobsInFlight _,Reason.Stabilizing _,Reason.AtMinSize _,Reason.IdleSince _,Reason.CordonSettling _,Reason.NotSeenYet _,Reason.PodsHomeless _,Reason.MayRunJobs _,Reason.ClosedWithoutJobs _,Reason.IsInstance _,Reason.StillProtected _,Reason.RollingOut _,Reason.LeftToOthers _,Reason.LeavesWithoutJobs _,Reason.PodsAreLeaving _,Reason.NoticeSettled _,Reason.NoticeNotDurable _,Reason.NodesComing _ ->
                ROUTINE;
            case Reason.DeletionCostByOthers _,Reason.PausedByHand _,Reason.ForcedOutOfBounds _,Reason.BusyPodWouldGo _,Reason.AtMaxReplicas _,Reason.ExecutorLanded _,Reason.ReadingNotTrusted _,Reason.AwaitingDeployment _,Reason.MayHaveToWait _,Reason.OnDemandBaseNotMet _,Reason.GroupTrouble _,Reason.BelowPriorityCutoff _,Reason.NotReadyToSchedule _,Reason.CordonedByOthers _,Reason.BudgetExhausted _,Reason.PodCannotMove _,Reason.NodeStays _,Reason.NodeUnready _,Reason.DevicesMissing _,Reason.UnreadySince _,Reason.LoweredByOthers _,Reason.InstanceGone _,Reason.RolloutPaused _,Reason.ScaledByOthers _,Reason.PutBack _,Reason.AwsAnnounced _,Reason.NothingCameOfIt _,Reason.JobsUntil _ ->
                NOTABLE;
            case Reason.UnadmittedJobs _,Reason.BusyUnread _,Reason.GraceTooShort _,Reason.DrainTimedOut _,Reason.UnreadyWithPods _,Reason.NeverJoined _,Reason.SourceMissing _,Reason.ReadingIncomplete _,Reason.DeploymentNotFound _,Reason.RolloutBlocked _,Reason.YieldsToOthers _,Reason.PoolAtMax _,Reason.NoPoolFits _,Reason.NotModelled _,Reason.NoRoomNow _,Reason.FitUnknown _,Reason.CapacityNotComing _,Reason.LaunchFailed _,Reason.MappingIncomplete _,Reason.PlanRejected _,Reason.TimeRunsOut _ ->
                ALARMING;
        };
    }
}
