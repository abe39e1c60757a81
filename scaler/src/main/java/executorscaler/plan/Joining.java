package executorscaler.plan;

import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which node is which instance. By provider id where it names the instance ({@code aws:///zone/i-...}), else by private address, else by private DNS name:
 * K3s registers nodes as {@code k3s://name} (rule S8).
 */
final class Joining {

    private final Map<String, Node> nodeByInstance = new LinkedHashMap<>();
    private final Map<String, Place> placeByNode = new LinkedHashMap<>();
    private final List<Node> strangers = new ArrayList<>();

    /** Where a node belongs. */
    record Place(Pool pool, Pool.Instance instance) {}

    Joining(Snapshot snapshot) {
        var byId = new LinkedHashMap<String, Place>();
        // An address that two instances claim (two VPCs, an old answer) identifies neither: those are empty here.
        var byIp = new LinkedHashMap<String, Optional<Place>>();
        var byDns = new LinkedHashMap<String, Optional<Place>>();
        for (Pool pool : snapshot.pools()) {
            for (var instance : pool.instances()) {
                var place = new Place(pool, instance);
                byId.put(instance.id(), place);
                // A private address is free for another instance once its owner is on the way out.
                if (instance.lifecycle() == Pool.Lifecycle.LEAVING) continue;
                if (!instance.privateIp().isEmpty()) byIp.merge(instance.privateIp(), Optional.of(place), (_, _) -> Optional.empty());
                if (!instance.privateDns().isEmpty()) byDns.merge(instance.privateDns(), Optional.of(place), (_, _) -> Optional.empty());
            }
        }
        for (Node node : snapshot.nodes()) {
            var place = find(node, byId, byIp, byDns);
            if (place.isPresent()) {
                placeByNode.put(node.name(), place.get());
                nodeByInstance.put(place.get().instance().id(), node);
            } else {
                strangers.add(node);
            }
        }
    }

    Optional<Place> placeOf(Node node) {
        return Optional.ofNullable(placeByNode.get(node.name()));
    }

    Optional<Node> nodeOf(Pool.Instance instance) {
        return Optional.ofNullable(nodeByInstance.get(instance.id()));
    }

    /** Nodes that match no instance of any configured pool. */
    List<Node> strangers() {
        return Collections.unmodifiableList(strangers);
    }

    private static Optional<Place> find(Node node, Map<String, Place> byId, Map<String, Optional<Place>> byIp,
            Map<String, Optional<Place>> byDns) {
        var id = node.providerId();
        if (id.startsWith("aws:")) return Optional.ofNullable(byId.get(id.substring(id.lastIndexOf('/') + 1)));
        return byIp.getOrDefault(node.internalIp(), Optional.empty()).or(() -> byDns.getOrDefault(node.privateDns(), Optional.empty()))
                .or(() -> byDns.getOrDefault(node.name(), Optional.empty()));
    }
}
