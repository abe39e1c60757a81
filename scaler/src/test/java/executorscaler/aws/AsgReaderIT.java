package executorscaler.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import executorscaler.config.Config;
import executorscaler.config.PoolConfig;
import executorscaler.loop.Clock;
import executorscaler.observe.CloudReader.Cloud;
import executorscaler.plan.Action.RaiseCapacity;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Taint;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import testbed.AwsCall;
import testbed.Fault;
import testbed.RequiresTool;

/** What the reader makes of groups of the emulator. */
@Tag("aws")
@RequiresTool("python")
class AsgReaderIT {

    private static final Duration LONG = Duration.ofSeconds(15);

    private Emulated aws;

    @BeforeEach
    void start() {
        aws = Emulated.withGroups("spot", "steady");
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    private Cloud read(Config config) {
        return aws.reader.read(config, Instant.now());
    }

    private Cloud firstReading(Config config) {
        assertThat(read(config).missing()).extracting(Missing::error).containsExactly("the Auto Scaling Groups have not been read yet");
        await().atMost(LONG).until(() -> !read(config).pools().isEmpty());
        return read(config);
    }

    @Test
    void aGroupBecomesAPoolWithAddressesAndTheTypeOfItsLaunchTemplate() {
        var before = Instant.now();
        var pool = firstReading(Configs.of(Configs.pool("spot", ""))).pools().get(0);
        assertThat(pool.desired()).isEqualTo(2);
        assertThat(pool.min()).isEqualTo(1);
        assertThat(pool.max()).isEqualTo(9);
        assertThat(pool.offers().getFirst().type().name()).isEqualTo("c5.2xlarge");
        assertThat(pool.offers().getFirst().type().vcpus()).isEqualTo(8);
        assertThat(pool.offers().getFirst().type().memoryBytes()).isEqualTo(16L << 30);
        assertThat(pool.offers().getFirst().type().eniPods()).isEqualTo(58);
        assertThat(pool.offers().getFirst().type().architecture()).isEqualTo("amd64");
        assertThat(pool.zones()).containsExactly("us-east-1a");
        assertThat(pool.readAt()).isAfterOrEqualTo(before);
        assertThat(pool.instances()).hasSize(2).allSatisfy(instance -> {
            assertThat(instance.lifecycle()).isEqualTo(Pool.Lifecycle.IN_SERVICE);
            assertThat(instance.privateIp()).isNotEmpty();
            assertThat(instance.privateDns()).isNotEmpty();
            assertThat(instance.launchedAt()).isBetween(before.minusSeconds(60), before.plusSeconds(60));
        });
    }

    @Test
    void anUnknownGroupIsMissingByNameWhileOthersAreRead() {
        var seen = firstReading(Configs.of(Configs.pool("spot", ""), Configs.pool("nowhere", "")));
        assertThat(seen.pools()).extracting(Pool::name).containsExactly("spot");
        assertThat(seen.missing()).singleElement().satisfies(one -> {
            assertThat(one.subject()).isEqualTo("nowhere");
            assertThat(one.error()).isEqualTo("Auto Scaling Group nowhere does not exist in region us-east-1");
        });
    }

    @Test
    void anUnknownInstanceTypeIsMissingByPoolWhileOthersAreRead() {
        var seen = firstReading(Configs.of(Configs.pool("spot", "c5.hugest"), Configs.pool("steady", "g4dn.xlarge")));
        assertThat(seen.pools()).singleElement()
                .satisfies(one -> assertThat(one.offers().getFirst().type().accelerators()).containsEntry("nvidia.com/gpu", 1L));
        assertThat(seen.missing()).singleElement().satisfies(one -> assertThat(one.error()).isEqualTo("EC2 does not know instance type c5.hugest"));
    }

    @Test
    void aThrottledDescribeKeepsTheLastReadingUntilItIsTooOld() {
        var config = Configs.of(Configs.pool("spot", ""));
        var readAt = firstReading(config).pools().get(0).readAt();
        aws.bed.aws().on("DescribeAutoScalingGroups", new Fault.Throttle());
        aws.bed.aws().clearCalls();
        aws.reader.wrote();
        await().atMost(LONG).until(() -> aws.calls("DescribeAutoScalingGroups") >= 3); // three attempts are one look
        assertThat(aws.reader.read(config, readAt.plusSeconds(29)).pools()).hasSize(1);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(aws.reader.read(config, readAt.plusSeconds(90)).missing()).singleElement().satisfies(one -> {
                    assertThat(one.subject()).isEmpty();
                    assertThat(one.error()).matches("last read \\d+ s ago: throttled by AWS: Throttling \\(Rate exceeded\\)");
                }));
        aws.bed.aws().clear();
        await().atMost(Duration.ofSeconds(30)).until(() -> read(config).pools().get(0).readAt().isAfter(readAt.plusMillis(1)));
    }

