package executorscaler.plan;

import executorscaler.act.Outcome;
import executorscaler.kubernetes.ManifestReader;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Resources;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesListBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** One random cluster's way through planner and scheduler: what is there, the pods, the plan, the nodes that it buys, and what is said while they come up. */
final class SchedulerTrial {

    private static final Duration SOON = Duration.ofSeconds(40);

    /** How long the pods of DaemonSets may take; nodes without a kubelet are given up after 50 s. */
    private static final Duration DAEMONS = Duration.ofSeconds(40);

    /** How long the scheduler has for another try at a pod for which the planner sees room; its longest back-off is 10 s. */
    private static final Duration ANOTHER_TRY = Duration.ofSeconds(15);

    /** How many more ticks may buy for the pods of one. */
    private static final int MORE_TICKS = 3;

    /** So many looks in a row at which there is nothing to be told. */
    private static final int QUIET = 5;

    private final LiveCluster live;
    private final RandomCluster cluster;
    private final PodOrder order;
    private final Path folder;

    /** The cluster's manifests and what was found go to {@code folder}. */
    SchedulerTrial(LiveCluster live, RandomCluster cluster, PodOrder order, Path folder) {
        this.live = live;
        this.cluster = cluster;
        this.order = order;
        this.folder = folder;
    }

    /** Tries it once, and leaves nothing of it in the API server. */
    Verdict verdict() throws IOException {
        try {
            var claims = cluster.named().stream().filter(PersistentVolumeClaim.class::isInstance).toList();
            cluster.named().stream().filter(object -> !claims.contains(object)).forEach(live::create);
            cluster.nodes().forEach(live::create);
            cluster.running().forEach(live::create);
            cluster.daemonSets().forEach(live::create);
            awaitNodes(cluster.nodes().size());
            claims.forEach(live::create); // a bound claim counts as lost if its controller has not seen the volume by then
            create(order.of(waiting(), Chance.of(cluster.seed())));
            var before = live.await(cluster.name(), SOON, this::answered);
            var view = PlannerView.of(cluster, before);
            var plan = view.plan();
            var bought = buy(plan, before);
            var daemons = unexpectedDaemons(comeUp(bought, before));
            var after = settled();
            var verdict = new Judgement(cluster, view, plan, bought).of(after).and(daemons);
            if (verdict.fragmented() > 0) verdict = verdict.left(stillWaiting(afterNextTicks(after)));
            if (!verdict.disagreements().isEmpty() || verdict.fragmented() > 0 || verdict.empty() > 0) keep(plan, verdict, after);
            return verdict;
        } finally {
            live.remove(cluster.name());
        }
    }

    /** What the next ticks buy for pods that found the room of theirs taken, until they buy nothing any more. */
    private LiveCluster.Seen afterNextTicks(LiveCluster.Seen after) {
        var seen = after;
        for (int tick = 0; tick < MORE_TICKS; tick++) {
            var bought = buy(PlannerView.of(cluster, seen).plan(), seen);
            if (bought.isEmpty()) break;
            comeUp(bought, seen);
            seen = settled();
        }
        return seen;
    }

    /** Pods that wait though the plan has a place for them. Others were there first: of pods that exclude each other the plan may have counted those that came late. */
    private int stillWaiting(LiveCluster.Seen seen) {
        var view = PlannerView.of(cluster, seen);
        return new Judgement(cluster, view, view.plan(), List.of()).of(seen).fragmented();
    }

    private LiveCluster.Seen comeUp(List<String> bought, LiveCluster.Seen before) {
        tellPodsTheirNodes(before.nodes().size() + bought.size());
        bought.forEach(live::start);
        return awaitNodes(before.nodes().size() + bought.size());
    }

    /**
     * What the service does while nodes come up, on which the pods of DaemonSets are first as everywhere: it tells pods their nodes. The scheduler forgets it with every try that fails, and hears it again, until it has
     * tried them all.
     */
    private void tellPodsTheirNodes(int nodes) {
        live.await(cluster.name(), DAEMONS, seen -> seen.nodes().size() == nodes && unexpectedDaemons(seen).isEmpty());
        var quiet = new AtomicInteger();
        live.await(cluster.name(), SOON, seen -> quiet.updateAndGet(looks -> tell(seen) ? 0 : looks + 1) == QUIET);
    }

    /** Whether there was anything to be told. */
    private boolean tell(LiveCluster.Seen seen) {
        boolean told = false;
        for (var step : PlannerView.of(cluster, seen).plan().steps()) {
            if (step.action() instanceof Action.Nominate nominate) told |= live.nominate(nominate) instanceof Outcome.Done;
        }
        return told;
    }

    private int pods() {
        return cluster.running().size() + cluster.pending().size();
    }

    private void keep(Plan plan, Verdict verdict, LiveCluster.Seen after) throws IOException {
        Files.writeString(folder.resolve("cluster.yaml"),
                new KubernetesSerialization().asYaml(new KubernetesListBuilder().withItems(cluster.objects()).build()));
        Files.writeString(folder.resolve("plan.txt"), lines(plan.steps()) + "\n\n" + lines(plan.held()) + "\n\n" + cluster.config() + "\n");
        var pods = after.guests().stream()
                .map(pod -> pod.path() + ": " + (pod.assigned() ? pod.node() : "told " + pod.nominated() + ", " + pod.unschedulable())).toList();
        Files.writeString(folder.resolve("verdict.txt"), order + " " + verdict + "\n" + lines(verdict.disagreements()) + "\n" + lines(pods)
                + "\n\nthe next tick:\n" + lines(PlannerView.of(cluster, after).plan().held()) + "\n");
    }

