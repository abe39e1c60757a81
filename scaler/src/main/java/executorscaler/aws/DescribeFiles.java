package executorscaler.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import executorscaler.config.Config;
import executorscaler.config.PoolConfig;
import executorscaler.observe.CloudReader;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Pool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateOverrides;
import software.amazon.awssdk.services.ec2.model.GpuDeviceInfo;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.ec2.model.NetworkCardInfo;
import software.amazon.awssdk.services.ec2.model.NeuronDeviceInfo;

/**
 * The groups as saved by {@code aws autoscaling describe-auto-scaling-groups} and {@code aws ec2 describe-instance-types}, for planning without
 * AWS. Addresses and launch times are in a third, {@code aws ec2 describe-instances}.
 */
public final class DescribeFiles implements CloudReader {
    private static final Instant NOT_TOLD = Instant.MIN;
    private static final String GROUPS = "AutoScalingGroups";
    private static final String TYPES = "InstanceTypes";

    private final String groupsFile;
    private final String typesFile;
    private final Map<String, AutoScalingGroup> groups = new TreeMap<>();
    private final Map<String, Machine> machines = new TreeMap<>();
    private final Map<String, MachineType> types = new TreeMap<>();

    /**
     * Reads the files at once. A file of types that is not there is no error here: the pools are then missing, each with words that say so. The file of
     * instances ({@code aws ec2 describe-instances}) is needed only where nodes do not name their instance, as on K3s: it tells addresses and launch times.
     * An instance whose launch time nobody tells is taken as launched now, so that nothing is concluded from its age.
     *
     * @throws UnreadableDescription where a file cannot be read or is not such an answer
     */
    public DescribeFiles(Path asgs, Path instanceTypes, Path instances) {
        groupsFile = asgs.toString();
        typesFile = instanceTypes.toString();
        for (var json : array(asgs, GROUPS)) {
            var group = group(json);
            groups.put(group.autoScalingGroupName(), group);
        }
        if (Files.exists(instances)) {
            for (var reservation : array(instances, "Reservations"))
                elements(reservation.path("Instances")).forEach(json -> machine(json, instances.toString()));
        }
        if (Files.exists(instanceTypes)) {
            for (var json : array(instanceTypes, TYPES)) {
                var type = Mapping.machineType(type(json));
                types.put(type.name(), type);
            }
        }
    }

    /** The pools as of now: a file does not age. */
    @Override
    public Cloud read(Config config, Instant now) {
        var pools = new ArrayList<Pool>();
        var missing = new ArrayList<Missing>();
        for (var pool : config.nodePools().stream().sorted(Comparator.comparing(PoolConfig::name)).toList()) {
            var group = groups.get(pool.autoScalingGroup());
            if (group == null) {
                missing.add(missing(pool, now, "Auto Scaling Group " + pool.autoScalingGroup() + " is not in " + groupsFile));
                continue;
            }
            try {
                pools.add(Mapping.pool(pool, group, launchedByNow(now), machineType(pool, group), now));
            } catch (NoMachineType unknown) {
                missing.add(missing(pool, now, unknown.why()));
            }
        }
        return new Cloud(pools, missing);
    }

    private MachineType machineType(PoolConfig pool, AutoScalingGroup group) throws NoMachineType {
        var name = pool.instanceType();
        var overridden = MachineTypes.firstOverride(group);
        if (name.isEmpty() && overridden != null) name = overridden;
        // A launch template is only named here, but what the group has launched tells what it says.
        if (name.isEmpty()) name = group.instances().stream().map(Instance::instanceType).filter(one -> !one.isEmpty()).findFirst().orElse("");
        if (name.isEmpty()) {
            throw new NoMachineType(
                    groupsFile + " does not tell what " + pool.autoScalingGroup() + " launches: set the pool's instanceType in the config");
        }
        var type = types.get(name);
        if (type == null) throw new NoMachineType("instance type " + name + " is not in " + typesFile);
        return type;
    }

    private Map<String, Machine> launchedByNow(Instant now) {
        var dated = new TreeMap<>(machines);
        dated.replaceAll(
                (_, machine) -> machine.launchedAt().equals(NOT_TOLD) ? new Machine(machine.privateIp(), machine.privateDns(), now) : machine);
        return dated;
    }

    private static Missing missing(PoolConfig pool, Instant now, String words) {
        return new Missing(Missing.Source.AWS, pool.name(), now, words);
    }

