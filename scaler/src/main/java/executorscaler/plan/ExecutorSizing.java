package executorscaler.plan;

import executorscaler.config.ExecutorConfig;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Pause;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Queue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many pods each executor should have. Upwards at once and straight to the number; downwards to the most that was needed within the window, and only where no
 * pod that goes can be running a job.
 *
 * <p>Where workers say which of them are busy, {@link Victims} finds who may go. Else a queue of plain lists says how many jobs run, not where. A ReplicaSet that
 * shrinks takes pods without a node first, then pods that are not running, then pods that are not ready, and then whichever it likes. So while any job is in
 * flight or about to be taken, all pods with a node stay.
 */
final class ExecutorSizing {

    /**
     * What was decided for one executor.
     *
     * @param replicas how many pods there will be after this plan
     * @param feeds whether its pods may buy nodes
     */
    record Sized(ExecutorConfig config, Executor executor, int replicas, boolean feeds) {}

    private final World world;
    private final List<Plan.Step> steps;
    private final List<Plan.Held> held;
    private final SortedMap<String, Instant> quietSince = new TreeMap<>();
    private final SortedMap<String, Memory.Surplus> surplus = new TreeMap<>();
    private final SortedMap<String, Memory.Epoch> trust = new TreeMap<>();
    private final Owners owners;
    private boolean certain = true;

    ExecutorSizing(World world, List<Plan.Step> steps, List<Plan.Held> held) {
        this.world = world;
        this.steps = steps;
        this.held = held;
        this.owners = new Owners(world);
    }

    /** One entry for each configured executor whose Deployment exists; steps and held reasons go to the lists given at construction. */
    List<Sized> size() {
        var sized = new ArrayList<Sized>();
        for (var config : world.config.executors()) {
            remember(config);
            var found = world.executor(config);
            if (found.isEmpty()) {
                owners.keep(config.name());
                hold(config, new Reason.DeploymentNotFound(config.path()));
                continue;
            }
            var executor = found.get();
            owners.look(executor);
            owners.told(executor).ifPresent(why -> hold(config, why));
            var placeholder = world.placeholder(executor);
            if (!placeholder.isEmpty()) {
                hold(config, new Reason.AwaitingDeployment(placeholder));
                sized.add(new Sized(config, executor, world.replicas(executor), false));
                continue;
            }
            var unpulled = Rollouts.unpulled(executor, world.podsOf(executor));
            if (!unpulled.isEmpty())
                hold(config, new Reason.AwaitingDeployment(unpulled, Rollouts.failing(world.podsOf(executor), unpulled)));
            sized.add(new Sized(config, executor, replicas(config, executor, unpulled.isEmpty()), unpulled.isEmpty()));
        }
        return sized;
    }

    /** Whether every queue was read whole and is trusted: only then may anything be taken away. */
    boolean certain() {
        return certain;
    }

    /** The timers for the next tick. */
    Memory remembering(Memory memory) {
        return memory.but(next -> {
            next.quietSince = quietSince;
            next.surplus = surplus;
            next.trust = trust;
            next.claims = owners.claims();
        });
    }

    /** @param starts whether pods of it can start: otherwise more of them would be of no use */
    private int replicas(ExecutorConfig config, Executor executor, boolean starts) {
        int current = world.replicas(executor);
        int min = WallClock.minReplicas(config, world.now, world.moment);
        var pause = executor.pause();
        boolean forced = pause.kind() == Pause.Kind.FORCE;
        int ordered = Math.clamp(pause.replicas(), min, config.maxReplicas());
        if (forced && ordered != pause.replicas()) hold(config, new Reason.ForcedOutOfBounds(pause.replicas(), min, config.maxReplicas()));
        if (forced && ordered > current) return starts ? raise(config, executor, ordered, new Reason.ForcedByHand(pause.replicas())) : current;
        var read = world.queue(config);
        var missing = world.missing(Missing.Source.REDIS, config.name());
        if (read.isEmpty() || missing.isPresent()) {
            certain = false;
            hold(config, missing.<Reason>map(m -> new Reason.SourceMissing(m.source(), m.subject(), m.since(), m.error()))
                    .orElseGet(() -> new Reason.SourceMissing(Missing.Source.REDIS, config.name(), world.now, "the queue was not read")));
            // Nobody knows that fewer are needed than there were.
            return starts && pause.mayRise() && owners.loweredBy(executor).isPresent() ? putBack(config, executor, Math.max(current, min)) : current;
        }
        var queue = read.get();
        if (!queue.whole() || !trusted(config)) certain = false;
        long wanted = forced ? ordered : Math.ceilDiv(queue.jobs(), (long) config.jobsPerPod());
        int bounded = Math.clamp(wanted, min, config.maxReplicas());
        var needs = new Reason.QueueNeeds(queue.waiting(), queue.due(), queue.running(), config.jobsPerPod(), wanted, min, config.maxReplicas());
        if (wanted > config.maxReplicas()) hold(config, new Reason.AtMaxReplicas(config.maxReplicas(), wanted));
        if (!pause.mayRise() || !pause.mayFall()) hold(config, new Reason.PausedByHand(pause.kind(), wanted, pause.trouble()));
        if (bounded > current ? !pause.mayRise() : bounded < current && !pause.mayFall()) return current;
        boolean reset = queue.jobs() > 0 && owners.loweredBy(executor).filter(claim -> claim.author().deploy()).isPresent();
        if (reset && starts && pause.mayRise()) return raise(config, executor, bounded, needs);
        if (bounded >= current) {
            if (config.worker().tells() && queue.whole()) victims(config, executor, queue).spare();
            return bounded == current || !starts ? current : raise(config, executor, bounded, needs);
        }
        return lower(config, executor, queue, bounded, wanted);
    }

