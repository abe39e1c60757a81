package executorscaler.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import testbed.BootOptions;
import testbed.TestBed;

/**
 * One test bed for all test methods that ask for a {@link TestBed}, empty again before each of them: a bed takes eight seconds to start, two to empty. What the
 * service logged in a test that failed, and what the cluster looked like, is kept in {@code target/e2e}.
 */
final class SharedBed implements BeforeEachCallback, AfterTestExecutionCallback, ParameterResolver {

    private static final String LOGS = "scaler*.log";
    private static final Duration EMPTY_WITHIN = Duration.ofSeconds(60);
    private static final BootOptions BOOT = new BootOptions(Duration.ofSeconds(1), Duration.ZERO, false, false);

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        empty(bed(context));
    }

    @Override
    public void afterTestExecution(ExtensionContext context) throws IOException {
        if (context.getExecutionException().isEmpty()) return;
        var kept = Files.createDirectories(Path.of("target", "e2e"));
        var name = context.getRequiredTestClass().getSimpleName() + "." + context.getRequiredTestMethod().getName();
        try (var files = Files.newDirectoryStream(bed(context).directory(), LOGS)) {
            for (var log : files) Files.copy(log, kept.resolve(name + "." + log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.writeString(kept.resolve(name + ".cluster.txt"), bed(context).kubectl("get", "nodes,deployments,replicasets,pods", "-A", "-o", "wide")
                + bed(context).kubectl("get", "events", "-A", "--sort-by=.lastTimestamp"));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestBed.class;
    }

    @Override
    public TestBed resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return bed(context);
    }

    private static TestBed bed(ExtensionContext context) {
        var store = context.getRoot().getStore(ExtensionContext.Namespace.create(SharedBed.class));
        return store.computeIfAbsent("bed", _ -> TestBed.plan().everything().pools(Platform.POOLS).boot(BOOT).start(), TestBed.class);
    }

    private static void empty(TestBed bed) throws IOException {
        try (var files = Files.newDirectoryStream(bed.directory(), LOGS)) {
            for (var log : files) Files.delete(log);
        }
        bed.aws().clear();
        bed.redis("FLUSHALL");
        var kubernetes = bed.kubernetes();
        kubernetes.policy().v1().podDisruptionBudget().inAnyNamespace().delete();
        kubernetes.apps().deployments().inAnyNamespace().delete();
        kubernetes.apps().replicaSets().inAnyNamespace().delete();
        for (var pool : Platform.POOLS) {
            unprotect(bed, pool.autoScalingGroup());
            bed.moto().autoScaling()
                    .updateAutoScalingGroup(
                            group -> group.autoScalingGroupName(pool.autoScalingGroup()).minSize(0).maxSize(pool.maxSize()).desiredCapacity(0));
        }
        Awaitility.await("an empty bed").atMost(EMPTY_WITHIN).pollInterval(Duration.ofMillis(200)).until(() -> {
            kubernetes.pods().inAnyNamespace().withGracePeriod(0).delete();
            kubernetes.pods().inAnyNamespace().list().getItems().forEach(pod -> release(kubernetes, pod));
            return kubernetes.apps().replicaSets().inAnyNamespace().list().getItems().isEmpty()
                    && kubernetes.pods().inAnyNamespace().list().getItems().isEmpty()
                    && Platform.nodes(bed) == 0;
        });
        bed.aws().clearCalls();
    }

    /** Whoever was to take the finalizer away has ended with its test. */
    private static void release(KubernetesClient kubernetes, Pod pod) {
        if (!pod.getMetadata().getFinalizers().isEmpty())
            kubernetes.resource(pod).patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\": {\"finalizers\": null}}");
    }

    /** What a service that is no more has left, as docs/configuration.md says it: AWS would end none of these. */
    private static void unprotect(TestBed bed, String group) {
        var left = bed.moto().group(group).orElseThrow().instances().stream().filter(Instance::protectedFromScaleIn).map(Instance::instanceId)
                .toList();
        if (!left.isEmpty())
            bed.moto().autoScaling()
                    .setInstanceProtection(request -> request.autoScalingGroupName(group).instanceIds(left).protectedFromScaleIn(false));
    }
}