    @Test
    void aWriteIsSeenAtOnceAndOnlyNewsWakesTheLoop() throws InterruptedException {
        var config = Configs.of(Configs.pool("steady", ""));
        firstReading(config);
        assertThat(aws.news.tryAcquire(15, TimeUnit.SECONDS)).as("the first reading is news").isTrue();
        aws.bed.aws().clearCalls();
        aws.reader.wrote();
        await().atMost(LONG).until(() -> aws.calls("DescribeAutoScalingGroups") >= 2);
        assertThat(aws.news.drainPermits()).as("nothing has changed").isZero();
        assertThat(aws.calls("DescribeInstances") + aws.calls("DescribeInstanceTypes")).as("what is known is not asked again").isZero();

        var before = Instant.now();
        aws.writer.raise(new RaiseCapacity("steady", "steady", 2, 3));
        assertThat(aws.news.tryAcquire(5, TimeUnit.SECONDS)).isTrue();
        var pool = read(config).pools().get(0);
        assertThat(pool.desired()).isEqualTo(3);
        assertThat(pool.readAt()).isAfterOrEqualTo(before);
        assertThat(Duration.between(before, Instant.now())).as("well before the next poll").isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void lookingOnceNeedsNoThread() {
        var seen = aws.reader.lookNow(Configs.of(Configs.pool("spot", "")));
        assertThat(seen.missing()).isEmpty();
        assertThat(seen.pools()).hasSize(1);
        assertThat(aws.reader.lookNow(Configs.of()).pools()).as("no pool is no question").isEmpty();
        assertThat(aws.calls("DescribeAutoScalingGroups")).isEqualTo(1);
    }

    @Test
    void aPendingInstanceIsOnItsWay() {
        aws.bed.aws().pending(Duration.ofMinutes(5));
        var pool = aws.reader.lookNow(Configs.of(Configs.pool("spot", ""))).pools().get(0);
        assertThat(pool.instances()).extracting(Pool.Instance::lifecycle).containsOnly(Pool.Lifecycle.PENDING);
    }

    @Test
    void everyTypeOfAMixedGroupIsOfferedWithItsWeight() {
        aws.mixed("mixed", 6, 100, "c5.2xlarge=2", "m5.4xlarge=4", "c5.hugest=9");
        var pool = aws.reader.lookNow(Configs.of(Configs.pool("mixed", ""))).pools().get(0);
        assertThat(pool.offers()).extracting(offer -> offer.type().name() + "=" + offer.weight()).containsExactly("c5.2xlarge=2", "m5.4xlarge=4");
        assertThat(pool.setup().troubles()).containsExactly("EC2 does not know instance type c5.hugest");
        assertThat(pool.instances()).hasSize(3).extracting(Pool.Instance::weight).containsOnly(2);
        aws.bed.aws().clearCalls();
        aws.reader.lookNow(Configs.of(Configs.pool("mixed", "")));
        assertThat(aws.calls("DescribeInstanceTypes")).as("nor is the unknown type asked for again").isZero();
    }

    @Test
    void tagsOfClusterAutoscalerAreReadAsTheyAre() {
        var prefix = "k8s.io/cluster-autoscaler/node-template/";
        aws.tag("steady", prefix + "label/Team", "Render", prefix + "taint/team", "render:NoSchedule", prefix + "resources/nvidia.com/gpu", "4",
                prefix + "autoscaling-options/scaledownunneededtime", "10m", prefix + "taint/broken", "NoSchedule");
        var setup = aws.reader.lookNow(Configs.of(Configs.pool("steady", ""))).pools().get(0).setup();
        assertThat(setup.labels()).containsExactly(Map.entry("Team", "Render"));
        assertThat(setup.taints()).containsExactly(new Taint("team", "render", Taint.Effect.NO_SCHEDULE));
        assertThat(setup.resources()).containsExactly(Map.entry("nvidia.com/gpu", 4L));
        assertThat(setup.options()).containsExactly(Map.entry("scaledownunneededtime", "10m"));
        assertThat(setup.troubles()).singleElement().asString().startsWith("tag " + prefix + "taint/broken: must be value:Effect");
    }

    @Test
    void suspendedProcessesAndProtectionAndHealthAreSeen() {
        var asg = aws.bed.moto().autoScaling();
        var ids = aws.bed.moto().instanceIds("steady").stream().sorted().toList();
        asg.suspendProcesses(request -> request.autoScalingGroupName("steady").scalingProcesses("Launch", "AZRebalance"));
        asg.updateAutoScalingGroup(request -> request.autoScalingGroupName("steady").newInstancesProtectedFromScaleIn(true));
        asg.setInstanceProtection(request -> request.autoScalingGroupName("steady").instanceIds(ids.get(0)).protectedFromScaleIn(true));
        asg.setInstanceHealth(request -> request.instanceId(ids.get(1)).healthStatus("Unhealthy").shouldRespectGracePeriod(false));
        var pool = aws.reader.lookNow(Configs.of(Configs.pool("steady", ""))).pools().get(0);
        assertThat(pool.setup().suspended()).containsExactly("AZRebalance", "Launch");
        assertThat(pool.setup().protectsNew()).isTrue();
        assertThat(pool.instances()).extracting(Pool.Instance::id).containsExactlyElementsOf(ids);
        assertThat(pool.instances()).extracting(Pool.Instance::protectedFromScaleIn).containsExactly(true, false);
        assertThat(pool.instances()).extracting(Pool.Instance::healthy).containsExactly(true, false);
    }

    @Test
    void aGroupIsFoundByItsTagsAndLostWithThem() {
        aws.tag("spot", "enabled", "true");
        var config = Configs.discovering("enabled", Configs.pool("steady", ""));
        assertThat(read(config).missing()).hasSize(1);
        await().atMost(LONG).until(() -> !read(config).pools().isEmpty());
        assertThat(read(config).pools()).extracting(Pool::name).containsExactly("spot", "steady");
        assertThat(read(config).pools().get(0).max()).isEqualTo(9);
        assertThat(read(Configs.discovering("enabled", Configs.pool("steady", ""), Configs.pool("mine", "spot", ""))).pools())
                .as("a group that the config has just named is the config's").extracting(Pool::name).containsExactly("steady");
        aws.untag("spot", "enabled");
        aws.reader.wrote();
        await().atMost(LONG).until(() -> read(config).pools().size() == 1);
        assertThat(read(config).missing()).as("it goes like a pool that is removed").isEmpty();
    }

    @Test
    void aLaunchThatFailsIsSeenWithinSecondsAndOnlyWhereSomethingIsLacking() throws InterruptedException {
        var config = Configs.of(Configs.pool("spot", ""), Configs.pool("steady", ""));
        firstReading(config);
        aws.bed.aws().refuseCapacity("spot");
        aws.news.drainPermits();
        aws.writer.raise(new RaiseCapacity("spot", "spot", 2, 4));
        await().atMost(Duration.ofSeconds(5)).until(() -> !read(config).pools().get(0).failures().isEmpty());
        assertThat(aws.news.tryAcquire(1, TimeUnit.SECONDS)).as("the loop is woken").isTrue();
        assertThat(read(config).pools().get(0).failures().getFirst()).satisfies(failure -> {
            assertThat(failure.cause()).isEqualTo(Pool.LaunchFailure.Cause.NO_CAPACITY);
            assertThat(failure.zone()).isEqualTo("us-east-1a");
            assertThat(failure.type()).isEqualTo("c5.2xlarge");
            assertThat(failure.at()).isBetween(Instant.now().minusSeconds(10), Instant.now());
        });
        assertThat(aws.bed.aws().calls("DescribeScalingActivities")).extracting(call -> call.params().get("AutoScalingGroupName"))
                .containsOnly("spot");
    }

    @Test
    void aQuotaIsToldApartFromALackOfCapacity() {
        aws.bed.aws().refuseCapacity("spot",
                "Could not launch On-Demand Instances. VcpuLimitExceeded - You have requested more vCPU capacity than your "
                        + "current vCPU limit of 8 allows for the instance bucket that the specified instance type belongs to. Launching EC2 instance failed.");
        aws.writer.raise(new RaiseCapacity("spot", "spot", 2, 4));
        var pool = aws.reader.lookNow(Configs.of(Configs.pool("spot", ""))).pools().get(0);
        assertThat(pool.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.cause()).isEqualTo(Pool.LaunchFailure.Cause.QUOTA);
            assertThat(failure.zone()).isEmpty();
        });
    }

    @Test
    void spotPricesAreReadForPoolsThatBuySpot() {
        aws.mixed("mixed", 0, 0, "c5.2xlarge=1", "m5.4xlarge=2");
        var pools = aws.reader.lookNow(Configs.of(Configs.pool("mixed", ""), Configs.pool("steady", ""))).pools();
        assertThat(pools.get(0).offers()).allSatisfy(offer -> assertThat(offer.spotPrice()).isPresent());
        assertThat(pools.get(1).offers().getFirst().spotPrice()).as("on demand").isEmpty();
        aws.bed.aws().on("DescribeSpotPriceHistory", new Fault.Throttle());
        var without = new AsgReader(aws.clients, Clock.system(), () -> {});
        assertThat(without.lookNow(Configs.of(Configs.pool("mixed", ""))).pools()).singleElement()
                .satisfies(pool -> assertThat(pool.offers().getFirst().spotPrice()).as("not known, and nothing else is held up").isEmpty());
    }

    /** All groups of one template, each empty, and what a reader asks for that has not looked yet, and for the second time. */
    @ParameterizedTest(name = "{0} groups: {1} calls a look")
    @CsvSource({"1, 1", "100, 1", "101, 2", "400, 4"})
    void whatALookCostsGrowsWithHundredsOfGroups(int groups, int calls) {
        var pools = new PoolConfig[groups];
        for (int i = 0; i < groups; i++) {
            pools[i] = Configs.pool("many-" + i, "c5.2xlarge");
            aws.like("spot", "many-" + i, 0);
        }
        var config = Configs.of(pools);
        assertThat(aws.reader.lookNow(config).pools()).hasSize(groups);
        aws.bed.aws().clearCalls();
        assertThat(aws.reader.lookNow(config).pools()).hasSize(groups);
        assertThat(aws.bed.aws().calls()).extracting(AwsCall::action).containsOnly("DescribeAutoScalingGroups").hasSize(calls);
    }

    @Test
    void noCallIsMadeForANode() {
        aws.like("spot", "large", 250);
        var config = Configs.of(Configs.pool("large", "c5.2xlarge"));
        aws.bed.aws().clearCalls();
        assertThat(aws.reader.lookNow(config).pools().getFirst().instances()).hasSize(250)
                .allSatisfy(one -> assertThat(one.privateIp()).isNotEmpty());
        assertThat(aws.calls("DescribeInstances")).as("200 a call, and for new ones only").isEqualTo(2);
        assertThat(aws.calls("DescribeAutoScalingGroups")).isEqualTo(1);
        aws.bed.aws().clearCalls();
        aws.reader.lookNow(config);
        assertThat(aws.bed.aws().calls()).extracting(AwsCall::action).containsExactly("DescribeAutoScalingGroups");
    }

    @Test
    void everyAttemptIsCountedByOperationAndResult() {
        aws.bed.aws().throttle("DescribeAutoScalingGroups", 2);
        aws.reader.lookNow(Configs.of(Configs.pool("spot", ""), Configs.pool("nowhere", "")));
        assertThat(aws.counted).filteredOn(one -> one.startsWith("DescribeAutoScalingGroups"))
                .containsExactly("DescribeAutoScalingGroups throttled", "DescribeAutoScalingGroups throttled", "DescribeAutoScalingGroups ok");
        aws.bed.aws().fail("SetDesiredCapacity", 400, "ValidationError", 1).fail("SetDesiredCapacity", 500, "InternalFailure", 1)
                .dropAnswer("SetDesiredCapacity", 1);
        for (int i = 0; i < 3; i++) aws.writer.raise(new RaiseCapacity("spot", "spot", 2, 3));
        assertThat(aws.counted).filteredOn(one -> one.startsWith("SetDesiredCapacity")).containsExactly("SetDesiredCapacity refused",
                "SetDesiredCapacity failed", "SetDesiredCapacity unanswered");
    }
}