    private Victims victims(ExecutorConfig config, Executor executor, Queue queue) {
        return new Victims(world, config, executor, queue, steps, held);
    }

    private int lower(ExecutorConfig config, Executor executor, Queue queue, int bounded, long wanted) {
        int current = world.replicas(executor);
        int window = window(config);
        var began = world.memory.surplus().getOrDefault(config.name(), new Memory.Surplus(world.now, List.of()));
        var surplus = began.needing(bounded, world.now).within(window, world.moment);
        this.surplus.put(config.name(), surplus);
        if (!queue.whole()) return keep(config, current, new Reason.ReadingIncomplete(queue.unread()));
        if (!trusted(config)) {
            var since = trust.getOrDefault(config.name(), new Memory.Epoch(queue.epoch(), world.now)).since();
            return keep(config, current, new Reason.ReadingNotTrusted(since, world.config.scaleDown().trustSeconds()));
        }
        var other = owners.leftUntil(executor, window);
        if (other.isPresent()) return keep(config, current, new Reason.LeftToOthers(executor.author().manager(), current, wanted, other.get()));
        boolean idle = queue.jobs() == 0 && queue.busy().admitted() == 0 && queue.busy().unread().isEmpty();
        var rollout = Rollouts.holds(executor, idle);
        if (rollout.isPresent()) {
            if (config.worker().tells()) victims(config, executor, queue).spareBusy();
            return keep(config, current, rollout.get());
        }
        boolean halted = executor.rollout().halted();
        if (config.worker().tells() && !halted) return lower(config, victims(config, executor, queue), current, surplus, wanted);
        if (queue.jobs() == 0) {
            var quiet = quietSince.getOrDefault(config.name(), world.now);
            if (!world.moment.reached(quiet.plusSeconds(window))) return keep(config, current, new Reason.Stabilizing(quiet, window, wanted));
            var atPace = atPace(config, current);
            if (atPace.isPresent()) return keep(config, current, atPace.get());
            return scale(executor, current, Math.max(bounded, slowest(config, current)), new Reason.NoWorkLeft(quiet, bounded));
        }
        int started = (int) world.podsOf(executor).stream().filter(Pod::assigned).count();
        if (config.worker().drainsOnSigterm()) {
            var drained = drain(config, executor, current, surplus, wanted);
            if (drained.isPresent()) return drained.getAsInt();
        }
        if (Math.max(bounded, started) >= current)
            return keep(config, current, new Reason.JobsInFlight(queue.waiting() + queue.due(), queue.running(), started, wanted));
        var unsettled = stabilizing(config, surplus, current, wanted);
        if (unsettled.isPresent()) return keep(config, current, unsettled.get());
        int floor = Math.max(floor(config, surplus, current), started);
        if (floor >= current)
            return keep(config, current, new Reason.JobsInFlight(queue.waiting() + queue.due(), queue.running(), started, wanted));
        var action = new Action.ScaleExecutor(executor.name(), executor.namespace(), executor.deployment(), executor.uid(), current, floor, true);
        steps.add(new Plan.Step(action, new Reason.SurplusNotStarted(wanted, started)));
        return floor;
    }

    /** Pods whose workers say who is busy. */
    private int lower(ExecutorConfig config, Victims victims, int current, Memory.Surplus surplus, long wanted) {
        victims.spareBusy();
        victims.tellTroubles();
        var unsettled = stabilizing(config, surplus, current, wanted);
        if (unsettled.isPresent()) return keep(config, current, unsettled.get());
        if (!victims.rolledOut()) return keep(config, current, new Reason.NotRolledOut());
        return victims.lower(floor(config, surplus, current), wanted);
    }

