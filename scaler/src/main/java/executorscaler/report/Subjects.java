package executorscaler.report;

import executorscaler.config.Nearest;
import executorscaler.loop.Tick;
import executorscaler.plan.Action;
import executorscaler.plan.Completeness.Lacks;
import executorscaler.plan.Plan;
import executorscaler.plan.Prospects;
import executorscaler.plan.Prospects.Prospect;
import executorscaler.plan.Reason;
import executorscaler.report.Explanation.Row;
import executorscaler.report.Outlook.Holds;
import executorscaler.report.Question.PodProspect;
import executorscaler.report.TickView.ExecutorView;
import executorscaler.report.TickView.NodeView;
import executorscaler.report.TickView.PoolView;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Pool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds what a question is about, and everything along the chain from the job to the pool that the answer may lie with. */
final class Subjects {

    /** What was found. */
    sealed interface Found {}

    record Asked(Question question) implements Found {}

    record Nothing(String message, boolean understood) implements Found {}

    private final Tick tick;
    private final List<ExecutorView> executors;
    private final List<PoolView> pools;
    private final ChainRows rows;

    private Subjects(Tick tick) {
        this.tick = tick;
        executors = TickView.executors(tick);
        pools = TickView.pools(tick);
        rows = new ChainRows(tick);
    }

    static Found find(Tick tick, String subject) {
        var parts = subject.strip().split("/", 2);
        var kind = parts.length == 2 && !parts[1].isEmpty() ? parts[0] : "";
        var subjects = new Subjects(tick);
        return switch (kind) {
            case "executor" -> subjects.executor(parts[1]);
            case "pool" -> subjects.pool(parts[1]);
            case "node" -> subjects.node(parts[1]);
            case "pod" -> subjects.pod(parts[1]);
            default -> new Nothing("ask for pod/NAME, executor/NAME, pool/NAME or node/NAME, not for '" + Sentences.quote(subject) + "'", false);
        };
    }

    private Found executor(String name) {
        var view = executors.stream().filter(one -> one.name().equals(name)).findFirst();
        if (view.isEmpty()) return nothing("executor", name, executors.stream().map(ExecutorView::name).toList());
        var one = view.get();
        boolean waits = one.queue().isEmpty() || one.queue().get().waiting() + one.queue().get().due() > 0;
        boolean stays = one.deployment().map(deployment -> deployment.replicas() > one.config().minReplicas()).orElse(true);
        var holds = waits ? Holds.WORK : stays ? Holds.RETURN : Holds.NOTHING;
        var ours = poolsOf(one);
        return new Asked(new Question("executor/" + name, scope(Stream.of("source/redis", "executor/" + name), one.pods(), ours, holds), holds,
                rows.state(one), rows.of(one, ours), rows.course(one, ours, holds), holds == Holds.WORK ? prospects(one.pods()) : List.of()));
    }

    private Found pool(String name) {
        var view = pools.stream().filter(one -> one.name().equals(name)).findFirst();
        if (view.isEmpty()) return nothing("pool", name, pools.stream().map(PoolView::name).toList());
        var one = view.get();
        var pool = "pool/" + name;
        boolean waits = one.group().isEmpty() || one.onTheWay() > 0
                || tick.plan().steps().stream().anyMatch(step -> step.action() instanceof Action.RaiseCapacity raise && raise.pool().equals(name))
                || tick.plan().held().stream().anyMatch(held -> held.subject().equals(pool) && Outlook.of(held.why()).holds() == Holds.WORK);
        var holds = waits ? Holds.WORK : one.nodes().isEmpty() ? Holds.NOTHING : Holds.RETURN;
        var scope = new LinkedHashSet<>(List.of(pool, "source/aws", "source/kubernetes"));
        one.group().map(Pool::instances).orElse(List.of()).forEach(instance -> scope.add("instance/" + instance.id()));
        one.nodes().forEach(node -> scope.add("node/" + node.node().name()));
        return new Asked(new Question(pool, List.copyOf(scope), holds, rows.state(one), rows.of(one), rows.course(List.of(one), holds)));
    }

    private Found node(String name) {
        var seen = tick.snapshot().nodes().stream().filter(one -> one.name().equals(name)).findFirst();
        if (seen.isEmpty()) return nothing("node", name, tick.snapshot().nodes().stream().map(Node::name).toList());
        var home = pools.stream().filter(pool -> pool.node(name).isPresent()).findFirst();
        var view = home.flatMap(pool -> pool.node(name)).orElseGet(() -> new NodeView(seen.get(), Optional.empty(), Lacks.NOTHING));
        var there = tick.snapshot().pods().stream().filter(pod -> pod.node().equals(name) && !pod.ended()).toList();
        var holds = view.leaving() ? Holds.NOTHING : view.joining() ? Holds.WORK : Holds.RETURN;
        var scope = new LinkedHashSet<>(List.of("node/" + name));
        view.instance().ifPresent(instance -> scope.add("instance/" + instance.id()));
        there.stream().filter(pod -> !pod.resident()).forEach(pod -> scope.add("pod/" + pod.path()));
        home.ifPresent(pool -> scope.add("pool/" + pool.name()));
        scope.addAll(List.of("source/kubernetes", "source/aws", "source/redis", "source/notices"));
        return new Asked(new Question("node/" + name, List.copyOf(scope), holds, rows.state(view), rows.of(view, there, home), rows.course(view)));
    }

