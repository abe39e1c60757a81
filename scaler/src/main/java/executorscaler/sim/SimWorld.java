package executorscaler.sim;

import executorscaler.act.CloudWriter;
import executorscaler.act.ClusterWriter;
import executorscaler.act.Outcome;
import executorscaler.config.Config;
import executorscaler.config.WorkerConfig;
import executorscaler.loop.Signals;
import executorscaler.observe.CloudReader;
import executorscaler.observe.ClusterReader;
import executorscaler.observe.PodNames;
import executorscaler.observe.QueueReader;
import executorscaler.plan.Action;
import executorscaler.plan.ShrinkOrder;
import executorscaler.snapshot.Busy;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Missing.Source;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Queue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Queues, a cluster and Auto Scaling Groups that obey the same ports as the real ones, in virtual time. Equal seeds and equal calls make equal worlds,
 * event for event ({@link #traceHash}). With a clock that is moved by hand only {@link #advance} moves it; with a running clock every call first
 * catches up with it. One lock guards everything, so that any thread may call.
 */
public final class SimWorld implements ClusterWriter, CloudWriter {
    private final ReentrantLock lock = new ReentrantLock();
    // All that follows is guarded by lock.
    private final SimClock clock;
    private final Timeline timeline;
    private final Jobs jobs;
    private final Faults faults;
    private final SimStats.Counters counters;
    private final SimLeases leases;
    private final SimWorkers workers;
    private final SimCluster cluster;
    private final SimCloud cloud;
    private Optional<Signals> signals = Optional.empty();
    private int redisStarts = 1;
    private Duration clusterLag = Duration.ZERO;
    private Duration cloudLag = Duration.ZERO;
    private Optional<Copy<ClusterReader.Cluster>> clusterCopy = Optional.empty();
    private Optional<Copy<List<Pool>>> cloudCopy = Optional.empty();

    private record Copy<T>(Instant at, T value) {}

    SimWorld(SimWorldBuilder builder) {
        clock = builder.clock;
        timeline = new Timeline(clock, builder.seed);
        jobs = builder.jobs;
        faults = new Faults();
        counters = new SimStats.Counters();
        leases = new SimLeases(builder.seed);
        workers = new SimWorkers(timeline, jobs, faults, leases, counters, builder.jobsPerPod());
        cluster = new SimCluster(timeline, builder.delays, workers);
        cloud = new SimCloud(timeline, builder.delays, cluster, builder.nodeIds, counters);
        builder.fill(timeline, cluster, cloud);
    }

    /** A world with the Deployments of these executors at 0 replicas and these pools at their minimum. */
    public static SimWorldBuilder of(Config config) {
        return new SimWorldBuilder(config);
    }

    // Time

    /** The clock that all of this world goes by. */
    public SimClock clock() {
        return clock;
    }

    /** Lets everything happen that is due within this time. */
    public void advance(Duration duration) {
        change(() -> timeline.advanceTo(timeline.now().plus(duration)));
    }

    /** Lets everything happen that is due until then, and idle pods look at their queues: jobs may have come from elsewhere. */
    public void advanceTo(Instant time) {
        change(() -> timeline.advanceTo(time));
    }

    /** Does something at a time of this world: arrivals, faults, an operator's hand. */
    public void at(Instant time, Runnable what) {
        change(() -> timeline.at(time, what));
    }

    /** Says "look now" whenever something has happened here. */
    public void wakes(Signals listener) {
        change(() -> signals = Optional.of(listener));
    }

    // Work

    /** {@code count} jobs arrive, each busy for {@code work}. */
    public void push(String executor, int count, Duration work) {
        change(() -> {
            jobs.push(executor, Stream.generate(() -> job(work, timeline.now())).limit(count).toList());
            timeline.trace(count + " jobs for " + executor);
        });
    }

    /** {@code count} delayed jobs arrive. */
    public void pushLater(String executor, int count, Duration work, Instant due) {
        change(() -> {
            for (int i = 0; i < count; i++) jobs.pushLater(executor, job(work, due), due);
            timeline.at(due, () -> workers.serve(executor));
            timeline.trace(count + " delayed jobs for " + executor);
        });
    }

    private Jobs.Job job(Duration work, Instant since) {
        return Jobs.Job.of("job-" + ++counters.pushed, work, since);
    }

    // What happened

    public SimStats stats() {
        return look(() -> counters.frozen(cloud.nodeSeconds()));
    }

    /** Jobs lost because their pod or its instance was taken away by a write: must stay 0. */
    public long killedJobs() {
        return look(() -> counters.killed);
    }

    /** Hash of everything that happened, for comparing two runs. */
    public long traceHash() {
        return look(timeline::hash);
    }

    /** The last few hundred things that happened, for a failing test's message. */
    public List<String> trace() {
        return look(timeline::lines);
    }

    // Faults and other people's hands

    /** From now on nothing can be read from, or written to, this source. */
    public void fail(Source source, String error) {
        fail(source, "", error);
    }

    /** From now on the part of this executor or pool cannot be read. */
    public void fail(Source source, String subject, String error) {
        change(() -> faults.fail(source, subject, timeline.now(), error));
    }

    /** Ends all faults of a source. */
    public void heal(Source source) {
        change(() -> faults.heal(source));
    }

    /** The next {@code count} writes to this source are done, and answered by an error. */
    public void loseReplies(Source source, int count) {
        change(() -> faults.loseReplies(source, count));
    }

    /** Redis restarts without its data: every list is empty and its run id is new. */
    public void restartRedis() {
        change(() -> {
            jobs.clear();
            leases.forgotten(timeline.now());
            redisStarts++;
            timeline.trace("redis restarted empty");
        });
    }

    /** From now on this share of jobs (0 to 1) is worked on without a lease, or with one that comes late, ends early or says nonsense. */
    public void neglectLeases(double share) {
        change(() -> leases.neglect(share));
    }

    /** Reads of the cluster are up to this old from now on. */
    public void lagCluster(Duration lag) {
        change(() -> clusterLag = lag);
    }

    /** Reads of the groups are up to this old from now on. */
    public void lagCloud(Duration lag) {
        change(() -> cloudLag = lag);
    }

    /** Whether EC2 has no capacity for this pool. */
    public void refuseCapacity(String pool, boolean refused) {
        change(() -> pool(pool).refused = refused);
    }

    /** What this pool wants comes after all, between the look and the write by which its launches are taken back. */
    public void comesMeanwhile(String pool) {
        change(() -> pool(pool).comesMeanwhile = true);
    }

    /** Whether instances of this pool run without ever becoming nodes. */
    public void neverJoins(String pool, boolean never) {
        change(() -> pool(pool).neverJoins = never);
    }

    /** EC2 takes an instance back by itself, as it does with Spot. */
    public void interrupt(String instanceId) {
        change(() -> cloud.groups.values().forEach(group -> Optional.ofNullable(group.instances.get(instanceId))
                .ifPresent(instance -> cloud.end(group, instance, SimWorkers.INTERRUPTION))));
    }

    /** Somebody else sets a group's desired capacity. */
    public void setDesired(String pool, int desired) {
        change(() -> cloud.setDesired(pool(pool), desired));
    }

    /** Somebody else scales a Deployment. */
    public void setReplicas(String namespace, String deployment, int replicas) {
        change(() -> cluster.scale(deployment(namespace, deployment), replicas));
    }

    /** A deployment pipeline sets the image, or the placeholder is put back. */
    public void setImage(String namespace, String deployment, String image) {
        change(() -> {
            var changed = deployment(namespace, deployment);
            changed.images = List.of(image);
            changed.version = timeline.nextVersion();
        });
    }

    /** Whether the newest template is fully rolled out. */
    public void setRolledOut(String namespace, String deployment, boolean rolledOut) {
        change(() -> deployment(namespace, deployment).rolledOut = rolledOut);
    }

    /** Somebody else closes a node. */
    public void cordonByHand(String node) {
        change(() -> cluster.cordon(cluster.node(node).orElseThrow(), new Node.Cordon.ByOthers()));
    }

    /** Somebody else opens a node that somebody else closed. */
    public void uncordonByHand(String node) {
        change(() -> cluster.node(node).filter(found -> found.cordon instanceof Node.Cordon.ByOthers)
                .ifPresent(found -> cluster.cordon(found, new Node.Cordon.None())));
    }

    /** The kubelet of a node falls silent, or speaks again: no pod is placed there meanwhile, and those that are there go on working. */
    public void silence(String node, boolean silent) {
        change(() -> cluster.node(node).ifPresent(found -> cluster.silence(found, silent)));
    }

    // What is so, whatever the readers are shown

    /** The pool's group as it is now: no lag, no fault. */
    public Pool live(String pool) {
        return look(() -> pool(pool).record(timeline.now()));
    }

    /** The nodes as they are now. */
    public List<Node> liveNodes() {
        return look(() -> cluster.nodes.values().stream().map(SimNode::record).toList());
    }

    /** The replicas that a Deployment asks for now. */
    public int liveReplicas(String namespace, String deployment) {
        return look(() -> deployment(namespace, deployment).replicas);
    }

    /** Jobs that a worker took after the write that ended its pod, and before that write took effect. */
    public long racedJobs() {
        return look(() -> counters.raced);
    }

    /** How many pods are marked as the first to go. */
    public long livePodsMarked() {
        return look(() -> cluster.pods.values().stream().filter(pod -> pod.deletionCost() != 0).count());
    }

    /** How many pods that belong to no node were on nodes that the scaler ended: must stay 0 (S4). */
    public long podsEndedWithTheirNode() {
        return look(() -> counters.stranded);
    }

    // The ports, reading

    /** Reads the queues. */
    public QueueReader queues() {
        return (config, pods, now) -> look(() -> readQueues(config, pods, now));
    }

    /** Reads the cluster. */
    public ClusterReader cluster() {
        return (_, _) -> look(this::readCluster);
    }

    /** Reads the groups. */
    public CloudReader cloud() {
        return (_, _) -> look(this::readCloud);
    }

    private QueueReader.Queues readQueues(Config config, PodNames pods, Instant now) {
        var down = faults.whole(Source.REDIS);
        if (down.isPresent()) return new QueueReader.Queues(List.of(), List.of(down.get()));
        var queues = new ArrayList<Queue>();
        for (var executor : config.executors()) {
            if (faults.of(Source.REDIS, executor.name()).isPresent()) continue;
            var counts = jobs.counts(executor.name(), timeline.now());
            var coming = new TreeMap<Integer, Long>();
            for (int seconds : config.lookAheadSeconds())
                coming.put(seconds, jobs.counts(executor.name(), timeline.now().plusSeconds(seconds)).due() - counts.due());
            var busy = pods.of(executor).map(names -> leases.busy(executor, names, cluster.pods, timeline.now()));
            boolean byPod = executor.worker().busy() == WorkerConfig.BusySource.QUEUE;
            queues.add(new Queue(executor.name(), counts.waiting(), counts.due(),
                    byPod ? busy.map(Busy::admitted).orElse(0L) : counts.running(), coming, busy.orElse(Busy.UNKNOWN), "run-" + redisStarts,
                    byPod && busy.isEmpty() ? "the pods are not known" : "", now));
        }
        queues.sort(java.util.Comparator.comparing(Queue::executor));
        return new QueueReader.Queues(queues, faults.parts(Source.REDIS));
    }

    private ClusterReader.Cluster readCluster() {
        var down = faults.whole(Source.KUBERNETES);
        if (down.isPresent()) return new ClusterReader.Cluster(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(down.get()));
        var copy = refreshed(clusterCopy, clusterLag, () -> SimViews.cluster(cluster));
        clusterCopy = Optional.of(copy);
        return copy.value();
    }

    private CloudReader.Cloud readCloud() {
        var down = faults.whole(Source.AWS);
        if (down.isPresent()) return new CloudReader.Cloud(List.of(), List.of(down.get()));
        var copy = refreshed(cloudCopy, cloudLag, () -> SimViews.pools(cloud, timeline.now()));
        cloudCopy = Optional.of(copy);
        var missing = faults.parts(Source.AWS);
        var pools = copy.value().stream().filter(pool -> missing.stream().noneMatch(part -> part.is(Source.AWS, pool.name()))).toList();
        return new CloudReader.Cloud(pools, missing);
    }

    private <T> Copy<T> refreshed(Optional<Copy<T>> old, Duration lag, Supplier<T> fresh) {
        return old.filter(copy -> copy.at().plus(lag).isAfter(timeline.now())).orElseGet(() -> new Copy<>(timeline.now(), fresh.get()));
    }

    // The ports, writing

    @Override
    public Outcome scale(Action.ScaleExecutor action) {
        return write(Source.KUBERNETES, () -> {
            var found = Optional.ofNullable(cluster.deployments.get(action.namespace() + "/" + action.deployment()));
            if (found.isEmpty()) return new Outcome.Stale("no Deployment of this name");
            var deployment = found.get();
            if (!deployment.uid.equals(action.uid())) return new Outcome.Stale("another Deployment of this name");
            if (deployment.replicas != action.expected()) return new Outcome.Stale(deployment.replicas + " replicas");
            long started = deployment.pods.stream().filter(pod -> pod.active() && !pod.node().isEmpty()).count();
            if (action.sparesStarted() && started > action.replicas()) return new Outcome.Stale(started + " pods have a node by now");
            var live = deployment.pods.stream().filter(SimPod::active).map(SimPod::record).toList();
            var other = action.victims().isEmpty()
                    ? Optional.<Pod>empty()
                    : ShrinkOrder.mayGo(live, live.size() - action.replicas()).stream().filter(pod -> !action.victims().contains(pod.uid()))
                            .findFirst();
            if (other.isPresent()) return new Outcome.Stale("pod " + other.get().path() + " could go by now");
            cluster.scale(deployment, action.replicas());
            return new Outcome.Done(deployment.version);
        });
    }

    @Override
    public Outcome setDeletionCost(Action.SetDeletionCost action) {
        return write(Source.KUBERNETES, () -> {
            var found = Optional.ofNullable(cluster.pods.get(action.namespace() + "/" + action.pod())).filter(pod -> pod.uid.equals(action.uid()));
            if (found.isEmpty()) return new Outcome.Stale("no such pod");
            var pod = found.get();
            if (pod.deletionCost() == action.cost()) return new Outcome.Done(0);
            if (pod.deletionCost() != action.expected()) return new Outcome.Stale("deletion cost " + pod.deletionCost());
            pod.deletionCost(action.cost());
            timeline.trace("pod " + pod.path() + " has deletion cost " + action.cost());
            return new Outcome.Done(timeline.nextVersion());
        });
    }

    @Override
    public Outcome cordon(Action.Cordon action) {
        return write(Source.KUBERNETES, () -> {
            var found = sameNode(action.node(), action.uid());
            if (found.isEmpty()) return new Outcome.Stale("the node is gone");
            return switch (found.get().cordon) {
                case Node.Cordon.None _ -> {
                    cluster.cordon(found.get(), new Node.Cordon.ByUs(timeline.now()));
                    yield new Outcome.Done(timeline.nextVersion());
                }
                case Node.Cordon.ByUs _ -> new Outcome.Done(0);
                case Node.Cordon.ByOthers _ -> new Outcome.Stale("closed by somebody else");
            };
        });
    }

    @Override
    public Outcome uncordon(Action.Uncordon action) {
        return write(Source.KUBERNETES, () -> {
            var found = sameNode(action.node(), action.uid());
            if (found.isEmpty()) return new Outcome.Stale("the node is gone");
            return switch (found.get().cordon) {
                case Node.Cordon.None _ -> new Outcome.Done(0);
                case Node.Cordon.ByUs _ -> {
                    cluster.cordon(found.get(), new Node.Cordon.None());
                    yield new Outcome.Done(timeline.nextVersion());
                }
                case Node.Cordon.ByOthers _ -> new Outcome.Stale("closed by somebody else");
            };
        });
    }

    @Override
    public Outcome evict(Action.Evict action) {
        return write(Source.KUBERNETES, () -> {
            var found = Optional.ofNullable(cluster.pods.get(action.namespace() + "/" + action.pod())).filter(pod -> pod.uid.equals(action.uid()));
            if (found.isEmpty()) return new Outcome.Done(0); // gone or replaced
            var budget = cluster.forbids(found.get());
            if (budget.isPresent()) return new Outcome.Refused("disruption budget " + budget.get().name());
            cluster.delete(found.get(), "evicted");
            return new Outcome.Done(timeline.nextVersion());
        });
    }

    @Override
    public Outcome nominate(Action.Nominate action) {
        return write(Source.KUBERNETES, () -> {
            var found = Optional.ofNullable(cluster.pods.get(action.namespace() + "/" + action.pod())).filter(pod -> pod.uid.equals(action.uid()));
            if (found.isEmpty()) return new Outcome.Stale("the pod is gone");
            var pod = found.get();
            if (!pod.node().isEmpty() || !pod.nominated().equals(action.expected())) return new Outcome.Stale("it has a node, or another nomination");
            pod.nominate(action.node());
            return new Outcome.Done(timeline.nextVersion());
        });
    }

    @Override
    public Outcome confirmEmpty(Action.Terminate action) {
        return ask(Source.KUBERNETES, () -> {
            var found = sameNode(action.node(), action.uid());
            if (found.isEmpty()) return new Outcome.Stale("the node is gone");
            var node = found.get();
            if (!(node.cordon instanceof Node.Cordon.ByUs)) return new Outcome.Stale("the node is not closed by us");
            return node.pods.stream().filter(pod -> !pod.resident).findFirst()
                    .<Outcome>map(pod -> new Outcome.Stale("pod " + pod.path() + " is on it"))
                    .orElseGet(() -> new Outcome.Done(0));
        });
    }

    @Override
    public Outcome confirmUnjoined(Action.TerminateUnjoined action) {
        return ask(Source.KUBERNETES, () -> cluster.nodes.values().stream()
                .filter(node -> node.providerId.endsWith("/" + action.instanceId()) || node.ip.equals(action.privateIp())
                        || node.name.equals(action.privateDns()))
                .findFirst().<Outcome>map(node -> new Outcome.Stale("node " + node.name + " is there")).orElseGet(() -> new Outcome.Done(0)));
    }

    @Override
    public Outcome raise(Action.RaiseCapacity action) {
        return write(Source.AWS, () -> {
            var found = cloud.group(action.group());
            if (found.isEmpty()) return new Outcome.Refused("no such group");
            var group = found.get();
            if (group.desired != action.expected()) return new Outcome.Stale("desired " + group.desired);
            if (action.desired() <= group.desired) return new Outcome.Refused("only upwards");
            if (action.desired() > group.max) return new Outcome.Refused("above the group's maximum " + group.max);
            cloud.setDesired(group, action.desired());
            return new Outcome.Done(0);
        });
    }

    @Override
    public Outcome suspendTerminate(Action.SuspendTerminate action) {
        return write(Source.AWS, () -> group(action.group(), group -> {
            if (group.terminateSuspended) return group.heldSince.isPresent() ? new Outcome.Done(0) : new Outcome.Stale("suspended by somebody else");
            cloud.suspendTerminate(group, action.since());
            return new Outcome.Done(0);
        }));
    }

    @Override
    public Outcome cancelLaunches(Action.CancelLaunches action) {
        return write(Source.AWS, () -> group(action.group(), group -> {
            if (!group.terminateSuspended) return new Outcome.Stale("the group is not held");
            if (group.desired != action.expected()) return new Outcome.Stale("desired " + group.desired);
            var counting = group.instances.values().stream().filter(SimCloud.SimInstance::counts).toList();
            if (counting.stream().anyMatch(instance -> instance.lifecycle == Pool.Lifecycle.PENDING)) return new Outcome.Stale("one is coming");
            if (counting.size() > action.desired()) return new Outcome.Stale(counting.size() + " are there");
            if (action.desired() < group.min) return new Outcome.Refused("below the group's minimum " + group.min);
            if (group.comesMeanwhile) cloud.launchWhatIsWanted(group);
            group.comesMeanwhile = false;
            cloud.setDesired(group, action.desired());
            return new Outcome.Done(0);
        }));
    }

    @Override
    public Outcome resumeTerminate(Action.ResumeTerminate action) {
        return write(Source.AWS, () -> group(action.group(), group -> {
            if (group.heldSince.isEmpty()) return new Outcome.Done(0);
            long counting = group.instances.values().stream().filter(SimCloud.SimInstance::counts).count();
            if (counting > group.desired && group.desired < group.max)
                return new Outcome.Stale(counting + " are there, " + group.desired + " desired");
            cloud.resumeTerminate(group);
            return new Outcome.Done(0);
        }));
    }

    private Outcome group(String name, Function<SimGroup, Outcome> write) {
        return cloud.group(name).map(write).orElseGet(() -> new Outcome.Refused("no such group"));
    }

    @Override
    public Outcome terminate(String groupName, String instanceId) {
        return write(Source.AWS, () -> {
            var found = cloud.group(groupName);
            if (found.isEmpty()) return new Outcome.Refused("no such group");
            var group = found.get();
            var instance = Optional.ofNullable(group.instances.get(instanceId)).filter(SimCloud.SimInstance::counts);
            if (instance.isEmpty()) return new Outcome.Stale("not in service");
            if (group.desired - 1 < group.min) return new Outcome.Refused("desired capacity would fall below the group's minimum " + group.min);
            group.desired--;
            instance.get().node.ifPresent(node -> counters.stranded += node.pods.stream().filter(pod -> !pod.resident).count());
            cloud.end(group, instance.get(), "terminated with decrement");
            return new Outcome.Done(0);
        });
    }

    private Outcome ask(Source source, Supplier<Outcome> question) {
        return look(() -> faults.whole(source).<Outcome>map(fault -> new Outcome.Failed(fault.error())).orElseGet(question));
    }

    private Outcome write(Source source, Supplier<Outcome> write) {
        lock.lock();
        try {
            catchUp();
            var fault = faults.whole(source).map(Missing::error);
            if (fault.isPresent()) return new Outcome.Failed(fault.get());
            var outcome = write.get();
            return faults.losesReply(source) ? new Outcome.Failed("the reply was lost") : outcome;
        } finally {
            lock.unlock();
        }
    }

    private Optional<SimNode> sameNode(String name, String uid) {
        return cluster.node(name).filter(node -> node.uid.equals(uid));
    }

    private SimGroup pool(String name) {
        return cloud.pool(name).orElseThrow(() -> new NoSuchElementException("no pool " + name));
    }

    private SimDeployment deployment(String namespace, String name) {
        return Optional.ofNullable(cluster.deployments.get(namespace + "/" + name))
                .orElseThrow(() -> new NoSuchElementException("no Deployment " + name));
    }

    // The lock

    private <T> T look(Supplier<T> question) {
        lock.lock();
        try {
            catchUp();
            return question.get();
        } finally {
            lock.unlock();
        }
    }

    private void change(Runnable what) {
        lock.lock();
        try {
            catchUp();
            var before = timeline.hash();
            what.run();
            workers.serveAll();
            wakeIfChangedSince(before);
        } finally {
            lock.unlock();
        }
    }

    /** A running clock has gone on by itself; a clock moved by hand stands where the world stands. */
    private void catchUp() {
        var before = timeline.hash();
        timeline.advanceTo(clock.now());
        wakeIfChangedSince(before); // what a reader's own call brought about may be news to what it has read before
    }

    private void wakeIfChangedSince(long hash) {
        if (timeline.hash() != hash) signals.ifPresent(listener -> listener.raise(Signals.Cause.CLUSTER));
    }
}
