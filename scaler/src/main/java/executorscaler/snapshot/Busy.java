package executorscaler.snapshot;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which pods of an executor run jobs, as their workers or their queue say. Whoever is not named as idle may be running any number.
 *
 * @param jobs by pod name, how many it runs; 0: it is idle
 * @param unread by pod name, what was answered that is no number of jobs
 */
public record Busy(SortedMap<String, Long> jobs, SortedMap<String, String> unread) {

    /** Nobody was asked. */
    public static final Busy UNKNOWN = new Busy(Collections.emptySortedMap(), Collections.emptySortedMap());

    public Busy {
        jobs = Collections.unmodifiableSortedMap(new TreeMap<>(jobs));
        unread = Collections.unmodifiableSortedMap(new TreeMap<>(unread));
    }

    /** Whether the pod of that name is known to run nothing. */
    public boolean idle(String pod) {
        return jobs.getOrDefault(pod, 1L) == 0;
    }

    /** Jobs of all pods that say how many they run. */
    public long admitted() {
        return jobs.values().stream().mapToLong(Long::longValue).sum();
    }

}
