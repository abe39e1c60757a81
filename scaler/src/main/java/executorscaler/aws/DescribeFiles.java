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
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateSpecification;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;

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
        var found = new ArrayList<>(Discovery.among(groups.values(), config.autoDiscovery(), config.nodePools()));
        for (var pool : config.nodePools()) {
            var group = groups.get(pool.autoScalingGroup());
            if (group != null) found.add(new Discovery.Found(pool, group, ""));
            else
                missing.add(missing(pool, now, "Auto Scaling Group " + pool.autoScalingGroup() + " is not in " + groupsFile));
        }
        for (var one : found) {
            try {
                var offers = Offers.of(one.pool(), one.group(), new Saved()).and(one.trouble());
                pools.add(Mapping.pool(one.pool(), one.group(), launchedByNow(now), offers, List.of(), now));
            } catch (NoMachineType unknown) {
                missing.add(missing(one.pool(), now, unknown.why()));
            }
        }
        pools.sort(Comparator.comparing(Pool::name));
        missing.sort(Comparator.comparing(Missing::subject));
        return new Cloud(pools, missing);
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
        required(json, "AutoScalingGroupName", groupsFile);
        elements(json.path("Instances")).forEach(instance -> machine(instance, groupsFile));
        return filled(AutoScalingGroup.builder(), json, groupsFile).build();
    }

    private static <B extends SdkPojo> B filled(B builder, JsonNode json, String file) {
        try {
            return SavedShapes.fill(builder, json);
        } catch (SavedShapes.Unfit unfit) {
            throw new UnreadableDescription(file, unfit.why(), unfit);
        }
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
        required(json, "InstanceType", typesFile);
        return filled(InstanceTypeInfo.builder(), json, typesFile).build();
    }

    /** A launch template is only named in the files; what it says is to be seen from what the group has launched. */
    private final class Saved implements Catalog {

        @Override
        public Template template(LaunchTemplateSpecification template) {
            return new Template("", false);
        }

        @Override
        public Map<String, MachineType> types(Collection<String> names) {
            var known = new TreeMap<>(types);
            known.keySet().retainAll(names);
            return known;
        }

        @Override
        public String unknown(String name) {
            return "instance type " + name + " is not in " + typesFile;
        }
    }

    private static String required(JsonNode json, String name, String file) {
        if (json.hasNonNull(name)) return json.path(name).asText();
        throw new UnreadableDescription(file, "an entry has no " + name);
    }

    private static Stream<JsonNode> elements(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
