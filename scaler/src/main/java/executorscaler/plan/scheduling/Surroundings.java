package executorscaler.plan.scheduling;

import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodRules;
import executorscaler.snapshot.PodTerm;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Spread;
import executorscaler.snapshot.Taint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which pods are where, as far as the rules between pods ask: pod affinity, pod anti-affinity in both directions, topology spread. Counts as the scheduler counts:
 * pods per domain, kept up to date while pods are placed. Clusters without such rules cost nothing here.
 */
public final class Surroundings {

    /** A node that is there, with the pods on it that have not ended. */
    public record Place(String node, SortedMap<String, String> labels, List<Taint> taints, List<Pod> pods) {}

    /** Pods of one place that no rule can tell apart. */
    private record Kind(String namespace, SortedMap<String, String> labels) {}

    /** What one more pod of a group changes: a count, by the value of a label, on nodes that count. */
    private interface Effect {
        void placed(Bin bin, int pods);
    }

    private final List<Circle> circles = new ArrayList<>();
    private final IdentityHashMap<Group, Circle> byGroup = new IdentityHashMap<>();
    private final IdentityHashMap<Group, List<Effect>> effects = new IdentityHashMap<>();

    private Surroundings() {}

    /** Around these groups, the pods on these nodes. */
    public static Surroundings of(List<Group> groups, Collection<Place> places) {
        var around = new Surroundings();
        // Whom a pod that is there, or that is placed earlier, keeps away: by the terms of all of them.
        var repelling = new TermSet();
        for (Group group : groups) repelling.add(group.shape().rules());
        for (Place place : places) {
            for (Pod pod : place.pods()) repelling.add(pod.shape().rules());
        }
        var keys = new TreeSet<String>();
        for (Group group : groups) {
            var rules = group.shape().rules();
            if (!rules.social() && !repelling.means(group)) continue;
            var circle = new Circle(group);
            around.circles.add(circle);
            around.byGroup.put(group, circle);
            keys(rules).forEach(keys::add);
        }
        if (!around.circles.isEmpty()) places.forEach(place -> around.read(place, keys));
        return around;
    }

    /** The label keys that any of these rules asks about. */
    public static Stream<String> keys(PodRules rules) {
        var selectors = Stream.concat(Stream.concat(rules.near().stream(), rules.apart().stream()).map(PodTerm::pods),
                rules.spreads().stream().map(Spread::pods));
        return selectors.flatMap(selector -> selector.requirements().stream()).map(Requirement::key);
    }

    private void read(Place place, Set<String> keys) {
        var kinds = new LinkedHashMap<Kind, int[]>(); // how many, and how many of them are ending
        for (Pod pod : place.pods()) {
            var labels = new TreeMap<>(pod.labels());
            labels.keySet().retainAll(keys);
            var count = kinds.computeIfAbsent(new Kind(pod.namespace(), labels), _ -> new int[2]);
            count[0]++;
            if (pod.terminating()) count[1]++;
        }
        for (Circle circle : circles) {
            circle.addDomain(place.node(), place.labels(), place.taints());
            kinds.forEach((kind, count) -> circle.sees(place, kind, count[0], count[0] - count[1]));
            for (Pod pod : place.pods()) {
                for (PodTerm term : pod.shape().rules().apart()) circle.isKeptAway(term, place.labels().get(term.topologyKey()), 1);
            }
        }
    }

    /** A node that is not there yet is a domain too. */
    public void add(Bin bin) {
        for (Circle circle : circles) circle.addDomain(bin);
    }

    /** Whether there is any group that rules between pods concern. */
    public boolean concernsAny() {
        return !circles.isEmpty();
    }

    /** Whether pods of this group have anything to ask of other pods, or others of them. */
    public boolean concerns(Group group) {
        return byGroup.containsKey(group);
    }

    /** Whether a placement of this group's pods can make room for more of them where there was none. */
    public boolean reopens(Group group) {
        var rules = group.shape().rules();
        return !rules.near().isEmpty() || !rules.spreads().isEmpty();
    }

    /** Whether the rules between pods let one more pod of the group into the bin. */
    public boolean allows(Group group, Bin bin) {
        return refusal(group, bin).isEmpty();
    }

