package executorscaler.kubernetes;

import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;

/**
 * As much of a PriorityClass as the pods of a template need, which have no priority before they are made.
 *
 * @param byDefault the class of pods that name none
 * @param preempts whether its pods may make others go
 */
record PriorityLevel(String name, int value, boolean byDefault, boolean preempts) {

    static PriorityLevel of(PriorityClass priority) {
        return new PriorityLevel(priority.getMetadata().getName(), priority.getValue() == null ? 0 : priority.getValue(),
                Boolean.TRUE.equals(priority.getGlobalDefault()), !"Never".equals(priority.getPreemptionPolicy()));
    }
}