    /** Pods whose workers end their jobs when they are told to stop: any may go, if it is given the time. Empty: not all are. */
    private OptionalInt drain(ExecutorConfig config, Executor executor, int current, Memory.Surplus surplus, long wanted) {
        int longest = config.worker().longestJobSeconds();
        var cutOff = world.podsOf(executor).stream().filter(pod -> pod.assigned() && pod.graceSeconds() < longest).findFirst();
        if (cutOff.isPresent()) {
            hold(config, new Reason.GraceTooShort(cutOff.get().path(), cutOff.get().graceSeconds(), longest));
            return OptionalInt.empty();
        }
        var unsettled = stabilizing(config, surplus, current, wanted);
        if (unsettled.isPresent()) return OptionalInt.of(keep(config, current, unsettled.get()));
        if (!executor.rolledOut()) return OptionalInt.of(keep(config, current, new Reason.NotRolledOut()));
        return OptionalInt.of(scale(executor, current, floor(config, surplus, current), new Reason.WorkersDrain(wanted, longest)));
    }

    /** Why it is too early to have fewer pods: not until the window is over in which so many were needed last, and no faster than the config allows. */
    private Optional<Reason> stabilizing(ExecutorConfig config, Memory.Surplus surplus, int current, long wanted) {
        int window = window(config);
        if (!world.moment.reached(surplus.since().plusSeconds(window))) return Optional.of(new Reason.Stabilizing(surplus.since(), window, wanted));
        var most = surplus.needs().getFirst();
        return most.pods() < current ? atPace(config, current) : Optional.of(new Reason.Stabilizing(most.until(), window, wanted));
    }

    private int window(ExecutorConfig config) {
        return config.scaleDown().stabilizationWindowSeconds().orElse(world.config.scaleDown().stabilizationWindowSeconds());
    }

    /** The most pods that were needed within the window, or as many as have to stay because others have just gone. */
    private int floor(ExecutorConfig config, Memory.Surplus surplus, int current) {
        return Math.max(surplus.needs().getFirst().pods(), slowest(config, current));
    }

    /** How few pods there may be at once, by the pace alone. */
    private int slowest(ExecutorConfig config, int current) {
        var most = config.scaleDown().maxPodsPerMinute();
        if (most.isEmpty()) return 0;
        int gone = world.memory.lowered().getOrDefault(config.name(), List.of()).stream().mapToInt(Memory.Lowered::pods).sum();
        return Math.max(0, current - Math.max(0, most.getAsInt() - gone));
    }

    private Optional<Reason> atPace(ExecutorConfig config, int current) {
        if (slowest(config, current) < current) return Optional.empty();
        var next = world.memory.lowered().getOrDefault(config.name(), List.of()).getFirst().at().plus(Ledger.PACE);
        return world.moment.reached(next)
                ? Optional.empty()
                : Optional.of(new Reason.AtPace(config.scaleDown().maxPodsPerMinute().orElse(0), next));
    }

    /** Upwards; where somebody else has just lowered the number, back to what it was, and no more than once a minute (rule S12). */
    private int raise(ExecutorConfig config, Executor executor, int replicas, Reason why) {
        int current = world.replicas(executor);
        return owners.loweredBy(executor).isPresent() ? putBack(config, executor, replicas) : scale(executor, current, replicas, why);
    }

    private int putBack(ExecutorConfig config, Executor executor, int wanted) {
        int current = world.replicas(executor);
        var claim = owners.loweredBy(executor).orElseThrow();
        var patience = owners.patience(executor);
        var manager = claim.author().manager();
        if (patience.isPresent()) return keep(config, current, new Reason.YieldsToOthers(manager, current, wanted, patience.get()));
        int replicas = Math.max(wanted, Math.min(claim.before(), config.maxReplicas()));
        return replicas <= current ? current : scale(executor, current, replicas, new Reason.PutBack(manager, current, replicas, wanted));
    }

    private int scale(Executor executor, int current, int replicas, Reason why) {
        var action = new Action.ScaleExecutor(executor.name(), executor.namespace(), executor.deployment(), executor.uid(), current, replicas);
        steps.add(new Plan.Step(action, why));
        return replicas;
    }

    private int keep(ExecutorConfig config, int current, Reason why) {
        hold(config, why);
        return current;
    }

    private void hold(ExecutorConfig config, Reason why) {
        held.add(new Plan.Held("executor/" + config.name(), why));
    }

    /** A data set that we see for the first time may have lost its jobs a moment ago: its zero counts only after it has stood for a while (rule S18). */
    private boolean trusted(ExecutorConfig config) {
        var epoch = trust.get(config.name());
        return epoch != null && world.moment.reached(epoch.since().plusSeconds(world.config.scaleDown().trustSeconds()));
    }

    private void remember(ExecutorConfig config) {
        var name = config.name();
        var before = world.memory.trust().get(name);
        var read = world.queue(config);
        if (read.isEmpty()) {
            if (before != null) trust.put(name, before);
            return; // quiet and surplus begin anew after a gap: nobody saw what happened in it
        }
        var queue = read.get();
        trust.put(name, before != null && before.id().equals(queue.epoch()) ? before : new Memory.Epoch(queue.epoch(), world.now));
        if (queue.whole() && queue.jobs() == 0) quietSince.put(name, world.memory.quietSince().getOrDefault(name, world.now));
    }
}
