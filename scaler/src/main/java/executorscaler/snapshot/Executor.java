package executorscaler.snapshot;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A Deployment that the config names.
 *
 * @param name the executor's name in the config
 * @param deployment the Deployment's name
 * @param version the object's resource version as a number, 0 where it is not one
 * @param replicas {@code spec.replicas}
 * @param ready {@code status.readyReplicas}
 * @param shape of the pods that it would make
 * @param podLabels of the pods that it would make
 * @param images of its containers
 * @param rollout how far the newest template has come
 * @param pause what a person has written on it
 * @param author who wrote {@code spec.replicas} last
 */
public record Executor(String name, String namespace, String deployment, String uid, long version, int replicas, int ready, PodShape shape,
        SortedMap<String, String> podLabels, List<String> images, Rollout rollout, Pause pause, Author author) {

    public Executor {
        podLabels = Collections.unmodifiableSortedMap(new TreeMap<>(podLabels));
        images = List.copyOf(images);
    }

    /** One of which nobody knows who wrote its number. */
    public Executor(String name, String namespace, String deployment, String uid, long version, int replicas, int ready, PodShape shape,
            SortedMap<String, String> podLabels, List<String> images, boolean rolledOut, Pause pause) {
        this(name, namespace, deployment, uid, version, replicas, ready, shape, podLabels, images, rolledOut ? Rollout.NONE : Rollout.SCALING, pause,
                Author.UNKNOWN);
    }

    /** One on which nobody has written anything. */
    public Executor(String name, String namespace, String deployment, String uid, long version, int replicas, int ready, PodShape shape,
            SortedMap<String, String> podLabels, List<String> images, boolean rolledOut) {
        this(name, namespace, deployment, uid, version, replicas, ready, shape, podLabels, images, rolledOut, Pause.NONE);
    }

    /** Whether all pods are there, and all are of the newest template. */
    public boolean rolledOut() {
        return rollout.state() == Rollout.State.COMPLETE;
    }

    /** How {@link Pod#owner} names this executor's Deployment. */
    public String owner() {
        return "Deployment/" + deployment;
    }
}