    /** All nodes without the taints of their start, and if they come on each of them the pods of DaemonSets that the planner expects there. */
    private LiveCluster.Seen awaitNodes(int nodes) {
        var started = live.await(cluster.name(), SOON, now -> allStarted(now, nodes));
        if (!allStarted(started, nodes)) throw new IllegalStateException(cluster.name() + ": its nodes did not start in time");
        return live.await(cluster.name(), DAEMONS, now -> unexpectedDaemons(now).isEmpty());
    }

    private boolean allStarted(LiveCluster.Seen seen, int nodes) {
        return seen.nodes().size() == nodes && seen.daemons().size() == cluster.daemonSets().size()
                && seen.guests().size() >= cluster.running().size()
                && seen.nodes().stream().allMatch(
                        node -> node.ready() && node.taints().stream().noneMatch(taint -> taint.key().startsWith("node.kubernetes.io/")));
    }

    /** Nodes of which DaemonSets take something else than the planner takes off for them, in words. */
    private List<String> unexpectedDaemons(LiveCluster.Seen seen) {
        var unexpected = new ArrayList<String>();
        for (var pool : cluster.pools()) {
            var expected = pool.template(seen.nodes(), List.of()).free().minus(pool.template(seen.nodes(), seen.daemons()).free());
            for (var node : seen.nodes()) {
                if (!pool.has(node)) continue;
                var taken = seen.pods().stream().filter(pod -> pod.resident() && pod.node().equals(node.name())).map(pod -> pod.shape().requests())
                        .reduce(Resources.NONE, Resources::plus);
                if (!taken.equals(expected)) unexpected.add("DaemonSets take " + taken + " of " + node.name() + ", the planner expects " + expected);
            }
        }
        return unexpected;
    }

    private RandomPool pool(String name) {
        return cluster.pools().stream().filter(pool -> pool.name().equals(name)).findFirst().orElseThrow();
    }

    /** The pods that will wait, as {@code plan --from} reads them. */
    private List<Pod> waiting() throws IOException {
        var file = folder.resolve("pending.json");
        var objects = new ArrayList<HasMetadata>(cluster.named());
        objects.addAll(RandomReferences.shared());
        objects.add(RandomReferences.unused()); // of a kind of which a file has nothing nobody knows whether the cluster has none
        objects.addAll(cluster.pending());
        Files.writeString(file, new KubernetesSerialization().asJson(new KubernetesListBuilder().withItems(objects).build()));
        return new ManifestReader(file).read(cluster.config(), Instant.now()).pods();
    }

    /** Makes the nodes that the plan buys, exactly as the planner says that they will be, and returns their names. */
    private List<String> buy(Plan plan, LiveCluster.Seen before) {
        var bought = new ArrayList<String>();
        for (var step : plan.steps()) {
            if (!(step.action() instanceof Action.RaiseCapacity raise)) continue;
            var pool = pool(raise.pool());
            var template = pool.template(before.nodes(), List.of());
            var zones = pool.nextZones(before.nodes(), raise.desired() - raise.expected());
            for (int i = raise.expected(); i < raise.desired(); i++) {
                var name = cluster.name() + "-" + raise.pool() + "-new-" + i;
                live.create(
                        NodeObjects.node(name, in(zones.get(i - raise.expected()), template.labels()), template.taints(), template.free(), true));
                bought.add(name);
            }
        }
        return bought;
    }

    private static SortedMap<String, String> in(String zone, SortedMap<String, String> labels) {
        var all = new TreeMap<>(labels);
        all.put(RandomPool.ZONE, zone);
        return all;
    }

    private void create(List<Pod> pods) {
        var manifests = cluster.pending().stream().collect(Collectors.toMap(pod -> pod.getMetadata().getName(), pod -> pod));
        for (var pod : pods) live.create(Objects.requireNonNull(manifests.get(pod.name())));
    }

    /**
     * When the scheduler has an answer for every pod, and the planner sees no room for those without a node. A pod may be refused before the scheduler has seen
     * all that is there; it is tried again then.
     */
    private LiveCluster.Seen settled() {
        var first = live.await(cluster.name(), SOON, seen -> !tell(seen) && answered(seen));
        if (!answered(first)) throw new IllegalStateException(cluster.name() + ": the scheduler did not answer for every pod in time");
        return live.await(cluster.name(), ANOTHER_TRY, seen -> !tell(seen) && answered(seen) && Judgement.roomLeft(cluster, seen).isEmpty());
    }

    private boolean answered(LiveCluster.Seen seen) {
        var guests = seen.guests();
        return guests.size() == pods()
                && guests.stream().allMatch(pod -> pod.assigned() || pod.gated() || !pod.unschedulable().isEmpty());
    }

    private static String lines(List<?> items) {
        return items.stream().map(Object::toString).collect(Collectors.joining("\n"));
    }
}
