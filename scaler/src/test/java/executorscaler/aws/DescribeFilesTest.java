package executorscaler.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Pool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pools out of saved answers of the AWS command line. */
@Tag("unit")
class DescribeFilesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final String GROUPS = """
            {"AutoScalingGroups": [
              {"AutoScalingGroupName": "spot", "MinSize": 1, "MaxSize": 12, "DesiredCapacity": 2, "AvailabilityZones": ["eu-central-1b", "eu-central-1a"],
               "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "$Latest"},
               "Instances": [
                 {"InstanceId": "i-2", "InstanceType": "g4dn.xlarge", "AvailabilityZone": "eu-central-1b", "LifecycleState": "Terminating:Wait"},
                 {"InstanceId": "i-1", "InstanceType": "g4dn.xlarge", "AvailabilityZone": "eu-central-1a", "LifecycleState": "InService",
                  "LaunchTime": "2025-12-31T23:00:00+00:00"}]},
              {"AutoScalingGroupName": "mixed", "MinSize": 0, "MaxSize": 3, "DesiredCapacity": 0, "AvailabilityZones": [], "Instances": [],
               "MixedInstancesPolicy": {"LaunchTemplate": {"Overrides": [{"InstanceType": "g4dn.xlarge"}, {"InstanceType": "c5.large"}]}}},
              {"AutoScalingGroupName": "empty", "MinSize": 0, "MaxSize": 3, "DesiredCapacity": 0, "AvailabilityZones": [], "Instances": []}]}
            """;

    private static final String TYPES = """
            {"InstanceTypes": [{"InstanceType": "g4dn.xlarge", "VCpuInfo": {"DefaultVCpus": 4}, "MemoryInfo": {"SizeInMiB": 16384},
              "ProcessorInfo": {"SupportedArchitectures": ["x86_64"]}, "GpuInfo": {"Gpus": [{"Name": "T4", "Manufacturer": "NVIDIA", "Count": 1}]},
              "NetworkInfo": {"MaximumNetworkInterfaces": 3, "Ipv4AddressesPerInterface": 10, "DefaultNetworkCardIndex": 0,
                              "NetworkCards": [{"NetworkCardIndex": 0, "MaximumNetworkInterfaces": 3}]}}]}
            """;

    private static final MachineType G4DN = new MachineType("g4dn.xlarge", 4, 16L << 30, new TreeMap<>(Map.of("nvidia.com/gpu", 1L)), 29, "amd64");

    @TempDir
    private Path folder;

    @Test
    void aGroupBecomesAPool() throws IOException {
        var seen = files(GROUPS, TYPES).read(Configs.of(Configs.pool("spot", "")), NOW);
        assertThat(seen.missing()).isEmpty();
        assertThat(seen.pools()).containsExactly(new Pool("spot", "spot", 1, 12, 2,
                List.of(new Pool.Instance("i-1", Pool.Lifecycle.IN_SERVICE, "", "", "g4dn.xlarge", "eu-central-1a",
                        Instant.parse("2025-12-31T23:00:00Z")),
                        new Pool.Instance("i-2", Pool.Lifecycle.LEAVING, "", "", "g4dn.xlarge", "eu-central-1b", NOW)),
                List.of(new Pool.Offer(G4DN, 1, OptionalDouble.empty())), List.of("eu-central-1a", "eu-central-1b"), seen.pools().getFirst().setup(),
                List.of(), NOW));
        assertThat(seen.pools().getFirst().setup().troubles()).singleElement().asString().contains("those of its instances, g4dn.xlarge;");
    }

    @Test
    void addressesAndLaunchTimesComeFromTheInstances() throws IOException {
        var asgs = write("asgs.json",
                "{\"AutoScalingGroups\": [{\"AutoScalingGroupName\": \"g\", \"Instances\": [{\"InstanceId\": \"i-1\", \"LifecycleState\": \"InService\"}]}]}");
        var instances = write("instances.json", "{\"Reservations\": [{\"Instances\": [{\"InstanceId\": \"i-1\", \"PrivateIpAddress\": \"10.0.0.7\","
                + " \"PrivateDnsName\": \"ip-10-0-0-7.ec2.internal\", \"LaunchTime\": \"2026-11-01T00:00:00+00:00\"}]}]}");
        var seen = new DescribeFiles(asgs, write("types.json", TYPES), instances).read(Configs.of(Configs.pool("g", "g4dn.xlarge")), NOW);
        assertThat(seen.pools().getFirst().instances().getFirst()).satisfies(one -> {
            assertThat(one.privateIp()).isEqualTo("10.0.0.7");
            assertThat(one.privateDns()).isEqualTo("ip-10-0-0-7.ec2.internal");
            assertThat(one.launchedAt()).isEqualTo(Instant.parse("2026-11-01T00:00:00Z"));
        });
    }

    @Test
    void theTypeComesFromTheConfigOrTheOverridesOrTheInstances() throws IOException {
        var seen = files(GROUPS, TYPES).read(Configs.of(Configs.pool("spot", ""), Configs.pool("mixed", ""), Configs.pool("empty", "g4dn.xlarge")),
                NOW);
        assertThat(seen.pools()).extracting(Pool::name).containsExactly("empty", "mixed", "spot");
        assertThat(seen.pools()).extracting(pool -> pool.offers().getFirst().type()).containsOnly(G4DN);
        assertThat(seen.pools().get(1).setup().troubles()).as("what is not in the files is named").singleElement().asString()
                .startsWith("instance type c5.large is not in ");
    }

    @Test
    void whatAGroupSaysOfItselfIsReadAsFromAws() throws IOException {
        var groups = """
                {"AutoScalingGroups": [{"AutoScalingGroupName": "g", "MinSize": 0, "MaxSize": 9, "DesiredCapacity": 2, "AvailabilityZones": ["eu-central-1a"],
                 "NewInstancesProtectedFromScaleIn": true, "WarmPoolSize": 3, "WarmPoolConfiguration": {"PoolState": "Stopped"},
                 "SuspendedProcesses": [{"ProcessName": "Launch", "SuspensionReason": "User suspended"}, {"ProcessName": "AZRebalance"}],
                 "Tags": [{"ResourceId": "g", "Key": "k8s.io/cluster-autoscaler/node-template/label/Team", "Value": "Render", "PropagateAtLaunch": true}],
                 "Instances": [{"InstanceId": "i-1", "InstanceType": "g4dn.xlarge", "LifecycleState": "InService", "HealthStatus": "Unhealthy"},
                               {"InstanceId": "i-2", "InstanceType": "g4dn.xlarge", "LifecycleState": "InService", "HealthStatus": "Healthy",
                                "ProtectedFromScaleIn": true}]}]}
                """;
        var pool = files(groups, TYPES).read(Configs.of(Configs.pool("g", "g4dn.xlarge")), NOW).pools().getFirst();
        assertThat(pool.setup()).isEqualTo(new Pool.Setup(new TreeMap<>(Map.of("Team", "Render")), List.of(), Collections.emptySortedMap(),
                Collections.emptySortedMap(), new TreeSet<>(List.of("AZRebalance", "Launch")), true, 3, List.of()));
        assertThat(pool.instances()).extracting(Pool.Instance::healthy, Pool.Instance::protectedFromScaleIn).containsExactly(tuple(false, false),
                tuple(true, true));
        var going = groups.replace("\"Stopped\"", "\"Stopped\", \"Status\": \"PendingDelete\"");
        assertThat(files(going, TYPES).read(Configs.of(Configs.pool("g", "g4dn.xlarge")), NOW).pools().getFirst().setup().warm())
                .as("a warm pool that is being deleted").isZero();
    }

    @Test
    void groupsAreFoundByTheirTags() throws IOException {
        var groups = GROUPS.replace("\"AutoScalingGroupName\": \"mixed\"",
                "\"AutoScalingGroupName\": \"mixed\", \"Tags\": [{\"Key\": \"enabled\", \"Value\": \"true\"}]");
        var seen = files(groups, TYPES).read(Configs.discovering("enabled", Configs.pool("spot", "")), NOW);
        assertThat(seen.pools()).extracting(Pool::name).containsExactly("mixed", "spot");
    }

    @Test
    void weightsAreReadAsFromAws() throws IOException {
        var groups = """
                {"AutoScalingGroups": [{"AutoScalingGroupName": "g", "MinSize": 0, "MaxSize": 9, "DesiredCapacity": 8, "AvailabilityZones": ["eu-central-1a"],
                 "MixedInstancesPolicy": {"LaunchTemplate": {"Overrides": [{"InstanceType": "g4dn.xlarge", "WeightedCapacity": "4"}]}},
                 "Instances": [{"InstanceId": "i-1", "InstanceType": "g4dn.xlarge", "LifecycleState": "InService", "WeightedCapacity": "3"},
                               {"InstanceId": "i-2", "InstanceType": "g4dn.xlarge", "LifecycleState": "InService"}]}]}
                """;
        var pool = files(groups, TYPES).read(Configs.of(Configs.pool("g", "")), NOW).pools().getFirst();
        assertThat(pool.offers()).containsExactly(new Pool.Offer(G4DN, 4, OptionalDouble.empty()));
        assertThat(pool.instances()).extracting(Pool.Instance::weight).containsExactly(3, 4);
    }

    @Test
    void whatIsNotInTheFilesIsMissingByPool() throws IOException {
        var seen = files(GROUPS, TYPES).read(Configs.of(Configs.pool("nowhere", ""), Configs.pool("empty", ""), Configs.pool("spot", "c5.large")),
                NOW);
        assertThat(seen.pools()).isEmpty();
        assertThat(seen.missing()).extracting(Missing::subject).containsExactly("empty", "nowhere", "spot");
        assertThat(seen.missing()).extracting(Missing::error).satisfiesExactly(
                one -> assertThat(one).startsWith("Auto Scaling Group empty does not name").endsWith("set the pool's instanceType in the config"),
                one -> assertThat(one).startsWith("Auto Scaling Group nowhere is not in "),
                one -> assertThat(one).startsWith("instance type c5.large is not in "));
    }

    @Test
    void withoutAFileOfTypesEveryPoolIsMissing() throws IOException {
        var seen = new DescribeFiles(write("asgs.json", GROUPS), folder.resolve("absent.json"), folder.resolve("absent.json"))
                .read(Configs.of(Configs.pool("spot", "")), NOW);
        assertThat(seen.missing()).singleElement().satisfies(one -> assertThat(one.error()).contains("absent.json"));
    }

    @Test
    void aFileThatIsNoAnswerSaysItsNameAndWhy() {
        assertThatThrownBy(() -> files("{\"AutoScalingGroups\": [", TYPES)).isInstanceOf(UnreadableDescription.class)
                .hasMessageContaining("asgs.json: is not JSON");
        assertThatThrownBy(() -> files("{}", TYPES)).hasMessageContaining("asgs.json: holds no list AutoScalingGroups");
        assertThatThrownBy(() -> files("{\"AutoScalingGroups\": [{}]}", TYPES)).hasMessageContaining("an entry has no AutoScalingGroupName");
        assertThatThrownBy(() -> files("{\"AutoScalingGroups\": [{\"AutoScalingGroupName\": \"g\", \"MinSize\": \"few\"}]}", TYPES))
                .hasMessageEndingWith("asgs.json: MinSize must be a whole number, was \"few\"");
        assertThatThrownBy(() -> new DescribeFiles(folder.resolve("none"), folder.resolve("none"), folder.resolve("none")))
                .hasMessageEndingWith("none: does not exist");
    }

    private DescribeFiles files(String groups, String types) throws IOException {
        return new DescribeFiles(write("asgs.json", groups), write("instance-types.json", types), folder.resolve("instances.json"));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
