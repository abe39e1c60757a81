package executorscaler.plan.scheduling;

import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Spread;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One topology spread constraint: how many pods each domain has that count for it. Groups that ask the same share one. */
final class SpreadCount implements Count {

    /** What decides which pods and which nodes count. {@code shape} says where the pods may go at all. */
    record Asked(String namespace, Spread spread, List<String> allKeys, PodShape shape) {

        /** For the spread constraint of a pod of that shape. */
        static Asked of(String namespace, Spread spread, PodShape shape) {
            var keys = shape.rules().spreads().stream().map(Spread::topologyKey).distinct().toList();
            return new Asked(namespace, spread, keys, shape.whereAlone());
        }
    }

    private final Asked asked;
    private final Map<String, Integer> pods = new LinkedHashMap<>(); // by domain
    private final TreeMap<Integer, Integer> domainsWith = new TreeMap<>(); // by number of pods

    SpreadCount(Asked asked) {
        this.asked = asked;
    }

    Spread spread() {
        return asked.spread;
    }

    boolean means(String namespace, SortedMap<String, String> labels) {
        return namespace.equals(asked.namespace) && asked.spread.pods().matches(labels);
    }

    /** A node is a domain, or part of one, before any pod is on it. */
    void addDomain(Site site) {
        if (counts(site)) addDomain(site.domain(asked.spread.topologyKey()));
    }

    @Override
    public void add(Site site, int more, boolean ending) {
        if (ending || !counts(site)) return;
        var domain = site.domain(asked.spread.topologyKey());
        if (domain == null) return;
        addDomain(domain);
        int before = pods.getOrDefault(domain, 0);
        pods.put(domain, before + more);
        domainsWith.computeIfPresent(before, (_, domains) -> domains == 1 ? null : domains - 1);
        domainsWith.merge(before + more, 1, Integer::sum);
    }

    /** Whether one more pod may go there; {@code itself}: whether the pod counts for its own constraint. */
    boolean allows(Site site, boolean itself) {
        var domain = site.domain(asked.spread.topologyKey());
        if (domain == null) return false;
        var there = pods.get(domain);
        // A node that would have to be bought may be a domain of its own, with none of the pods.
        int domains = pods.size() + (there == null ? 1 : 0);
        int fewest = there == null || domains < asked.spread.minDomains() ? 0 : domainsWith.firstKey();
        return (there == null ? 0 : there) + (itself ? 1 : 0) - fewest <= asked.spread.maxSkew();
    }

    private void addDomain(@Nullable String domain) {
        if (domain != null && pods.putIfAbsent(domain, 0) == null) domainsWith.merge(0, 1, Integer::sum);
    }

    private boolean counts(Site site) {
        for (String key : asked.allKeys) {
            if (site.domain(key) == null) return false;
        }
        return (!asked.spread.honorsAffinity() || Fit.selects(asked.shape, site.node(), site.labels(), site.zones()))
                && (!asked.spread.honorsTaints() || Fit.tolerates(asked.shape, site.taints()));
    }
}
