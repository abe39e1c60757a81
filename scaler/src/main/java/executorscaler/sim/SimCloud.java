package executorscaler.sim;

import executorscaler.act.Outcome;
import executorscaler.config.PoolConfig;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Taint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The Auto Scaling Groups and their instances, and the boot that turns an instance into a node of the cluster. */
final class SimCloud {
    private static final Duration REFUSAL_RETRY = Duration.ofSeconds(30);

    /** An instance, and the node that came of it. */
    static final class SimInstance {
        final String id;
        final String ip;
        final String dns;
        final String zone;
        final Instant launchedAt;
        Pool.Lifecycle lifecycle = Pool.Lifecycle.PENDING;
        Optional<SimNode> node = Optional.empty();
        boolean shielded; // from scale-in
        Instant takenAt = Instant.MAX; // when EC2 takes it back
        Instant waitsUntil = Instant.MIN; // how long its group waits for a lifecycle hook

        SimInstance(String id, String ip, String dns, String zone, Instant launchedAt) {
            this.id = id;
            this.ip = ip;
            this.dns = dns;
            this.zone = zone;
            this.launchedAt = launchedAt;
        }

        boolean counts() {
            return lifecycle == Pool.Lifecycle.PENDING || lifecycle == Pool.Lifecycle.IN_SERVICE;
        }
    }

    private final Timeline timeline;
    private final Delays delays;
    private final SimCluster cluster;
    private final NodeIds nodeIds;
    final SortedMap<String, SimGroup> groups = new TreeMap<>(); // by the ASG's name
    final SimStats.Counters counters;
    private final Instant begun;
    private final boolean leavesNodes; // nobody removes the Node object of an instance that is gone
    private int addresses;

    SimCloud(Timeline timeline, Delays delays, SimCluster cluster, NodeIds nodeIds, boolean leavesNodes, SimStats.Counters counters) {
        this.timeline = timeline;
        this.delays = delays;
        this.cluster = cluster;
        this.nodeIds = nodeIds;
        this.leavesNodes = leavesNodes;
        this.counters = counters;
        this.begun = timeline.now();
    }

    Optional<SimGroup> group(String name) {
        return Optional.ofNullable(groups.get(name));
    }

    Optional<SimGroup> pool(String name) {
        return groups.values().stream().filter(group -> group.config.name().equals(name)).findFirst();
    }

    /** A group with this desired capacity, its nodes ready since long ago. */
    void add(SimGroup group, int desired) {
        groups.put(group.name, group);
        group.desired = desired;
        for (int i = 0; i < desired; i++) {
            var instance = instance(group, timeline.now().minus(Duration.ofHours(1)));
            instance.lifecycle = Pool.Lifecycle.IN_SERVICE;
            var node = join(group, instance);
            node.offer(Machines.allocatable(group.config, group.type));
            cluster.becomeReady(node);
        }
    }

    void setDesired(SimGroup group, int desired) {
        timeline.trace("group " + group.name + " desired " + group.desired + " -> " + desired);
        group.desired = desired;
        timeline.in(delays.launch(), () -> reconcile(group)); // an order does not wait for the next try at the last one
    }

    private void reconcileSoon(SimGroup group, Duration delay) {
        if (group.reconciling) return;
        group.reconciling = true;
        timeline.in(delay, () -> {
            group.reconciling = false;
            reconcile(group);
        });
    }

    /** Launches what is missing; where desired capacity was lowered by number the group chooses the victims itself, busy or not, if they are not protected. */
    private void reconcile(SimGroup group) {
        var counting = new ArrayList<>(group.instances.values().stream().filter(SimInstance::counts).toList());
        var victims = new ArrayList<>(counting.stream().filter(one -> !one.shielded).toList());
        while (counting.size() > group.desired && !group.terminateSuspended && !victims.isEmpty()) {
            var victim = victims.remove(timeline.random().nextInt(victims.size()));
            counting.remove(victim);
            end(group, victim, "the group chose it");
        }
        if (counting.size() < group.desired && group.refused) {
            timeline.trace("group " + group.name + " gets no capacity");
            group.failures
                    .addFirst(new Pool.LaunchFailure("activity-" + timeline.hex(8), timeline.now(), Pool.LaunchFailure.Cause.NO_CAPACITY, "", "",
                            "no capacity"));
            reconcileSoon(group, REFUSAL_RETRY);
            return;
        }
        for (int i = counting.size(); i < group.desired; i++) boot(group, instance(group, timeline.now()));
    }

    /** The group evens out its zones: launches one instance, and ends one that is not protected. */
    void rebalance(SimGroup group) {
        var victims = group.instances.values().stream().filter(one -> one.lifecycle == Pool.Lifecycle.IN_SERVICE && !one.shielded).toList();
        if (victims.isEmpty() || group.terminateSuspended) return;
        end(group, victims.get(timeline.random().nextInt(victims.size())), SimWorkers.REBALANCE);
    }

    /** As the API has it: all or nothing, and of instances in service only. */
    Outcome shield(SimGroup group, List<String> ids, boolean on) {
        var named = group.instances.values().stream()
                .filter(one -> ids.contains(one.id) && one.lifecycle == Pool.Lifecycle.IN_SERVICE && one.shielded != on).toList();
        for (var one : named) {
            one.shielded = on;
            timeline.trace("instance " + one.id + (on ? " is" : " is not") + " protected from scale-in");
        }
        return new Outcome.Done(0);
    }

    /** Whether EC2 has ended it. */
    boolean isGone(String id) {
        return groups.values().stream().noneMatch(group -> group.instances.containsKey(id));
    }