    /** The first rule that keeps one more pod of the group out of the bin, in words; empty when none does. */
    public String refusal(Group group, Bin bin) {
        var circle = byGroup.get(group);
        return circle == null ? "" : circle.refusal(bin);
    }

    /** To be told of every placement. */
    void placed(Group group, Bin bin, int pods) {
        if (circles.isEmpty()) return;
        for (Effect effect : effects.computeIfAbsent(group, this::effects)) effect.placed(bin, pods);
    }

    private List<Effect> effects(Group group) {
        var list = new ArrayList<Effect>();
        for (Circle circle : circles) circle.affectedBy(group, list);
        return list;
    }

    /** Pods by the value of one label. */
    private static final class Tally {
        private final String key;
        private final Map<String, Integer> pods = new LinkedHashMap<>();

        Tally(String key) {
            this.key = key;
        }

        boolean any(Bin bin) {
            var domain = bin.domain(key);
            return domain != null && pods.getOrDefault(domain, 0) > 0;
        }

        void add(@Nullable String domain, int count) {
            if (domain != null) pods.merge(domain, count, Integer::sum);
        }
    }

    /** Anti-affinity terms, each once. */
    private static final class TermSet {
        private final Set<PodTerm> terms = new LinkedHashSet<>();

        void add(PodRules rules) {
            if (!rules.apart().isEmpty()) terms.addAll(rules.apart());
        }

        boolean means(Group group) {
            return terms.stream().anyMatch(term -> term.means(group.namespace(), group.labels()));
        }
    }

    /** What one group has around it. */
    private static final class Circle {
        private final Group group;
        private final List<Tally> near;
        private final boolean nearItself;
        private final List<Tally> apart;
        private final Map<String, Tally> keptAway = new TreeMap<>(); // by topology key: pods that will not have this group beside them
        private final List<SpreadCount> spreads;

        Circle(Group group) {
            this.group = group;
            var rules = group.shape().rules();
            near = rules.near().stream().map(term -> new Tally(term.topologyKey())).toList();
            nearItself = rules.near().stream().allMatch(term -> term.means(group.namespace(), group.labels()));
            apart = rules.apart().stream().map(term -> new Tally(term.topologyKey())).toList();
            spreads = rules.spreads().stream().map(spread -> new SpreadCount(group, spread)).toList();
        }

        String refusal(Bin bin) {
            for (int i = 0; i < near.size(); i++) {
                if (bin.domain(near.get(i).key) == null) return "the pod's affinity wants a node with the label " + near.get(i).key;
            }
            if (!near.stream().allMatch(tally -> tally.any(bin)) && !(nearItself && near.stream().allMatch(tally -> tally.pods.isEmpty())))
                return "no pod that the pod's affinity asks for is in the node's " + near.getFirst().key;
            for (Tally tally : apart) {
                if (tally.any(bin)) return "a pod that the pod's anti-affinity avoids is in the node's " + tally.key;
            }
            for (Tally tally : keptAway.values()) {
                if (tally.any(bin)) return "a pod whose anti-affinity avoids the pod is in the node's " + tally.key;
            }
            for (SpreadCount spread : spreads) {
                if (!spread.allows(bin))
                    return "one more in the node's " + spread.spread.topologyKey() + " would exceed the pod's spread of " + spread.spread.maxSkew();
            }
            return "";
        }

        void addDomain(String node, SortedMap<String, String> labels, List<Taint> taints) {
            for (SpreadCount spread : spreads)
                spread.addDomain(labels.get(spread.spread.topologyKey()), spread.counts(node, labels, List.of(), labels.keySet(), taints));
        }

        void addDomain(Bin bin) {
            for (SpreadCount spread : spreads) spread.addDomain(bin.domain(spread.spread.topologyKey()), spread.counts(bin));
        }

        void sees(Place place, Kind kind, int pods, int staying) {
            var rules = group.shape().rules();
            if (meansAll(rules.near(), kind.namespace, kind.labels)) {
                for (Tally tally : near) tally.add(place.labels().get(tally.key), pods);
            }
            for (int i = 0; i < apart.size(); i++) {
                if (rules.apart().get(i).means(kind.namespace, kind.labels)) apart.get(i).add(place.labels().get(apart.get(i).key), pods);
            }
            for (SpreadCount spread : spreads) {
                if (spread.means(kind.namespace, kind.labels)
                        && spread.counts(place.node(), place.labels(), List.of(), place.labels().keySet(), place.taints()))
                    spread.add(place.labels().get(spread.spread.topologyKey()), staying);
            }
        }