    private static List<JsonNode> array(Path file, String name) {
        try {
            var list = new ObjectMapper().readTree(Files.readString(file)).path(name);
            if (!list.isArray()) throw new UnreadableDescription(file.toString(), "holds no list " + name + ", as an answer of AWS would");
            return elements(list).toList();
        } catch (NoSuchFileException absent) {
            throw new UnreadableDescription(file.toString(), "does not exist", absent);
        } catch (JsonProcessingException broken) {
            var at = broken.getLocation();
            throw new UnreadableDescription(file.toString(),
                    "is not JSON: " + broken.getOriginalMessage() + (at == null ? "" : " (line " + at.getLineNr() + ")"),
                    broken);
        } catch (IOException unreadable) {
            throw new UnreadableDescription(file.toString(), "cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private AutoScalingGroup group(JsonNode json) {
        var instances = elements(json.path("Instances")).map(this::instance).toList();
        var overrides = elements(json.path("MixedInstancesPolicy").path("LaunchTemplate").path("Overrides"))
                .filter(one -> one.hasNonNull("InstanceType"))
                .map(one -> LaunchTemplateOverrides.builder().instanceType(one.path("InstanceType").asText()).build())
                .toList();
        return AutoScalingGroup.builder().autoScalingGroupName(required(json, "AutoScalingGroupName", groupsFile))
                .minSize(json.path("MinSize").asInt())
                .maxSize(json.path("MaxSize").asInt()).desiredCapacity(json.path("DesiredCapacity").asInt())
                .availabilityZones(elements(json.path("AvailabilityZones")).map(JsonNode::asText).toList()).instances(instances)
                .mixedInstancesPolicy(mixed -> mixed.launchTemplate(template -> template.overrides(overrides))).build();
    }

    private Instance instance(JsonNode json) {
        var id = required(json, "InstanceId", groupsFile);
        machine(json, groupsFile);
        return Instance.builder().instanceId(id).lifecycleState(json.path("LifecycleState").asText(""))
                .instanceType(json.path("InstanceType").asText(""))
                .availabilityZone(json.path("AvailabilityZone").asText("")).build();
    }

    /** What one file tells of a machine; the other file may have told more. */
    private void machine(JsonNode json, String file) {
        var id = required(json, "InstanceId", file);
        var before = machines.getOrDefault(id, new Machine("", "", NOT_TOLD));
        var launched = json.hasNonNull("LaunchTime") ? launched(json, id, file) : before.launchedAt();
        machines.put(id, new Machine(json.path("PrivateIpAddress").asText(before.privateIp()),
                json.path("PrivateDnsName").asText(before.privateDns()), launched));
    }

    private static Instant launched(JsonNode json, String id, String file) {
        try {
            return OffsetDateTime.parse(json.path("LaunchTime").asText()).toInstant(); // the CLI writes +00:00, not Z
        } catch (DateTimeException noTime) {
            throw new UnreadableDescription(file, "LaunchTime of " + id + " is no time: " + json.path("LaunchTime").asText(), noTime);
        }
    }

    private InstanceTypeInfo type(JsonNode json) {
        var network = json.path("NetworkInfo");
        var cards = elements(network.path("NetworkCards"))
                .map(card -> NetworkCardInfo.builder().networkCardIndex(card.path("NetworkCardIndex").asInt())
                        .maximumNetworkInterfaces(card.path("MaximumNetworkInterfaces").asInt()).build())
                .toList();
        var gpus = elements(json.path("GpuInfo").path("Gpus"))
                .map(gpu -> GpuDeviceInfo.builder().manufacturer(gpu.path("Manufacturer").asText("")).count(gpu.path("Count").asInt()).build())
                .toList();
        var neurons = elements(json.path("NeuronInfo").path("NeuronDevices"))
                .map(device -> NeuronDeviceInfo.builder().count(device.path("Count").asInt()).build())
                .toList();
        return InstanceTypeInfo.builder().instanceType(required(json, "InstanceType", typesFile))
                .vCpuInfo(cpu -> cpu.defaultVCpus(json.path("VCpuInfo").path("DefaultVCpus").asInt()))
                .memoryInfo(memory -> memory.sizeInMiB(json.path("MemoryInfo").path("SizeInMiB").asLong())).gpuInfo(info -> info.gpus(gpus))
                .neuronInfo(info -> info.neuronDevices(neurons))
                .processorInfo(info -> info.supportedArchitecturesWithStrings(
                        elements(json.path("ProcessorInfo").path("SupportedArchitectures")).map(JsonNode::asText).toList()))
                .networkInfo(info -> info.maximumNetworkInterfaces(network.path("MaximumNetworkInterfaces").asInt())
                        .ipv4AddressesPerInterface(network.path("Ipv4AddressesPerInterface").asInt())
                        .defaultNetworkCardIndex(network.path("DefaultNetworkCardIndex").asInt()).networkCards(cards))
                .build();
    }

    private static String required(JsonNode json, String name, String file) {
        if (json.hasNonNull(name)) return json.path(name).asText();
        throw new UnreadableDescription(file, "an entry has no " + name);
    }

    private static Stream<JsonNode> elements(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
