package executorscaler.plan.scheduling;

import java.util.LinkedHashMap;
import java.util.Map;

/** Pods by the domain that they are in. */
final class Tally implements Count {

    private final String key;
    private final Map<String, Integer> pods = new LinkedHashMap<>(); // by the value of the label

    Tally(String topologyKey) {
        key = topologyKey;
    }

    String key() {
        return key;
    }

    boolean any(Site site) {
        var domain = site.domain(key);
        return domain != null && pods.containsKey(domain);
    }

    boolean isEmpty() { return pods.isEmpty(); }

    @Override
    public void add(Site site, int more, boolean ending) {
        var domain = site.domain(key);
        if (domain != null) pods.merge(domain, more, Integer::sum);
    }
}
