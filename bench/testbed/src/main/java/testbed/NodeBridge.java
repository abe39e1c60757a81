package testbed;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

/** Boots the instances of the pools' groups: each becomes a fake Node after a while, and the Node goes with its instance. */
final class NodeBridge implements AutoCloseable {
    private static final long POLL_MILLIS = 200;

    private final Moto moto;
    private final KubernetesClient kubernetes;
    private final Supplier<List<Pool>> pools;
    private final BootOptions options;
    private final Thread thread = new Thread(this::run, "testbed-node-bridge");
    private final Map<String, NodeShape> shapes = new ConcurrentHashMap<>();
    // Used by the bridge's thread alone.
    private final Map<String, Long> seenNanos = new HashMap<>();
    private final Map<String, String> nodeNames = new HashMap<>();
    private final Map<String, Long> gpusDueNanos = new HashMap<>();
    private String lastTrouble = "";
    private volatile boolean closed;

    NodeBridge(Moto moto, KubernetesClient kubernetes, Supplier<List<Pool>> pools, BootOptions options) {
        this.moto = moto;
        this.kubernetes = kubernetes;
        this.pools = pools;
        this.options = options;
        thread.setDaemon(true);
    }

    NodeBridge start() {
        thread.start();
        return this;
    }

    private void run() {
        while (!closed) {
            try {
                poll();
                lastTrouble = "";
            } catch (KubernetesClientException | SdkException | IllegalStateException e) {
                report(e);
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    // Tests stop the API server on purpose, so each trouble is told once and the next poll tries again.
    private void report(RuntimeException e) {
        String trouble = e.getClass().getSimpleName();
        if (!closed && !trouble.equals(lastTrouble)) {
            lastTrouble = trouble;
            System.err.println("testbed: the node bridge goes on after " + e);
        }
    }

    private void poll() {
        Map<String, Pool> byGroup = new LinkedHashMap<>();
        pools.get().forEach(pool -> byGroup.put(pool.autoScalingGroup(), pool));
        Set<String> present = new HashSet<>();
        for (AutoScalingGroup group : moto.groups()) {
            Pool pool = byGroup.get(group.autoScalingGroupName());
            if (pool != null) {
                group.instances().forEach(instance -> {
                    present.add(instance.instanceId());
                    boot(pool, instance.instanceId(), instance.instanceType(), instance.availabilityZone());
                });
            }
        }
        seenNanos.keySet().removeIf(id -> !present.contains(id) && !nodeNames.containsKey(id));
        for (String id : List.copyOf(nodeNames.keySet())) {
            if (!present.contains(id) && instance(id).isEmpty()) {
                remove(id);
            }
        }
        gpusDueNanos.entrySet().removeIf(due -> System.nanoTime() - due.getValue() >= 0 && offerGpus(due.getKey()));
    }

    private void boot(Pool pool, String id, String type, String zone) {
        long seen = seenNanos.computeIfAbsent(id, any -> System.nanoTime());
        if (nodeNames.containsKey(id) || System.nanoTime() - seen < options.bootDelay().toNanos()) {
            return;
        }
        Optional<Instance> running = instance(id);
        if (running.isEmpty()) {
            return;
        }
        NodeShape shape = shapes.computeIfAbsent(type, name -> NodeShape.of(moto.instanceType(name)));
        boolean gpusLater = shape.gpus() > 0 && !options.gpuDelay().isZero();
        Node node = node(pool, running.get(), type, zone, shape, !gpusLater);
        try {
            kubernetes.nodes().resource(node).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
        nodeNames.put(id, node.getMetadata().getName());
        if (gpusLater) {
            gpusDueNanos.put(node.getMetadata().getName(), System.nanoTime() + options.gpuDelay().toNanos());
        }
    }

    private Node node(Pool pool, Instance instance, String type, String zone, NodeShape shape, boolean withGpus) {
        String name = instance.privateDnsName();
        Map<String, String> labels = new LinkedHashMap<>(pool.labels());
        labels.put("node.kubernetes.io/instance-type", type);
        labels.put("topology.kubernetes.io/region", AwsCredentials.REGION);
        labels.put("topology.kubernetes.io/zone", zone);
        labels.put("kubernetes.io/hostname", name);
        labels.put("kubernetes.io/os", "linux");
        labels.put("kubernetes.io/arch", shape.architecture());
        String provider = options.k3sProviderIds() ? "k3s://" + name : "aws:///" + zone + "/" + instance.instanceId();
        NodeBuilder node = new NodeBuilder().withNewMetadata().withName(name).withLabels(labels)
                .addToAnnotations("kwok.x-k8s.io/node", "fake").endMetadata().withNewSpec().withProviderID(provider).endSpec().withNewStatus()
                .withCapacity(shape.capacity(withGpus)).withAllocatable(shape.allocatable(withGpus))
                .withAddresses(new NodeAddress(instance.privateIpAddress(), "InternalIP"), new NodeAddress(name, "Hostname")).endStatus();
        for (Taint taint : pool.taints()) {
            node.editSpec().addNewTaint().withKey(taint.key()).withValue(taint.value()).withEffect(taint.effect()).endTaint().endSpec();
        }
        return node.build();
    }

    private boolean offerGpus(String name) {
        Node node = kubernetes.nodes().withName(name).get();
        NodeShape shape = node == null ? null : shapes.get(node.getMetadata().getLabels().get("node.kubernetes.io/instance-type"));
        if (shape == null) {
            return true;
        }
        kubernetes.nodes().withName(name).editStatus(old -> new NodeBuilder(old).editStatus()
                .addToCapacity(NodeShape.GPU, shape.capacity(true).get(NodeShape.GPU))
                .addToAllocatable(NodeShape.GPU, shape.allocatable(true).get(NodeShape.GPU)).endStatus().build());
        return true;
    }

    private void remove(String id) {
        String name = nodeNames.get(id);
        if (!options.keepNodes()) {
            kubernetes.nodes().withName(name).delete();
        }
        nodeNames.remove(id);
        gpusDueNanos.remove(name);
    }

    /** The instance while it is starting or running; empty when it is ending, gone or was never there. */
    private Optional<Instance> instance(String id) {
        try {
            return moto.ec2().describeInstances(request -> request.instanceIds(id)).reservations().stream()
                    .flatMap(reservation -> reservation.instances().stream())
                    .filter(instance -> Set.of(InstanceStateName.PENDING, InstanceStateName.RUNNING).contains(instance.state().name()))
                    .findFirst();
        } catch (Ec2Exception e) {
            if ("InvalidInstanceID.NotFound".equals(e.awsErrorDetails().errorCode())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(2).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
