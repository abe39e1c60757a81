package executorscaler.sim;

import executorscaler.snapshot.PodShape;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** A Deployment with the one ReplicaSet it has in this world. */
final class SimDeployment {
    final String namespace;
    final String name;
    final String uid;
    final String executor; // empty: not one of ours
    final String hash;
    final PodShape shape;
    final Set<SimPod> pods = new LinkedHashSet<>();
    List<String> images;
    int replicas;
    Instant loweredAt = Instant.MAX;
    long version;
    boolean rolledOut = true;
    boolean reconciling;
    boolean finalized; // a finalizer of its pods is never taken off
    int drainSeconds; // 0: its workers end at once when they are told to stop

    SimDeployment(String namespace, String name, String uid, String executor, String hash, PodShape shape, List<String> images) {
        this.namespace = namespace;
        this.name = name;
        this.uid = uid;
        this.executor = executor;
        this.hash = hash;
        this.shape = shape;
        this.images = images;
    }

    String path() {
        return namespace + "/" + name;
    }

    String owner() {
        return "Deployment/" + name;
    }

    SortedMap<String, String> podLabels() {
        var labels = new TreeMap<String, String>();
        labels.put("app", name);
        labels.put("pod-template-hash", hash);
        return labels;
    }
}