    /** AWS goes on trying, and now succeeds. */
    void launchWhatIsWanted(SimGroup group) {
        long counting = group.instances.values().stream().filter(SimInstance::counts).count();
        for (long i = counting; i < group.desired; i++) boot(group, instance(group, timeline.now()));
    }

    void suspendTerminate(SimGroup group, Instant since) {
        timeline.trace("group " + group.name + " may end nothing");
        group.heldSince = Optional.of(since);
        group.terminateSuspended = true;
    }

    void resumeTerminate(SimGroup group) {
        timeline.trace("group " + group.name + " may end instances");
        group.heldSince = Optional.empty();
        group.terminateSuspended = false;
        reconcileSoon(group, delays.launch());
    }

    private SimInstance instance(SimGroup group, Instant launchedAt) {
        int address = ++addresses;
        var ip = "10.0." + (address >> 8) + "." + (address & 0xff);
        var zone = group.zones.get(group.launched++ % group.zones.size());
        var instance = new SimInstance("i-" + timeline.hex(17), ip, "ip-" + ip.replace('.', '-') + ".ec2.internal", zone, launchedAt);
        group.instances.put(instance.id, instance);
        return instance;
    }

    private void boot(SimGroup group, SimInstance instance) {
        timeline.trace("instance " + instance.id + " launched in " + group.name);
        counters.launched++;
        var boot = group.boot.orElse(delays.boot());
        if (!delays.bootJitter().isZero()) boot = boot.plusMillis(timeline.random().nextLong(delays.bootJitter().toMillis()));
        timeline.in(boot.dividedBy(4), () -> {
            if (instance.lifecycle == Pool.Lifecycle.PENDING) instance.lifecycle = Pool.Lifecycle.IN_SERVICE;
        });
        timeline.in(boot, () -> {
            if (!instance.counts() || group.neverJoins) return;
            var node = join(group, instance);
            node.starting = true;
            timeline.in(delays.ready(), () -> ready(group, instance, node));
        });
    }

    private SimNode join(SimGroup group, SimInstance instance) {
        var labels = new TreeMap<>(group.config.labels());
        labels.put("kubernetes.io/hostname", instance.dns);
        labels.put("kubernetes.io/arch", group.type.architecture());
        labels.put("node.kubernetes.io/instance-type", group.type.name());
        labels.put("topology.kubernetes.io/zone", instance.zone);
        var taints = group.config.taints().stream().map(taint -> new Taint(taint.key(), taint.value(), effect(taint.effect()))).toList();
        var providerId = switch (nodeIds) {
            case AWS -> "aws:///" + instance.zone + "/" + instance.id;
            case K3S -> "k3s://" + instance.dns;
        };
        var whole = Machines.allocatable(group.config, group.type);
        var plain = new Resources(whole.cpuMillis(), whole.memoryBytes(), whole.ephemeralBytes(), whole.pods(), new TreeMap<>());
        var node = new SimNode(instance.dns, "node-" + timeline.hex(12), providerId, instance.ip, labels, taints, plain,
                instance.launchedAt.isBefore(timeline.now()) ? timeline.now() : instance.launchedAt);
        instance.node = Optional.of(node);
        cluster.join(node);
        counters.nodes(cluster.nodes.size());
        return node;
    }

    private void ready(SimGroup group, SimInstance instance, SimNode node) {
        if (!instance.counts()) return;
        cluster.becomeReady(node);
        if (group.type.accelerators().isEmpty()) return;
        timeline.in(delays.accelerators(), () -> {
            if (instance.counts()) cluster.offer(node, Machines.allocatable(group.config, group.type));
        });
    }

    /** Ends an instance: its pods stop now, node and instance are gone a little later. */
    void end(SimGroup group, SimInstance instance, String because) {
        if (!instance.counts()) return;
        timeline.trace("instance " + instance.id + " ends: " + because);
        replace(group);
        finish(group, instance, because);
    }

    /** The group makes up for what is going. */
    void replace(SimGroup group) {
        reconcileSoon(group, delays.launch());
    }

    /** What is going stops. */
    void finish(SimGroup group, SimInstance instance, String because) {
        instance.lifecycle = Pool.Lifecycle.LEAVING;
        counters.ended++;
        instance.node.ifPresent(node -> cluster.stop(node, because));
        timeline.in(delays.shutdown(), () -> {
            group.instances.remove(instance.id);
            counters.instanceTime = counters.instanceTime.plus(ran(instance));
            group.ran = group.ran.plus(ran(instance));
            instance.node.ifPresent(leavesNodes ? cluster::strand : cluster::leave);
        });
    }

    /** What all instances have run in all, in seconds, those that still run included. */
    long nodeSeconds() {
        return counters.instanceTime.toSeconds() + groups.values().stream().flatMap(group -> group.instances.values().stream())
                .mapToLong(instance -> ran(instance).toSeconds()).sum();
    }

    /** What this group's instances have run in all, in seconds. */
    long nodeSeconds(SimGroup group) {
        return group.ran.toSeconds() + group.instances.values().stream().mapToLong(instance -> ran(instance).toSeconds()).sum();
    }

    /** What an instance has run since the world began. */
    private Duration ran(SimInstance instance) {
        var from = instance.launchedAt.isBefore(begun) ? begun : instance.launchedAt;
        return Duration.between(from, timeline.now());
    }

    static List<String> zones() {
        return IntStream.range(0, 2).mapToObj(i -> "us-east-1" + (char) ('a' + i)).toList();
    }

    private static Taint.Effect effect(PoolConfig.Effect effect) {
        return switch (effect) {
            case NO_SCHEDULE -> Taint.Effect.NO_SCHEDULE;
            case PREFER_NO_SCHEDULE -> Taint.Effect.PREFER_NO_SCHEDULE;
            case NO_EXECUTE -> Taint.Effect.NO_EXECUTE;
        };
    }
}