    private Found pod(String name) {
        var seen = tick.snapshot().pods().stream().filter(one -> one.path().equals(name) || one.name().equals(name)).toList();
        if (seen.isEmpty()) return nothing("pod", name, tick.snapshot().pods().stream().map(Pod::path).toList());
        if (seen.stream().map(Pod::path).distinct().count() > 1)
            return new Nothing("several pods are called " + name + ": ask for pod/" + seen.getFirst().path() + " or another namespace", false);
        var pod = seen.getFirst();
        var executor = executors.stream().filter(one -> one.pods().stream().anyMatch(each -> each.path().equals(pod.path()))).findFirst();
        boolean waits = !pod.ended() && !pod.terminating() && !pod.ready();
        var holds = pod.ended() || pod.terminating() ? Holds.NOTHING : waits ? Holds.WORK : Holds.RETURN;
        var ours = executor.map(this::poolsOf).orElse(pools);
        var prospect = prospect(pod);
        var awaited = prospect.map(Prospect::coming).orElse(List.of()).stream().map(Reason.NodesComing::pool).toList();
        var near = new ArrayList<>(List.of("pod/" + pod.path()));
        if (pod.assigned() && !waits) near.add("node/" + pod.node());
        if (!pod.assigned()) near.addAll(alike(pod));
        awaited.forEach(pool -> near.add("pool/" + pool));
        executor.ifPresent(one -> near.add("executor/" + one.name()));
        var table = new ArrayList<Row>(rows.of(pod));
        executor.ifPresentOrElse(one -> table.addAll(rows.of(one, ours)),
                () -> table.addAll(rows.of(pools.stream().filter(pool -> awaited.contains(pool.name())).toList())));
        // Whose place is known waits for no node of another pool.
        var course = rows.course(pod, prospect.isPresent() ? List.of() : ours);
        return new Asked(new Question("pod/" + pod.path(), scope(near.stream(), List.of(), executor.isPresent() ? ours : List.of(), holds), holds,
                rows.state(pod, prospect), table, course,
                prospect.map(one -> new PodProspect("pod/" + pod.path(), one)).stream().toList()));
    }

    private Optional<Prospect> prospect(Pod pod) {
        return Prospects.of(tick.config().config(), tick.snapshot(), tick.memory(), pod);
    }

    /** Of those that wait, one of each shape: there are two during a rollout. */
    private List<PodProspect> prospects(List<Pod> pods) {
        var shapes = new LinkedHashMap<PodShape, Pod>();
        for (var pod : pods) {
            if (!pod.assigned() && !pod.terminating()) shapes.putIfAbsent(pod.shape(), pod);
        }
        var prospects = new ArrayList<PodProspect>();
        for (var pod : shapes.values()) prospect(pod).ifPresent(one -> prospects.add(new PodProspect("pod/" + pod.path(), one)));
        return prospects;
    }

    /** The planner speaks of pods that are alike by one of them. */
    private List<String> alike(Pod pod) {
        var spoken = tick.plan().held().stream().map(Plan.Held::subject).filter(subject -> subject.startsWith("pod/")).toList();
        return tick.snapshot().pods().stream()
                .filter(other -> !other.assigned() && other.namespace().equals(pod.namespace()) && other.shape().equals(pod.shape())
                        && other.labels().equals(pod.labels()))
                .map(other -> "pod/" + other.path()).filter(spoken::contains).toList();
    }

    private List<String> scope(Stream<String> nearest, List<Pod> pods, List<PoolView> ours, Holds holds) {
        var scope = new LinkedHashSet<>(nearest.toList());
        pods.forEach(pod -> scope.add("pod/" + pod.path()));
        scope.addAll(List.of("source/kubernetes", "source/redis"));
        for (var pool : ours) {
            scope.add("pool/" + pool.name());
            pool.booting().forEach(instance -> scope.add("instance/" + instance.id()));
            if (holds == Holds.RETURN) pool.nodes().forEach(node -> scope.add("node/" + node.node().name()));
        }
        scope.add("source/aws");
        return List.copyOf(scope);
    }

    private List<PoolView> poolsOf(ExecutorView executor) {
        return pools.stream().filter(pool -> executor.pools().contains(pool.name())).toList();
    }

    private static Nothing nothing(String kind, String name, List<String> known) {
        var nearest = Nearest.of(name, known);
        var hint = !nearest.isEmpty()
                ? "; did you mean " + kind + "/" + nearest + "?"
                : known.isEmpty() ? "; there is none" : "; there is " + kind + "/" + likest(name, known) + more(known.size() - 1);
        return new Nothing("there is no " + kind + " " + Sentences.quote(name) + hint, true);
    }

    /** The one whose own name, without a namespace, begins most alike: of sixty pods those of the same Deployment are meant. */
    private static String likest(String name, List<String> known) {
        var best = known.getFirst();
        for (var one : known) if (shared(one, name) > shared(best, name)) best = one;
        return best;
    }

    private static int shared(String a, String b) {
        var ends = Arrays.mismatch(own(a), own(b));
        return ends < 0 ? Integer.MAX_VALUE : ends;
    }

    private static char[] own(String path) {
        return path.substring(path.lastIndexOf('/') + 1).toCharArray();
    }

    private static String more(int others) {
        return others == 0 ? "" : " and " + Sentences.count(others, "other");
    }
}
