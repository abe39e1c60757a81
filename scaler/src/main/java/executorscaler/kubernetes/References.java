package executorscaler.kubernetes;

import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodRules;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.PodTerm;
import executorscaler.snapshot.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Completes pods and templates with what the objects say that they name: claims, namespaces by label, priority classes. Mapped once, a pod does not change with
 * them; so it is completed when it is read, and again only when it or they have changed. Pods that name nothing, as most do, are passed on as they are. Used by
 * one thread.
 */
final class References {

    private static final Map<String, Integer> SYSTEM_CLASSES = Map.of("system-cluster-critical", 2_000_000_000, "system-node-critical",
            2_000_001_000);

    private final Knowledge knowledge;
    private final Volumes volumes;
    private final UnaryOperator<PodShape> shared;
    private final Map<PodTerm, PodTerm> terms = new HashMap<>();
    private final IdentityHashMap<PodShape, PodShape> shapes = new IdentityHashMap<>(); // that mean namespaces by label
    private IdentityHashMap<Pod, Pod> completed = new IdentityHashMap<>();
    private @Nullable List<Pod> given;
    private List<Pod> complete = List.of();

    /** @param shared gives the instance that equal shapes share */
    References(Knowledge knowledge, UnaryOperator<PodShape> shared) {
        this.knowledge = knowledge;
        this.volumes = new Volumes(knowledge);
        this.shared = shared;
    }

    Knowledge knowledge() {
        return knowledge;
    }

    /** The pods with complete shapes, in their order. */
    @SuppressWarnings("ReferenceEquality") // the cache gives the same list while nothing changes; comparing 150,000 pods would cost what this saves
    List<Pod> pods(List<Pod> pods) {
        if (pods == given) return complete;
        given = pods;
        complete = pods;
        if (pods.stream().noneMatch(References::names)) return complete;
        var taken = volumes.taken(pods);
        var now = new IdentityHashMap<Pod, Pod>();
        var all = new ArrayList<Pod>(pods.size());
        for (Pod pod : pods) {
            if (!names(pod)) {
                all.add(pod);
                continue;
            }
            var known = completed.get(pod);
            var done = known == null ? complete(pod, taken) : known;
            // Whether another pod has a claim can change though neither this one nor the claim does.
            if (!volumes.oncePerPod(pod)) now.put(pod, done);
            all.add(done);
        }
        completed = now;
        complete = List.copyOf(all);
        return complete;
    }

    /** The executor with a complete shape, under the name that the config gives it; {@code pods} as they are in the cluster. */
    Executor executor(Template template, String name, List<Pod> pods) {
        var executor = template.executor();
        var shape = withNamespaces(executor.shape());
        if (template.hasVolumes()) shape = volumes.of(shape, executor.namespace(), template, volumes.taken(pods));
        if (!template.priorityGiven()) shape = withPriority(shape, template.priorityClass());
        return new Executor(name, executor.namespace(), executor.deployment(), executor.uid(), executor.version(), executor.replicas(),
                executor.ready(), shared.apply(shape), executor.podLabels(), executor.images(), executor.rollout(), executor.pause(),
                executor.author());
    }

    private static boolean names(Pod pod) {
        return !pod.ended() && (!pod.claims().isEmpty() || pod.shape().rules().selectsNamespaces());
    }

    private Pod complete(Pod pod, Map<String, String> taken) {
        var met = pod.shaped(shapes.computeIfAbsent(pod.shape(), this::withNamespaces));
        return met.claims().isEmpty() ? met : met.shaped(shared.apply(volumes.of(met, taken)));
    }

    private PodShape withNamespaces(PodShape shape) {
        var rules = shape.rules();
        if (!rules.selectsNamespaces()) return shape;
        var notModelled = new TreeSet<>(shape.notModelled());
        if (knowledge.namespaces().isKnown()) {
            rules = new PodRules(named(rules.near()), named(rules.apart()), rules.spreads(), rules.hostPorts());
        } else {
            notModelled.add("namespaceSelector: " + knowledge.namespaces().unknown());
        }
        return shared.apply(new PodShape(shape.requests(), shape.nodeSelector(), shape.nodeTerms(), shape.ownTerms(), shape.tolerations(), rules,
                shape.priority(),
                shape.preempts(), shape.waitsFor(), List.copyOf(notModelled)));
    }

    private List<PodTerm> named(List<PodTerm> some) {
        return some.stream().map(term -> term.namespaceLabels().isEmpty() ? term : terms.computeIfAbsent(term, this::named)).toList();
    }

    private PodTerm named(PodTerm term) {
        var selector = new Selector(term.namespaceLabels());
        var names = new TreeSet<>(term.namespaces());
        for (var namespace : knowledge.namespaces().records()) {
            if (selector.matches(namespace.labels())) names.add(namespace.name());
        }
        // No name at all would mean every namespace.
        return names.isEmpty()
                ? new PodTerm(List.of(), Selector.NOTHING, term.topologyKey())
                : new PodTerm(List.copyOf(names), term.pods(), term.topologyKey());
    }

    /** What the API server would write into the template's pods. */
    private PodShape withPriority(PodShape shape, String className) {
        var classes = knowledge.priorities();
        if (className.isEmpty()) {
            // Of several defaults the API server takes the lowest.
            return classes.records().stream().filter(PriorityLevel::byDefault).min((one, other) -> Integer.compare(one.value(), other.value()))
                    .map(level -> with(shape, level)).orElse(shape);
        }
        var found = classes.records().stream().filter(level -> level.name().equals(className)).findFirst();
        if (found.isPresent()) return with(shape, found.get());
        if (SYSTEM_CLASSES.containsKey(className))
            return with(shape, new PriorityLevel(className, Objects.requireNonNull(SYSTEM_CLASSES.get(className)), false, true));
        var waitsFor = new TreeSet<>(shape.waitsFor());
        var notModelled = new TreeSet<>(shape.notModelled());
        if (classes.isKnown()) {
            waitsFor.add("priority class " + className + " does not exist");
        } else {
            notModelled.add("priorityClassName: " + classes.unknown());
        }
        return new PodShape(shape.requests(), shape.nodeSelector(), shape.nodeTerms(), shape.ownTerms(), shape.tolerations(), shape.rules(),
                shape.priority(),
                shape.preempts(), List.copyOf(waitsFor), List.copyOf(notModelled));
    }

    private static PodShape with(PodShape shape, PriorityLevel level) {
        return new PodShape(shape.requests(), shape.nodeSelector(), shape.nodeTerms(), shape.ownTerms(), shape.tolerations(), shape.rules(),
                level.value(),
                shape.preempts() && level.preempts(), shape.waitsFor(), shape.notModelled());
    }
}
