package executorscaler.sim;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Replaces pods of older templates by those of the newest, as the Deployment controller does (kubernetes.io, "Deployments", "Strategy"): it heeds how many pods there
 * may be and how many must work, and asks nobody who is busy.
 */
final class SimRollouts {
    private static final Duration PULL_AGAIN = Duration.ofSeconds(30);

    private final Timeline timeline;
    private final SimCluster cluster;

    SimRollouts(Timeline timeline, SimCluster cluster) {
        this.timeline = timeline;
        this.cluster = cluster;
    }

    /** A new template. */
    void deploy(SimDeployment deployment, String image, boolean imageMissing) {
        deployment.hash = timeline.letters(9);
        deployment.images = List.of(image);
        deployment.imageMissing = imageMissing;
        deployment.progressAt = timeline.now();
        deployment.version = timeline.nextVersion();
        timeline.trace("deploy of " + deployment.path() + " " + image);
        cluster.reconcileSoon(deployment);
    }

    /** One step, where there is anything to replace; whether there was. */
    boolean step(SimDeployment deployment) {
        var old = deployment.active(false);
        boolean oldStopping = deployment.recreate && deployment.pods.stream().anyMatch(pod -> !deployment.isNewest(pod));
        if (old.isEmpty() && !oldStopping) return false;
        if (deployment.paused) {
            scale(deployment, old);
        } else if (deployment.recreate) {
            replace(deployment, old, old.size());
        } else {
            roll(deployment, old);
        }
        return true;
    }

    /** A paused Deployment is scaled as ever, over both templates. */
    private void scale(SimDeployment deployment, List<SimPod> old) {
        var fresh = deployment.active(true);
        int surplus = old.size() + fresh.size() - (deployment.replicas == 0 ? 0 : deployment.replicas + deployment.surge());
        for (int i = old.size() + fresh.size(); i < deployment.replicas; i++) cluster.create(deployment);
        int ofOld = Math.clamp(surplus, 0, old.size());
        cluster.shrink(deployment, old, ofOld);
        cluster.shrink(deployment, fresh, Math.clamp(surplus - ofOld, 0, fresh.size()));
    }

    private void roll(SimDeployment deployment, List<SimPod> old) {
        var fresh = deployment.active(true);
        int room = deployment.replicas + deployment.surge() - fresh.size() - old.size();
        int made = Math.clamp(Math.min(room, deployment.replicas - fresh.size()), 0, Integer.MAX_VALUE);
        for (int i = 0; i < made; i++) cluster.create(deployment);
        if (made > 0) deployment.progressAt = timeline.now();
        if (fresh.size() > deployment.replicas) replace(deployment, fresh, fresh.size() - deployment.replicas);
        int must = deployment.replicas - deployment.unavailable();
        int notReady = (int) fresh.stream().filter(pod -> !pod.canWork()).count() + made;
        int may = fresh.size() + made + old.size() - must - notReady;
        var broken = old.stream().filter(pod -> !pod.canWork()).toList();
        int cleaned = Math.clamp(may, 0, broken.size());
        replace(deployment, broken, cleaned);
        var working = old.stream().filter(SimPod::canWork).toList();
        int works = working.size() + (int) fresh.stream().filter(SimPod::canWork).count();
        replace(deployment, working, Math.clamp(Math.min(may - cleaned, works - must), 0, working.size()));
    }

    private void replace(SimDeployment deployment, List<SimPod> among, int count) {
        if (count <= 0) return;
        deployment.progressAt = timeline.now();
        new DeletionOrder(among, timeline.now(), timeline.random()).sorted().subList(0, count)
                .forEach(pod -> cluster.delete(pod, SimWorkers.ROLLOUT, Instant.MAX));
    }

    /** Whether the pod's image is missing; if so its kubelet tries again later. */
    boolean cannotPull(SimPod pod) {
        boolean missing = cluster.deployment(pod).filter(deployment -> deployment.imageMissing && deployment.isNewest(pod)).isPresent();
        pod.unpulled(missing ? cluster.deployment(pod).orElseThrow().images.getFirst() : "");
        if (missing) timeline.in(PULL_AGAIN, () -> cluster.start(pod));
        return missing;
    }
}
