package executorscaler.snapshot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which node is which instance. By provider id where it names the instance ({@code aws:///zone/i-...}), else by private address, else by private DNS name:
 * K3s registers nodes as {@code k3s://name} (rule S8).
 */
public final class Joining {

    private final Map<String, Place> byId;
    // An address that two instances claim (two VPCs, an old answer) identifies neither: those are empty here.
    private final Map<String, Optional<Place>> byIp;
    private final Map<String, Optional<Place>> byDns;

    /** Where a node belongs. */
    public record Place(Pool pool, Pool.Instance instance) {}

    /** Of nodes to the instances of these pools. */
    public Joining(List<Pool> pools) {
        int instances = pools.stream().mapToInt(pool -> pool.instances().size()).sum();
        byId = LinkedHashMap.newLinkedHashMap(instances);
        byIp = LinkedHashMap.newLinkedHashMap(instances);
        byDns = LinkedHashMap.newLinkedHashMap(instances);
        var leaving = new ArrayList<Place>();
        for (Pool pool : pools) {
            for (var instance : pool.instances()) {
                var place = new Place(pool, instance);
                byId.put(instance.id(), place);
                // A private address is free for another instance once its owner is on the way out.
                if (instance.lifecycle() == Pool.Lifecycle.LEAVING) {
                    leaving.add(place);
                    continue;
                }
                if (!instance.privateIp().isEmpty()) byIp.merge(instance.privateIp(), Optional.of(place), (_, _) -> Optional.empty());
                if (!instance.privateDns().isEmpty()) byDns.merge(instance.privateDns(), Optional.of(place), (_, _) -> Optional.empty());
            }
        }
        for (Place place : leaving) {
            if (!place.instance.privateIp().isEmpty()) byIp.putIfAbsent(place.instance.privateIp(), Optional.of(place));
            if (!place.instance.privateDns().isEmpty()) byDns.putIfAbsent(place.instance.privateDns(), Optional.of(place));
        }
    }

    /** The instance that the node is, of whichever pool. */
    public Optional<Place> placeOf(Node node) {
        var id = node.providerId();
        if (id.startsWith("aws:")) return Optional.ofNullable(byId.get(id.substring(id.lastIndexOf('/') + 1)));
        return byIp.getOrDefault(node.internalIp(), Optional.empty()).or(() -> byDns.getOrDefault(node.privateDns(), Optional.empty()))
                .or(() -> byDns.getOrDefault(node.name(), Optional.empty()));
    }
}
