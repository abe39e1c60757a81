package executorscaler.sim;

import executorscaler.act.CloudWriter;
import executorscaler.act.ClusterWriter;
import executorscaler.act.NoticeWriter;
import executorscaler.act.Outcome;
import executorscaler.config.Config;
import executorscaler.loop.Signals;
import executorscaler.observe.CloudReader;
import executorscaler.observe.ClusterReader;
import executorscaler.observe.NoticeReader;
import executorscaler.observe.QueueReader;
import executorscaler.snapshot.Missing.Source;
import executorscaler.snapshot.Author;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Notice;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Rollout;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Queues, a cluster and Auto Scaling Groups that obey the same ports as the real ones, in virtual time. Equal seeds and equal calls make equal worlds,
 * event for event ({@link #traceHash}). With a clock that is moved by hand only {@link #advance} moves it; with a running clock every call first
 * catches up with it. One lock guards everything, so that any thread may call.
 */
public final class SimWorld {
    private final SimClock clock;
    private final Timeline timeline;
    private final Jobs jobs;
    private final Faults faults;
    private final SimStats.Counters counters;
    private final SimLeases leases;
    private final SimWorkers workers;
    private final SimCluster cluster;
    private final SimCloud cloud;
    private final SimNotices notices;
    private final SimTurn turn;
    private final SimReads reads;
    private final SimClusterWrites clusterWrites;
    private final SimCloudWrites cloudWrites;

    SimWorld(SimWorldBuilder builder) {
        clock = builder.clock;
        timeline = new Timeline(clock, builder.seed);
        jobs = builder.jobs;
        faults = new Faults();
        counters = new SimStats.Counters();
        leases = new SimLeases(builder.seed);
        workers = new SimWorkers(timeline, jobs, faults, leases, counters, builder.jobsPerPod());
        cluster = new SimCluster(timeline, builder.delays, workers);
        cloud = new SimCloud(timeline, builder.delays, cluster, builder.nodeIds, builder.leavesNodes, counters);
        notices = new SimNotices(timeline, cloud);
        turn = new SimTurn(clock, timeline, faults, workers);
        reads = new SimReads(timeline, jobs, faults, leases, cluster, cloud);
        clusterWrites = new SimClusterWrites(turn, timeline, cluster, notices);
        cloudWrites = new SimCloudWrites(turn, cloud, notices, counters);
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
        turn.wakes(listener);
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

    /** What this pool's instances have run in all, in seconds: from their launch, or the world's beginning, until they are gone. */
    public long nodeSeconds(String pool) {
        return look(() -> cloud.nodeSeconds(pool(pool)));
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
            reads.redisStarted();
            timeline.trace("redis restarted empty");
        });
    }

    /** From now on this share of jobs (0 to 1) is worked on without a lease, or with one that comes late, ends early or says nonsense. */
    public void neglectLeases(double share) {
        change(() -> leases.neglect(share));
    }

    /** Reads of the cluster are up to this old from now on. */
    public void lagCluster(Duration lag) {
        change(() -> reads.clusterLag = lag);
    }

    /** Reads of the groups are up to this old from now on. */
    public void lagCloud(Duration lag) {
        change(() -> reads.cloudLag = lag);
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

    /** A group evens out its zones: one of its instances that are not protected ends, and another one comes. */
    public void rebalance(String pool) {
        change(() -> cloud.rebalance(pool(pool)));
    }

    /** EC2 takes an instance back in two minutes, and says so as often as told, each time so much later. */
    public void interrupt(String instanceId, int copies, Duration late) {
        change(() -> notices.interrupt(instanceId, copies, late));
    }

    /** EC2 recommends to do without an instance. */
    public void recommendRebalance(String instanceId, int copies, Duration late) {
        change(() -> notices.recommend(instanceId, copies, late));
    }

    /** A group ends an instance of its own choice, and waits a minute after each word of the lifecycle hook. */
    public void endWithHook(String instanceId, int copies, Duration late) {
        change(() -> notices.endWithHook(instanceId, copies, late));
    }

    /** A message that is nothing to the scaler, with what is wrong about it. */
    public void strangeNotice(Notice.Kind kind, String instanceId, String trouble) {
        change(() -> notices.stranger(kind, instanceId, trouble));
    }

    /** From now on the platform gives back the jobs that the cloud cuts off. */
    public void givesJobsBack() {
        change(() -> workers.givesBack = true);
    }

    /** Messages of AWS that nobody has deleted. */
    public List<Notice> liveNotices() {
        return look(notices::messages);
    }

    /** Somebody else sets a group's desired capacity. */
    public void setDesired(String pool, int desired) {
        change(() -> cloud.setDesired(pool(pool), desired));
    }

    /** A person scales a Deployment. */
    public void setReplicas(String namespace, String deployment, int replicas) {
        setReplicas(namespace, deployment, replicas, "kubectl", true);
    }

    /** Somebody writes a Deployment's replicas, through the scale subresource as autoscalers do, or in the object as a deploy does. */
    public void setReplicas(String namespace, String deployment, int replicas, String manager, boolean scale) {
        change(() -> cluster.scale(deployment(namespace, deployment), replicas, new Author(manager, scale, scale ? Instant.EPOCH : timeline.now())));
    }

    /** A deployment pipeline sets another template, whose image may not be there; the controller rolls it out. */
    public void deploy(String namespace, String deployment, String image, boolean imageMissing) {
        change(() -> cluster.deploy(deployment(namespace, deployment), image, imageMissing));
    }

    /** How rollouts go: all at once ({@code Recreate}), or so many percent more, and fewer, at a time. */
    public void strategy(String namespace, String deployment, boolean recreate, int surgePercent, int unavailablePercent) {
        change(() -> {
            var changed = deployment(namespace, deployment);
            changed.recreate = recreate;
            changed.surgePercent = surgePercent;
            changed.unavailablePercent = unavailablePercent;
        });
    }

    /** A person pauses a Deployment's rollouts, or lets them go on. */
    public void pause(String namespace, String deployment, boolean paused) {
        change(() -> {
            var changed = deployment(namespace, deployment);
            changed.paused = paused;
            changed.progressAt = timeline.now();
            changed.version = timeline.nextVersion();
            cluster.reconcileSoon(changed);
        });
    }

    /** A deployment pipeline sets the image, or the placeholder is put back. */
    public void setImage(String namespace, String deployment, String image) {
        change(() -> {
            var changed = deployment(namespace, deployment);
            changed.images = List.of(image);
            changed.version = timeline.nextVersion();
        });
    }

    /** Whether a finalizer that nobody takes off keeps the pods of a Deployment once they have ended. */
    public void finalizePods(String namespace, String deployment, boolean kept) {
        change(() -> cluster.keepEnded(deployment(namespace, deployment), kept));
    }

    /** Whether no disruption budget allows anything. */
    public void freezeBudgets(boolean frozen) {
        change(() -> cluster.budgetsFrozen = frozen);
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

    /** The Deployment's pods, those that are being deleted too. */
    public List<Pod> livePods(String namespace, String deployment) {
        return look(() -> deployment(namespace, deployment).pods.stream().map(SimPod::record).toList());
    }

    /** Who wrote a Deployment's replicas last. */
    public Author liveAuthor(String namespace, String deployment) {
        return look(() -> deployment(namespace, deployment).author);
    }

    /** How far a Deployment's rollout is. */
    public Rollout liveRollout(String namespace, String deployment) {
        return look(() -> deployment(namespace, deployment).rollout(timeline.now()));
    }

    /** Jobs that a rollout, somebody else who lowered replicas, or an outage of Redis cut off: nobody could have kept them from it. */
    public long jobsCutOffByOthers() {
        return look(() -> counters.cutOffByOthers);
    }

    /** Jobs that a worker took after the write that ended its pod, and before that write took effect. */
    public long racedJobs() {
        return look(() -> counters.raced);
    }

    /** Jobs that were cut off because a group evened out its zones. */
    public long rebalancedJobs() {
        return look(() -> counters.rebalanced);
    }

    /** Names of the nodes whose instance is gone. */
    public List<String> nodesLeftBehind() {
        return look(() -> cluster.nodes.values().stream().map(node -> node.name)
                .filter(name -> cloud.groups.values().stream().flatMap(group -> group.instances.values().stream())
                        .noneMatch(instance -> instance.dns.equals(name)))
                .toList());
    }

    /** A person deletes a Node object. */
    public void deleteNode(String name) {
        change(() -> cluster.node(name).ifPresent(cluster::leave));
    }

    /** How many pods are marked as the first to go. */
    public long livePodsMarked() {
        return look(() -> cluster.pods.values().stream().filter(pod -> pod.deletionCost() != 0).count());
    }

    /** How many pods that belong to no node were on nodes that the scaler ended: must stay 0 (S4). */
    public long podsEndedWithTheirNode() {
        return look(() -> counters.stranded);
    }

    // The ports

    /** Reads the queues. */
    public QueueReader queues() {
        return (config, pods, now) -> look(() -> reads.queues(config, pods, now));
    }

    /** Reads the cluster. */
    public ClusterReader cluster() {
        return (_, _) -> look(reads::cluster);
    }

    /** Reads the groups. */
    public CloudReader cloud() {
        return (_, _) -> look(reads::cloud);
    }

    /** Reads what AWS says. */
    public NoticeReader notices() {
        return (_, _) -> look(() -> faults.whole(Source.NOTICES).map(fault -> new NoticeReader.Notices(List.of(), List.of(fault)))
                .orElseGet(() -> new NoticeReader.Notices(notices.messages(), List.of())));
    }

    /** Deletes what AWS said. */
    public NoticeWriter noticeWrites() {
        return action -> turn.write(Source.NOTICES, () -> {
            notices.delete(action.message());
            return new Outcome.Done(0);
        });
    }

    /** Writes to the cluster. */
    public ClusterWriter clusterWrites() {
        return clusterWrites;
    }

    /** Writes to the groups. */
    public CloudWriter cloudWrites() {
        return cloudWrites;
    }

    private SimGroup pool(String name) {
        return cloud.pool(name).orElseThrow(() -> new NoSuchElementException("no pool " + name));
    }

    private SimDeployment deployment(String namespace, String name) {
        return Optional.ofNullable(cluster.deployments.get(namespace + "/" + name))
                .orElseThrow(() -> new NoSuchElementException("no Deployment " + name));
    }

    private <T> T look(Supplier<T> question) {
        return turn.look(question);
    }

    private void change(Runnable what) {
        turn.change(what);
    }
}
