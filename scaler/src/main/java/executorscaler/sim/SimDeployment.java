package executorscaler.sim;

import executorscaler.snapshot.Author;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Rollout;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** A Deployment, and how far the rollout of its newest template is. */
final class SimDeployment {
    private static final String TEMPLATE_HASH = "pod-template-hash";
    private static final int DEADLINE_SECONDS = 600; // the API's default of progressDeadlineSeconds

    final String namespace;
    final String name;
    final String uid;
    final String executor; // empty: not one of ours
    String hash; // of the newest template
    PodShape shape; // of pods of the newest template
    final Set<SimPod> pods = new LinkedHashSet<>();
    List<String> images;
    int replicas;
    Instant loweredAt = Instant.MAX;
    Author loweredBy = Author.UNKNOWN; // and not whoever has raised them since: pods may still have to go for it
    long version;
    Author author = Author.UNKNOWN;
    boolean imageMissing; // the newest template's image cannot be pulled
    boolean recreate; // the old ones all go before a new one comes
    boolean paused;
    int surgePercent = 25;
    int unavailablePercent = 25;
    Instant progressAt = Instant.EPOCH; // when the rollout last got on
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

    /** Of the newest template, or not; those that are being deleted not among them. */
    List<SimPod> active(boolean newest) {
        return pods.stream().filter(pod -> pod.active() && isNewest(pod) == newest).toList();
    }

    boolean isNewest(SimPod pod) {
        return hash.equals(pod.labels.get(TEMPLATE_HASH));
    }

    int surge() {
        return recreate ? 0 : Math.ceilDiv(replicas * surgePercent, 100);
    }

    /** With neither surge nor this a rollout could not begin. */
    int unavailable() {
        if (recreate) return replicas;
        int rounded = replicas * unavailablePercent / 100;
        return rounded == 0 && surge() == 0 ? 1 : rounded;
    }

    /** As its status tells it. */
    Rollout rollout(Instant now) {
        int updated = active(true).size();
        int old = active(false).size();
        return new Rollout(state(updated, old, now), recreate, updated, old, surge(), unavailable(), "");
    }

    private Rollout.State state(int updated, int old, Instant now) {
        if (old == 0 && updated == replicas) return Rollout.State.COMPLETE;
        boolean replacing = old > 0 || (recreate && pods.stream().anyMatch(pod -> !isNewest(pod)));
        if (!replacing) return Rollout.State.SCALING;
        if (paused) return Rollout.State.PAUSED;
        return now.isAfter(progressAt.plusSeconds(DEADLINE_SECONDS)) ? Rollout.State.STUCK : Rollout.State.UNDER_WAY;
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
        labels.put(TEMPLATE_HASH, hash);
        return labels;
    }
}
