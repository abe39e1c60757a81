package executorscaler.plan.scheduling;

import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodRules;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.PodTerm;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Spread;
import executorscaler.snapshot.Taint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which pods are where, as far as the rules between pods ask: pod affinity, pod anti-affinity in both directions, topology spread. Counts as the scheduler counts:
 * pods per domain, kept up to date while pods are placed. What is asked alike is counted once, however many groups ask it. Clusters without such rules cost
 * nothing here.
 */
public final class Surroundings {

    /** A node that is there, with the pods on it that have not ended. */
    public record Place(String node, SortedMap<String, String> labels, List<Taint> taints, List<Pod> pods) implements Site {
        @Override
        public List<String> zones() {
            return List.of(); // it has come up
        }

        @Override
        @Nullable
        public String domain(String topologyKey) {
            return labels.get(topologyKey);
        }
    }

    /** Pods that no rule can tell apart. */
    private record Kind(String namespace, SortedMap<String, String> labels) {}

    private final Map<List<PodTerm>, Near> nears = new LinkedHashMap<>();
    private final Map<PodTerm, Tally> avoided = new LinkedHashMap<>(); // pods that the term means
    private final Map<PodTerm, Tally> avoiding = new LinkedHashMap<>(); // pods that have the term
    private final Map<SpreadCount.Asked, SpreadCount> spreads = new LinkedHashMap<>();
    private final IdentityHashMap<Group, Circle> circles = new IdentityHashMap<>();
    private final IdentityHashMap<Group, List<Count>> counts = new IdentityHashMap<>();

    private Surroundings() {}

    /** Around these groups, the pods on these nodes. */
    public static Surroundings of(List<Group> groups, Collection<Place> places) {
        var around = new Surroundings();
        // Whom a pod that is there, or that is placed earlier, keeps away: by the terms of all of them.
        var terms = new LinkedHashSet<PodTerm>();
        for (Group group : groups) terms.addAll(group.shape().rules().apart());
        for (Place place : places) {
            for (Pod pod : place.pods()) {
                var apart = pod.shape().rules().apart();
                if (!apart.isEmpty()) terms.addAll(apart);
            }
        }
        for (Group group : groups) {
            var keptAway = terms.stream().filter(term -> term.means(group.namespace(), group.labels())).toList();
            if (group.shape().rules().social() || !keptAway.isEmpty()) around.circles.put(group, around.circle(group, keptAway));
        }
        if (!around.circles.isEmpty()) around.read(places);
        return around;
    }

    /** The label keys that any of these rules asks about. */
    public static Stream<String> keys(PodRules rules) {
        var selectors = Stream.concat(Stream.concat(rules.near().stream(), rules.apart().stream()).map(PodTerm::pods),
                rules.spreads().stream().map(Spread::pods));
        return selectors.flatMap(selector -> selector.requirements().stream()).map(Requirement::key);
    }

    private Circle circle(Group group, List<PodTerm> keptAway) {
        var rules = group.shape().rules();
        return new Circle(group, rules.near().isEmpty() ? null : nears.computeIfAbsent(rules.near(), Near::new),
                rules.apart().stream().map(term -> avoided.computeIfAbsent(term, each -> new Tally(each.topologyKey()))).toList(),
                keptAway.stream().sorted(Comparator.comparing(PodTerm::topologyKey))
                        .map(term -> avoiding.computeIfAbsent(term, each -> new Tally(each.topologyKey()))).toList(),
                rules.spreads().stream()
                        .map(spread -> spreads.computeIfAbsent(SpreadCount.Asked.of(group.namespace(), spread, group.shape()), SpreadCount::new))
                        .toList());
    }

    private void read(Collection<Place> places) {
        var byKind = new LinkedHashMap<Kind, List<Count>>();
        var byShape = new IdentityHashMap<PodShape, List<Count>>();
        for (Place place : places) {
            for (SpreadCount spread : spreads.values()) spread.addDomain(place);
            for (Pod pod : place.pods()) {
                for (Count count : byKind.computeIfAbsent(new Kind(pod.namespace(), pod.labels()), kind -> changedBy(kind.namespace, kind.labels)))
                    count.add(place, 1, pod.terminating());
                if (pod.shape().rules().apart().isEmpty()) continue;
                for (Count count : byShape.computeIfAbsent(pod.shape(), shape -> changedBy(shape.rules()))) count.add(place, 1, pod.terminating());
            }
        }
    }

    /** A node that is not there yet is a domain too. */
    public void add(Bin bin) {
        for (SpreadCount spread : spreads.values()) spread.addDomain(bin);
    }

    /** Whether there is any group that rules between pods concern. */
    public boolean concernsAny() {
        return !circles.isEmpty();
    }

    /** Whether pods of this group have anything to ask of other pods, or others of them. */
    public boolean concerns(Group group) {
        return circles.containsKey(group);
    }

    /** Whether a placement of this group's pods can make room for more of them where there was none. */
    public boolean reopens(Group group) {
        var rules = group.shape().rules();
        return !rules.near().isEmpty() || !rules.spreads().isEmpty();
    }

