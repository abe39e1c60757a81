package executorscaler.aws;

import executorscaler.config.PoolConfig;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Pool.LaunchFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import software.amazon.awssdk.services.autoscaling.model.WarmPoolStatus;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.ec2.model.NetworkCardInfo;
import software.amazon.awssdk.services.ec2.model.NetworkInfo;

/** From AWS's shapes to the snapshot's: the same rules for live answers and for saved ones. */
final class Mapping {

    private static final long MIB = 1024L * 1024;

    /** Extended resource that a vendor's device plugin registers, by the manufacturer's name in EC2's GpuInfo. */
    private static final Map<String, String> GPU_RESOURCES = Map.of("NVIDIA", "nvidia.com/gpu", "AMD", "amd.com/gpu");

    private static final String NEURON = "aws.amazon.com/neuron";

    private Mapping() {}

    /**
     * @param machines by instance id, one for each instance of the group
     * @param failures launches of late that AWS could not make
     */
    static Pool pool(PoolConfig config, AutoScalingGroup group, Map<String, Machine> machines, Offers offers, List<LaunchFailure> failures,
            Instant readAt) {
        var instances = group.instances().stream().sorted(Comparator.comparing(Instance::instanceId))
                .map(instance -> instance(instance, machines.getOrDefault(instance.instanceId(), new Machine("", "", readAt)), offers)).toList();
        return new Pool(config.name(), config.autoScalingGroup(), orZero(group.minSize()), orZero(group.maxSize()), orZero(group.desiredCapacity()),
                instances, offers.offers(), group.availabilityZones().stream().sorted().toList(), setup(group, offers), failures, readAt);
    }

    /** The same pool with these failures. */
    static Pool with(Pool pool, List<LaunchFailure> failures) {
        return new Pool(pool.name(), pool.group(), pool.min(), pool.max(), pool.desired(), pool.instances(), pool.offers(), pool.zones(),
                pool.setup(),
                failures, pool.readAt());
    }

    private static Pool.Setup setup(AutoScalingGroup group, Offers offers) {
        var tags = GroupTags.of(group.tags());
        var troubles = new ArrayList<>(offers.troubles());
        troubles.addAll(tags.troubles());
        var suspended = new TreeSet<String>();
        for (var process : group.suspendedProcesses()) suspended.add(orEmpty(process.processName()));
        return new Pool.Setup(tags.labels(), tags.taints(), tags.resources(), tags.options(), suspended,
                Boolean.TRUE.equals(group.newInstancesProtectedFromScaleIn()), warm(group), troubles, HoldTag.since(group));
    }

    /** One number of the same answer (API_AutoScalingGroup, WarmPoolSize): to list a warm pool's instances would be a call more for every group. */
    private static int warm(AutoScalingGroup group) {
        var pool = group.warmPoolConfiguration();
        return pool != null && pool.status() == WarmPoolStatus.PENDING_DELETE ? 0 : Math.max(0, orZero(group.warmPoolSize()));
    }

    private static Pool.Instance instance(Instance instance, Machine machine, Offers offers) {
        var type = orEmpty(instance.instanceType());
        return new Pool.Instance(instance.instanceId(), lifecycle(orEmpty(instance.lifecycleStateAsString())), machine.privateIp(),
                machine.privateDns(), type, orEmpty(instance.availabilityZone()), machine.launchedAt(), weight(instance, offers),
                !"Unhealthy".equalsIgnoreCase(instance.healthStatus()), Boolean.TRUE.equals(instance.protectedFromScaleIn()));
    }

    /** Units of capacity that the instance fills: its own weight, which it keeps when the group's changes, else that of its type. */
    private static int weight(Instance instance, Offers offers) {
        var weight = weight(instance);
        return weight > 0 ? weight : Offers.weightOf(offers.offers(), orEmpty(instance.instanceType()));
    }

    /** The instance's own weight; 0 where it has none. */
    static int weight(Instance instance) {
        var written = orEmpty(instance.weightedCapacity());
        return written.matches("[0-9]{1,9}") ? Integer.parseInt(written) : 0;
    }

    /**
     * The group's word for an instance's state (Auto Scaling user guide, "instance lifecycle"). {@code Warmed:Pending} and its like are of the warm
     * pool, which desired capacity does not count; so they are not on their way.
     */
    static Pool.Lifecycle lifecycle(String state) {
        if (state.equals("InService")) return Pool.Lifecycle.IN_SERVICE;
        if (state.startsWith("Pending")) return Pool.Lifecycle.PENDING;
        if (state.startsWith("Terminating") || state.equals("Terminated") || state.equals("Detaching")) return Pool.Lifecycle.LEAVING;
        return Pool.Lifecycle.OTHER;
    }

    static MachineType machineType(InstanceTypeInfo info) {
        var accelerators = new TreeMap<String, Long>();
        if (info.gpuInfo() != null) {
            for (var gpu : info.gpuInfo().gpus()) {
                var resource = GPU_RESOURCES.get(orEmpty(gpu.manufacturer()));
                if (resource != null) accelerators.merge(resource, (long) orZero(gpu.count()), Long::sum);
            }
        }
        if (info.neuronInfo() != null) {
            for (var device : info.neuronInfo().neuronDevices()) accelerators.merge(NEURON, (long) orZero(device.count()), Long::sum);
        }
        int vcpus = info.vCpuInfo() == null ? 0 : orZero(info.vCpuInfo().defaultVCpus());
        long mib = info.memoryInfo() == null || info.memoryInfo().sizeInMiB() == null ? 0 : info.memoryInfo().sizeInMiB();
        return new MachineType(orEmpty(info.instanceTypeAsString()), vcpus, mib * MIB, accelerators, eniPods(info.networkInfo()), architecture(info));
    }

    /**
     * Pods by the VPC CNI's rule: interfaces x (addresses - 1) + 2. c5.2xlarge: 4 x (15 - 1) + 2 = 58. Only the default network card's interfaces
     * carry pods: p4d.24xlarge has 60 in all and 15 on that card, so 15 x (50 - 1) + 2 = 737, as in the CNI's own table.
     */
    private static int eniPods(NetworkInfo network) {
        if (network == null) return 0;
        int defaultCard = orZero(network.defaultNetworkCardIndex());
        var cards = network.networkCards() == null ? List.<NetworkCardInfo>of() : network.networkCards();
        int interfaces = cards.stream().filter(card -> orZero(card.networkCardIndex()) == defaultCard && card.maximumNetworkInterfaces() != null)
                .findFirst()
                .map(card -> orZero(card.maximumNetworkInterfaces())).orElse(orZero(network.maximumNetworkInterfaces()));
        int addresses = orZero(network.ipv4AddressesPerInterface());
        return interfaces == 0 || addresses == 0 ? 0 : interfaces * (addresses - 1) + 2;
    }

    private static String architecture(InstanceTypeInfo info) {
        boolean arm = info.processorInfo() != null
                && info.processorInfo().supportedArchitecturesAsStrings().stream().anyMatch(one -> one.startsWith("arm64"));
        return arm ? "arm64" : "amd64";
    }

    private static int orZero(Integer number) {
        return number == null ? 0 : number;
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
