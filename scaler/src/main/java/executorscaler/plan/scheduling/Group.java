package executorscaler.plan.scheduling;

import executorscaler.snapshot.PodShape;

/**
 * Equal pods that need a home.
 *
 * @param example one of them, as a subject of a plan ({@code pod/ns/name} or {@code executor/name})
 * @param pending how many exist and have no node
 * @param coming how many will be made by this plan
 */
public record Group(PodShape shape, String example, int pending, int coming) {

    public int pods() {
        return pending + coming;
    }
}