    /** Whether the rules between pods let one more pod of the group into the bin. */
    public boolean allows(Group group, Bin bin) {
        var circle = circles.get(group);
        return circle == null || circle.refusal(bin) == null;
    }

    /** The first rule that keeps one more pod of the group out of the bin, in words; empty when none does. */
    public String refusal(Group group, Bin bin) {
        var circle = circles.get(group);
        var refusal = circle == null ? null : circle.refusal(bin);
        return refusal == null ? "" : refusal.words();
    }

    /** To be told of every placement. */
    void placed(Group group, Bin bin, int pods) {
        if (circles.isEmpty()) return;
        for (Count count : counts.computeIfAbsent(group, this::changedBy)) count.add(bin, pods, false);
    }

    private List<Count> changedBy(Group group) {
        return Stream.concat(changedBy(group.namespace(), group.labels()).stream(), changedBy(group.shape().rules()).stream()).toList();
    }

    /** What a pod changes by being the one that it is. */
    private List<Count> changedBy(String namespace, SortedMap<String, String> labels) {
        var changed = new ArrayList<Count>();
        for (Near near : nears.values()) {
            if (near.means(namespace, labels)) changed.addAll(near.tallies);
        }
        avoided.forEach((term, tally) -> {
            if (term.means(namespace, labels)) changed.add(tally);
        });
        for (SpreadCount spread : spreads.values()) {
            if (spread.means(namespace, labels)) changed.add(spread);
        }
        return changed;
    }

    /** What a pod changes by keeping others away. */
    private List<Count> changedBy(PodRules rules) {
        return rules.apart().stream().filter(avoiding::containsKey).<Count>map(avoiding::get).toList();
    }

    /** The pods that all of these terms mean: the scheduler counts a pod towards an affinity only then. */
    private static final class Near {
        private final List<PodTerm> terms;
        private final List<Tally> tallies;

        Near(List<PodTerm> terms) {
            this.terms = terms;
            tallies = terms.stream().map(term -> new Tally(term.topologyKey())).toList();
        }

        boolean means(String namespace, SortedMap<String, String> labels) {
            return terms.stream().allMatch(term -> term.means(namespace, labels));
        }

        @Nullable
        Refusal refusal(Site site, boolean itself) {
            for (Tally tally : tallies) {
                if (site.domain(tally.key()) == null) return new Refusal(Refusal.Why.NO_LABEL, tally.key(), 0);
            }
            boolean there = true;
            boolean nowhere = true;
            for (Tally tally : tallies) {
                there &= tally.any(site);
                nowhere &= tally.isEmpty();
            }
            return there || (itself && nowhere) ? null : new Refusal(Refusal.Why.NOT_NEAR, tallies.getFirst().key(), 0);
        }
    }

    /** What keeps a pod out, to be put into words only where somebody reads them. */
    private record Refusal(Why why, String key, int skew) {
        private enum Why { NO_LABEL, NOT_NEAR, AVOIDS, AVOIDED, SKEW }

        String words() {
            return switch (why) {
                case NO_LABEL -> "the pod's affinity wants a node with the label " + key;
                case NOT_NEAR -> "no pod that the pod's affinity asks for is in the node's " + key;
                case AVOIDS -> "a pod that the pod's anti-affinity avoids is in the node's " + key;
                case AVOIDED -> "a pod whose anti-affinity avoids the pod is in the node's " + key;
                case SKEW -> "one more in the node's " + key + " would exceed the pod's spread of " + skew;
            };
        }
    }

    /** What one group has around it. */
    private static final class Circle {
        private final @Nullable Near near;
        private final boolean nearItself;
        private final List<Tally> apart;
        private final List<Tally> keptAway; // pods that will not have this group beside them
        private final List<SpreadCount> spreads;
        private final List<Boolean> spreadsItself;

        Circle(Group group, @Nullable Near near, List<Tally> apart, List<Tally> keptAway, List<SpreadCount> spreads) {
            this.near = near;
            this.apart = apart;
            this.keptAway = keptAway;
            this.spreads = spreads;
            nearItself = near != null && near.means(group.namespace(), group.labels());
            spreadsItself = spreads.stream().map(spread -> spread.spread().pods().matches(group.labels())).toList();
        }

        @Nullable
        Refusal refusal(Site site) {
            var far = near == null ? null : near.refusal(site, nearItself);
            if (far != null) return far;
            for (Tally tally : apart) {
                if (tally.any(site)) return new Refusal(Refusal.Why.AVOIDS, tally.key(), 0);
            }
            for (Tally tally : keptAway) {
                if (tally.any(site)) return new Refusal(Refusal.Why.AVOIDED, tally.key(), 0);
            }
            for (int i = 0; i < spreads.size(); i++) {
                var spread = spreads.get(i);
                if (!spread.allows(site, spreadsItself.get(i)))
                    return new Refusal(Refusal.Why.SKEW, spread.spread().topologyKey(), spread.spread().maxSkew());
            }
            return null;
        }
    }
}
