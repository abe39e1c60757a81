package executorscaler.report;

import executorscaler.act.Outcome;
import executorscaler.loop.Role;
import executorscaler.loop.Tick;
import executorscaler.plan.Plan;
import executorscaler.plan.Reason;
import executorscaler.report.TickView.ExecutorView;
import executorscaler.report.TickView.PoolView;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Queue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The single most important truth of a tick, as one sentence.
 *
 * @param mood what kind of truth: {@code trouble}, {@code waiting}, {@code working} or {@code quiet}
 */
record Headline(String mood, String sentence) {

    static Headline of(Tick tick) {
        return Stream.<Optional<Headline>>of(finding(tick), noLease(tick), missing(tick), failed(tick), rejected(tick), alarm(tick))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(() -> follows(course(tick), tick.role()));
    }

    private static Optional<Headline> noLease(Tick tick) {
        return tick.role() instanceof Role.Follower follower && !follower.trouble().isEmpty()
                ? Optional.of(trouble(capital(Sentences.of(follower)) + "."))
                : Optional.empty();
    }

    private static Headline follows(Headline course, Role role) {
        return role.writes() ? course : new Headline(course.mood, course.sentence + " " + capital(Sentences.of(role)) + ".");
    }

    private static Optional<Headline> finding(Tick tick) {
        return tick.findings().stream().findFirst()
                .map(one -> trouble("The safety check " + one.rule() + " removed a step: " + Sentences.quote(one.finding())));
    }

    private static Optional<Headline> missing(Tick tick) {
        return tick.snapshot().missing().stream().findFirst().map(one -> trouble(Sentences.name(one.source())
                + (one.subject().isEmpty() ? "" : " (" + one.subject() + ")") + " cannot be read since " + Sentences.at(one.since()) + ": "
                + Sentences.quote(one.error())
                + (one.holdsStill() ? ". Nothing is taken away until it is back." : ". What AWS announces is not seen until it is back.")));
    }

    private static Optional<Headline> failed(Tick tick) {
        return tick.performed().stream().filter(one -> one.outcome() instanceof Outcome.Failed || one.outcome() instanceof Outcome.Refused)
                .findFirst()
                .map(one -> trouble("Could not " + Sentences.of(one.step().action()) + ": " + Sentences.of(one.outcome()) + "."));
    }

    private static Optional<Headline> rejected(Tick tick) {
        return tick.config().rejected().stream().findFirst()
                .map(one -> trouble("The newest config is rejected (" + Sentences.quote(one.toString()) + "); the last good one stays in force."));
    }

    private static Optional<Headline> alarm(Tick tick) {
        return tick.plan().held().stream().filter(one -> Weight.of(one.why()) == Weight.ALARMING).findFirst()
                .map(one -> trouble(capital(Sentences.of(one.why())) + "."));
    }

    private static Headline course(Tick tick) {
        var executors = TickView.executors(tick);
        var pools = TickView.pools(tick);
        long waiting = executors.stream().flatMap(one -> one.queue().stream()).mapToLong(queue -> queue.waiting() + queue.due()).sum();
        long jobs = executors.stream().flatMap(one -> one.queue().stream()).mapToLong(Queue::jobs).sum();
        long onTheWay = pools.stream().mapToLong(PoolView::onTheWay).sum();
        long draining = pools.stream().mapToLong(pool -> pool.draining() + pool.leaving()).sum();
        long starting = executors.stream().flatMap(one -> one.pods().stream()).filter(pod -> !pod.ready() && !pod.terminating()).count();
        if (onTheWay > 0) return new Headline("waiting", waitingForNodes(pools, onTheWay, waiting));
        if (starting > 0) return new Headline("waiting", capital(starting(executors)) + ", " + Sentences.count(waiting, "job") + " waiting.");
        if (jobs > 0) return new Headline("working", working(executors, jobs - waiting, waiting));
        if (draining > 0) return new Headline("working", "All work is done: " + Sentences.count(draining, "node") + " going back.");
        var idle = idle(tick);
        if (idle.isPresent()) return idle.get();
        int replicas = executors.stream().mapToInt(one -> one.deployment().map(d -> d.replicas()).orElse(0)).sum();
        long nodes = pools.stream().mapToLong(pool -> pool.nodes().stream().filter(node -> !node.leaving()).count()).sum();
        var standing = replicas == 0 ? "No jobs, no executors" : "No jobs, " + Sentences.count(replicas, "executor");
        return new Headline("quiet", standing + ", " + Sentences.count(nodes, "node") + " up.");
    }

    private static Optional<Headline> idle(Tick tick) {
        var idle = tick.plan().held().stream().map(Plan.Held::why).filter(Reason.IdleSince.class::isInstance).map(Reason.IdleSince.class::cast)
                .toList();
        var from = idle.stream().map(one -> one.since().plusSeconds(one.idleSeconds())).min(Instant::compareTo);
        return from.map(time -> new Headline("quiet", "No jobs. " + Sentences.count(idle.size(), "idle node")
                + (idle.size() == 1 ? " goes" : " go") + " back from " + Sentences.at(time) + " on."));
    }

    private static String waitingForNodes(List<PoolView> pools, long onTheWay, long waiting) {
        var names = pools.stream().filter(pool -> pool.onTheWay() > 0).map(PoolView::name).toList();
        return "Waiting for " + Sentences.count(onTheWay, "node") + " in " + String.join(", ", names) + "; " + Sentences.count(waiting, "job")
                + " waiting.";
    }

    private static String starting(List<ExecutorView> executors) {
        long assigned = executors.stream().flatMap(one -> one.pods().stream()).filter(pod -> pod.assigned() && !pod.ready() && !pod.terminating())
                .count();
        long homeless = executors.stream().flatMap(one -> one.pods().stream()).filter(pod -> !pod.assigned() && !pod.terminating()).count();
        return homeless > 0 ? Sentences.count(homeless, "executor pod") + " without a node" : Sentences.count(assigned, "executor pod") + " starting";
    }

    private static String working(List<ExecutorView> executors, long running, long waiting) {
        long pods = executors.stream().flatMap(one -> one.pods().stream()).filter(Pod::ready).count();
        return Sentences.count(running, "job") + " running on " + Sentences.count(pods, "executor")
                + (waiting > 0 ? ", " + waiting + " waiting." : ".");
    }

    private static Headline trouble(String sentence) {
        return new Headline("trouble", sentence.endsWith("..") ? sentence.substring(0, sentence.length() - 1) : sentence);
    }

    private static String capital(String sentence) {
        return sentence.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + sentence.substring(1);
    }
}