        void isKeptAway(PodTerm term, @Nullable String domain, int pods) {
            if (term.means(group.namespace(), group.labels())) keptAway.computeIfAbsent(term.topologyKey(), Tally::new).add(domain, pods);
        }

        void affectedBy(Group other, List<Effect> effects) {
            var rules = group.shape().rules();
            if (meansAll(rules.near(), other.namespace(), other.labels())) {
                for (Tally tally : near) effects.add((bin, pods) -> tally.add(bin.domain(tally.key), pods));
            }
            for (int i = 0; i < apart.size(); i++) {
                var tally = apart.get(i);
                if (rules.apart().get(i).means(other.namespace(), other.labels())) effects.add((bin, pods) -> tally.add(bin.domain(tally.key), pods));
            }
            for (PodTerm term : other.shape().rules().apart()) {
                if (term.means(group.namespace(), group.labels())) effects.add((bin, pods) -> isKeptAway(term, bin.domain(term.topologyKey()), pods));
            }
            for (SpreadCount spread : spreads) {
                if (spread.means(other.namespace(), other.labels())) effects.add((bin, pods) -> {
                    if (spread.counts(bin)) spread.add(bin.domain(spread.spread.topologyKey()), pods);
                });
            }
        }

        /** The scheduler counts a pod towards an affinity only if all terms mean it. */
        private static boolean meansAll(List<PodTerm> terms, String namespace, SortedMap<String, String> labels) {
            return !terms.isEmpty() && terms.stream().allMatch(term -> term.means(namespace, labels));
        }
    }

    /** One spread constraint of one group: how many pods each domain has that counts for it. */
    private static final class SpreadCount {
        private final Group group;
        private final Spread spread;
        private final List<String> allKeys;
        private final int itself;
        private final Map<String, Integer> pods = new LinkedHashMap<>();
        private final TreeMap<Integer, Integer> domainsWith = new TreeMap<>(); // by number of pods

        SpreadCount(Group group, Spread spread) {
            this.group = group;
            this.spread = spread;
            allKeys = group.shape().rules().spreads().stream().map(Spread::topologyKey).distinct().toList();
            itself = spread.pods().matches(group.labels()) ? 1 : 0;
        }

        boolean means(String namespace, SortedMap<String, String> labels) {
            return namespace.equals(group.namespace()) && spread.pods().matches(labels);
        }

        boolean counts(Bin bin) {
            return allKeys.stream().allMatch(key -> bin.domain(key) != null) && counts(bin.node(), bin.labels(), bin.zones(), allKeys, bin.taints());
        }

        boolean counts(String node, SortedMap<String, String> labels, List<String> zones, Collection<String> has, List<Taint> taints) {
            return has.containsAll(allKeys) && (!spread.honorsAffinity() || Fit.selects(group.shape(), node, labels, zones))
                    && (!spread.honorsTaints() || Fit.tolerates(group.shape(), taints));
        }

        void addDomain(@Nullable String domain, boolean counts) {
            if (domain != null && counts && pods.putIfAbsent(domain, 0) == null) domainsWith.merge(0, 1, Integer::sum);
        }

        void add(@Nullable String domain, int more) {
            if (domain == null || more == 0) return;
            addDomain(domain, true);
            int before = pods.getOrDefault(domain, 0);
            pods.put(domain, before + more);
            domainsWith.computeIfPresent(before, (_, domains) -> domains == 1 ? null : domains - 1);
            domainsWith.merge(before + more, 1, Integer::sum);
        }

        boolean allows(Bin bin) {
            var domain = bin.domain(spread.topologyKey());
            if (domain == null) return false;
            var there = pods.get(domain);
            // A node that would have to be bought may be a domain of its own, with none of the pods.
            int domains = pods.size() + (there == null ? 1 : 0);
            int fewest = there == null || domains < spread.minDomains() ? 0 : domainsWith.firstKey();
            return (there == null ? 0 : there) + itself - fewest <= spread.maxSkew();
        }
    }
}
