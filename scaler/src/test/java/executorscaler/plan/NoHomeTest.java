package executorscaler.plan;

import static executorscaler.plan.Given.held;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.snapshot.Missing;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Toleration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Of a pod without a home the plan says all that keeps it out of each pool, and of a pool that cannot be read no more than the config knows. */
@Tag("unit")
class NoHomeTest {

    private static final String POD = "pod/web/api";
    private static final String NOT_COMPUTE = "compute: the pod's nodeSelector wants workload-type=general, the node has executor; "
            + "does not tolerate workload-type=executor";

    private final Given given = new Given().jobs(0, 0).replicas(0);

    @Test
    void aPoolThatCannotBeReadAndIsNotForThePodChangesNothing() {
        pools("general", "compute", "gpu");
        unread("compute", "gpu");
        given.pod("api", "Deployment/api", Given.shape(3000, 64, "general"), "", false);
        assertThat(why()).containsExactly(new Reason.NoPoolFits(1, POD,
                List.of("general: the pod requests 3000m CPU, a new node offers 1930m", NOT_COMPUTE,
                        "gpu: the pod does not tolerate nvidia.com/gpu=true")));
    }

    @Test
    void whetherAPoolThatCannotBeReadWouldTakeItNobodyKnows() {
        pools("compute", "gpu");
        unread("gpu");
        given.pod("api", "Deployment/api", tolerant(3000), "", false);
        assertThat(why()).containsExactly(new Reason.FitUnknown(1, POD, "gpu",
                List.of("gpu: cannot be read, so nobody knows whether its nodes would do: connection refused", NOT_COMPUTE)));
        assertThat(given.planAtFirstSight().held()).extracting(Plan.Held::why).noneMatch(Reason.PodsHomeless.class::isInstance);
    }

    @Test
    void aPoolThatIsFullIsNamedBesideOneThatCannotBeRead() {
        pools("general", "gpu");
        given.poolConfigs.set(0, Given.general(0, 0));
        given.pools.clear();
        given.pool(given.poolConfigs.getFirst(), Given.T3, 0);
        unread("gpu");
        given.pod("api", "Deployment/api", tolerant(500), "", false);
        assertThat(why()).containsExactly(new Reason.NoRoomNow(1, POD, "general",
                List.of("gpu: cannot be read, so nobody knows whether its nodes would do: connection refused", "general: at its maximum of 0")));
    }

    @Test
    void allThatKeepsItOutOfAPoolIsNamed() {
        pools("compute");
        var requests = new Resources(64_000, 32L << 30, 64L << 30, 1, new TreeMap<>(Map.of("nvidia.com/gpu", 1L)));
        given.pod("api", "Deployment/api", new PodShape(requests, Given.shape(1, 1, "executor").nodeSelector(), List.of(),
                Given.executorShape().tolerations(), List.of()), "", false);
        assertThat(why()).containsExactly(new Reason.NoPoolFits(1, POD, List.of("compute: the pod requests 64000m CPU, a new node offers 7910m; "
                + "requests 32768 MiB of memory, a new node offers 14162 MiB; requests 1 nvidia.com/gpu, a new node offers 0; "
                + "requests 65536 MiB of ephemeral storage, a new node is counted with 10240")));
    }

    @Test
    void ofManyThingsInTheWayTheFirstOnesAreNamed() {
        pools("compute");
        var selector = new TreeMap<String, String>();
        for (int i = 1; i <= 6; i++) selector.put("label-" + i, "yes");
        given.pod("api", "Deployment/api", new PodShape(Given.executorShape().requests(), selector, List.of(), Given.executorShape().tolerations(),
                List.of()), "", false);
        assertThat(why()).singleElement().isInstanceOfSatisfying(Reason.NoPoolFits.class,
                none -> assertThat(none.because().getFirst()).contains("label-4").doesNotContain("label-5").endsWith("; and 2 more"));
    }

    /** Goes on nodes of the general pool and of the GPU pool. */
    private static PodShape tolerant(long cpuMillis) {
        var like = Given.shape(cpuMillis, 64, "general");
        return new PodShape(like.requests(), like.nodeSelector(), List.of(), List.of(new Toleration("nvidia.com/gpu", true, "", "")), List.of());
    }

    private void pools(String... names) {
        for (var name : names) {
            var config = switch (name) {
                case "general" -> Given.general(0, 10);
                case "compute" -> Given.compute(0, 10);
                default -> Given.gpu(0, 5);
            };
            given.poolConfigs.add(config);
            given.pool(config, name.equals("general") ? Given.T3 : name.equals("compute") ? Given.C5 : Given.G4, 0);
        }
    }

    private void unread(String... names) {
        for (var name : names) {
            given.pools.removeIf(pool -> pool.name().equals(name));
            given.missing(Missing.Source.AWS, name);
        }
    }

    private List<Reason> why() {
        return new ArrayList<>(held(given.planAtFirstSight(), POD));
    }
}
