package executorscaler.plan;

import executorscaler.plan.check.PlanCheck;
import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.ExecutorScaleDown;
import executorscaler.config.PoolConfig;
import executorscaler.config.ScaleDownConfig;
import executorscaler.config.Schedule;
import executorscaler.config.WorkerConfig;
import executorscaler.config.WorkerConfig.BusySource;
import executorscaler.snapshot.Author;
import executorscaler.snapshot.Busy;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Notice.Kind;
import executorscaler.snapshot.Pause;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Queue;
import executorscaler.snapshot.Rollout;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Seeded worlds of every kind: what the planner makes of them always passes the independent check, and is the same each time. */
@Tag("properties")
class PlanPropertiesTest {

    private static final int WORLDS_A_SEED = 200;

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("properties.seeds", 50));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void plansAreSafeRepeatableAndBounded(long seed) {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < WORLDS_A_SEED; i++) {
            var given = world(random);
            var standing = random.nextInt(4) == 0 ? Memory.EMPTY : Memory.ofStanding(given.snapshot(), random.nextInt(0, 4000));
            var memory = random.nextBoolean() ? standing : withClaim(standing, random);
            var decision = given.decide(memory);
            assertThat(given.decide(memory)).as("seed %d, world %d", seed, i).isEqualTo(decision);
            assertThat(PlanCheck.check(given.config(), given.snapshot(), memory, decision.plan()).findings()).as("seed %d, world %d", seed, i)
                    .isEmpty();
            assertThat(decision.plan().steps().stream().map(step -> step.action().subject() + step.action().getClass()).distinct().count())
                    .as("one step of a kind a subject: seed %d, world %d", seed, i).isEqualTo(decision.plan().steps().size());
        }
    }

    /** A second pool of the same machine, and one of the two or both on spot. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aFloorOfOnDemandLeavesNoPodWaitingThatHasANodeWithoutIt(long seed) {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < WORLDS_A_SEED / 4; i++) {
            var given = world(random);
            var like = given.poolConfigs.getFirst();
            given.poolConfigs.set(0, sold(like, like.name(), random.nextInt(3) > 0, like.maxSize()));
            given.poolConfigs.add(sold(like, "other", random.nextInt(3) == 0, random.nextInt(like.minSize(), 12)));
            given.pool(given.poolConfigs.getLast(), Given.C5, random.nextInt(0, 3));
            int without = homeless(given.planAtFirstSight());
            given.onDemandBase = random.nextInt(0, given.maxReplicas + 1);
            var decision = given.decide(Memory.EMPTY);
            assertThat(given.decide(Memory.EMPTY)).as("seed %d, world %d", seed, i).isEqualTo(decision);
            assertThat(PlanCheck.check(given.config(), given.snapshot(), Memory.EMPTY, decision.plan()).findings()).as("seed %d, world %d", seed, i)
                    .isEmpty();
            assertThat(homeless(decision.plan())).as("seed %d, world %d", seed, i).isLessThanOrEqualTo(without);
        }
    }

    private static PoolConfig sold(PoolConfig like, String name, boolean spot, int max) {
        return new PoolConfig(name, "asg-" + name, like.instanceType(), spot ? PoolConfig.CapacityType.SPOT : PoolConfig.CapacityType.ON_DEMAND,
                like.minSize(), max, like.labels(), like.taints(), 0, like.reserved(), 600);
    }

    private static int homeless(Plan plan) {
        return plan.held().stream().mapToInt(held -> switch (held.why()) {
            case Reason.NoRoomNow now -> now.pods();
            case Reason.NoPoolFits none -> none.pods();
            case Reason.FitUnknown unknown -> unknown.pods();
            default -> 0;
        }).sum();
    }

    private static Given world(RandomGenerator random) {
        var given = new Given();
        given.scaleDown = new ScaleDownConfig(random.nextInt(0, 100), random.nextInt(0, 400), random.nextInt(0, 10), random.nextInt(0, 700),
                random.nextDouble(), random.nextInt(0, 90), random.nextInt(0, 900), random.nextInt(0, 900));
        given.minReplicas = random.nextInt(0, 3);
        given.protect = random.nextBoolean();
        given.deleteNodes = random.nextBoolean();
        given.maxReplicas = given.minReplicas + random.nextInt(0, 40);
        int min = random.nextInt(0, 3);
        given.poolConfigs.add(Given.compute(min, min + random.nextInt(0, 12)));
        if (random.nextBoolean()) given.poolConfigs.add(Given.general(0, random.nextInt(0, 8)));
        if (random.nextInt(8) == 0)
            given.missing(List.of(Missing.Source.REDIS, Missing.Source.KUBERNETES, Missing.Source.AWS).get(random.nextInt(3)), "");
        if (random.nextInt(6) > 0) {
            boolean idle = random.nextInt(3) == 0;
            given.queues.add(new Queue("executor", idle ? 0 : random.nextLong(0, 60), random.nextInt(4) == 0 ? random.nextLong(0, 9) : 0,
                    idle ? 0 : random.nextLong(0, 20),
                    random.nextInt(3) == 0
                            ? new TreeMap<>(Map.of(given.scaleDown.minNodeLifetimeSeconds(), random.nextLong(0, 30)))
                            : new TreeMap<>(),
                    "epoch-" + random.nextInt(2), random.nextInt(10) == 0 ? "jobs:running: WRONGTYPE" : "", Given.NOW));
        } else {
            given.missing(Missing.Source.REDIS, "executor");
        }
        if (random.nextInt(12) > 0) given.executor(random.nextInt(0, 30), random.nextInt(10) == 0 ? "x:TO_BE_DEPLOYED" : "x:1");
        var names = new ArrayList<String>();
        for (var config : given.poolConfigs) {
            if (random.nextInt(12) == 0) continue;
            var instances = new ArrayList<Pool.Instance>();
            int count = random.nextInt(0, 8);
            for (int i = 0; i < count; i++) {
                var id = "i-" + config.name() + i;
                var launched = Given.NOW.minusSeconds(random.nextInt(0, 1200));
                var lifecycle = random.nextInt(8) == 0
                        ? Pool.Lifecycle.LEAVING
                        : random.nextInt(5) == 0 ? Pool.Lifecycle.PENDING : Pool.Lifecycle.IN_SERVICE;
                instances.add(new Pool.Instance(id, lifecycle, "10.0." + config.maxSize() + "." + config.name() + i, id + ".internal", "c5.2xlarge",
                        "us-east-1a", launched, 1, true, random.nextBoolean()));
                if (random.nextInt(5) == 0) continue;
                var cordon = switch (random.nextInt(5)) {
                    case 0 -> new Node.Cordon.ByUs(Given.NOW.minusSeconds(random.nextInt(0, 900)));
                    case 1 -> new Node.Cordon.ByOthers();
                    default -> new Node.Cordon.None();
                };
                var node = given.node("n-" + id, id, cordon);
                boolean k3s = random.nextInt(3) == 0;
                boolean ready = random.nextInt(6) > 0;
                given.nodes.add(new Node(node.name(), node.uid(), k3s ? "k3s://" + node.name() : node.providerId(),
                        k3s ? "10.0." + config.maxSize() + "." + config.name() + i : "",
                        node.name(), node.labels(), node.taints(), node.allocatable(), ready, cordon, launched.plusSeconds(60),
                        ready || random.nextInt(5) == 0 ? Instant.MAX : launched.plusSeconds(random.nextInt(60, 300)),
                        random.nextInt(10) == 0 ? "its annotation says so" : "",
                        random.nextInt(3) == 0 ? "i-gone" + i : random.nextBoolean() ? id : ""));
                if (random.nextInt(8) == 0) given.nodes.add(given.leftBehind("left-" + id, "i-gone" + id));
                names.add(node.name());
            }
            int desired = (int) instances.stream().filter(Pool.Instance::counts).count() + random.nextInt(0, 3);
            given.pool(config, config.name().equals("general") ? Given.T3 : Given.C5, desired, instances.toArray(Pool.Instance[]::new));
        }
        int pods = random.nextInt(0, 25);
        for (int i = 0; i < pods; i++) {
            var node = names.isEmpty() || random.nextInt(3) == 0 ? "" : names.get(random.nextInt(names.size()));
            switch (random.nextInt(4)) {
                case 0 -> given.pod("web-" + i, random.nextInt(5) == 0 ? "" : "Deployment/web",
                        Given.shape(random.nextInt(0, 9000), random.nextInt(0, 9000), "executor"), node, false);
                case 1 -> given.pod("agent-" + i, "DaemonSet/agent", Given.shape(100, 64, ""), node, true);
                default -> given.executorPod("p-" + i, node);
            }
        }
        given.pods.replaceAll(pod -> random.nextInt(10) > 0 ? pod : saysNo(pod));
        if (random.nextBoolean()) peopleSaySo(given, random);
        if (random.nextBoolean()) workersTell(given, random);
        if (random.nextBoolean()) given.budget(random.nextInt(0, 3));
        if (random.nextBoolean()) deploysGoOn(given, random);
        if (random.nextInt(3) == 0) awsAnnounces(given, random);
        return given;
    }

    private static void deploysGoOn(Given given, RandomGenerator random) {
        var states = Rollout.State.values();
        given.rollout(new Rollout(states[random.nextInt(states.length)], random.nextInt(4) == 0, random.nextInt(0, 20), random.nextInt(0, 20),
                random.nextInt(0, 9), random.nextInt(0, 9), ""));
        if (random.nextBoolean()) given.author(author(random));
    }

    private static Author author(RandomGenerator random) {
        var managers = List.of("", Author.OURSELVES, "kubectl", "helm", "kube-controller-manager");
        return new Author(managers.get(random.nextInt(managers.size())), random.nextBoolean(), Instant.EPOCH);
    }

    /** Who wrote the executor's replicas last, as far as anybody remembers. */
    private static Memory withClaim(Memory memory, RandomGenerator random) {
        var claims = new TreeMap<String, Memory.Claim>();
        claims.put("executor", new Memory.Claim("uid-executor", author(random), random.nextInt(0, 30), author(random), random.nextInt(0, 30),
                random.nextBoolean() ? Instant.EPOCH : Given.NOW.minusSeconds(random.nextInt(0, 120)),
                random.nextBoolean() ? Instant.EPOCH : Given.NOW.minusSeconds(random.nextInt(0, 120))));
        return memory.but(next -> next.claims = claims);
    }

    /** Now and a while ago, about nodes that are there or not, and some of it is on the nodes already. */
    private static void awsAnnounces(Given given, RandomGenerator random) {
        var kinds = List.of(Kind.INTERRUPTION, Kind.REBALANCE, Kind.TERMINATING, Kind.MAINTENANCE, Kind.GONE);
        for (var node : List.copyOf(given.nodes)) {
            var kind = kinds.get(random.nextInt(kinds.size()));
            var at = Given.NOW.minusSeconds(random.nextInt(0, random.nextBoolean() ? 100 : 2000));
            if (random.nextInt(3) == 0) given.notice(kind, node.name().substring(2), at);
            if (random.nextInt(4) > 0 || kind == Kind.GONE) continue;
            var door = random.nextInt(3) == 0 ? node.cordon() : new Node.Cordon.ByUs(at);
            given.nodes.set(given.nodes.indexOf(node), Given.telling(node, door, Given.said(kind, at)));
        }
        if (random.nextBoolean()) given.notice(Kind.INTERRUPTION, "i-somebody-else", Given.NOW.minusSeconds(random.nextInt(0, 2000)));
    }

    private static void peopleSaySo(Given given, RandomGenerator random) {
        var kinds = Pause.Kind.values();
        var pause = new Pause(kinds[random.nextInt(kinds.length)], random.nextInt(0, 50), "");
        given.executors.replaceAll(each -> new Executor(each.name(), each.namespace(), each.deployment(), each.uid(), each.version(),
                each.replicas(), each.ready(), each.shape(), each.podLabels(), each.images(), each.rolledOut(), pause));
        if (random.nextBoolean()) given.scaleDownOf = new ExecutorScaleDown(OptionalInt.empty(), OptionalInt.of(random.nextInt(1, 9)));
        if (random.nextBoolean())
            given.schedules = List.of(new Schedule(List.of(DayOfWeek.SATURDAY), LocalTime.of(random.nextInt(0, 24), 0),
                    LocalTime.of(random.nextInt(0, 24), 0), ZoneOffset.UTC, random.nextInt(0, given.maxReplicas + 1)));
    }

    private static void workersTell(Given given, RandomGenerator random) {
        given.worker = switch (random.nextInt(3)) {
            case 0 -> new WorkerConfig(BusySource.LEASE, false, 0);
            case 1 -> new WorkerConfig(BusySource.QUEUE, false, 0);
            default -> new WorkerConfig(BusySource.NONE, true, random.nextInt(1, 60));
        };
        var jobs = new TreeMap<String, Long>();
        var unread = new TreeMap<String, String>();
        int mostlyIdle = random.nextInt(1, 6);
        given.pods.replaceAll(pod -> {
            if (!pod.owner().equals("Deployment/executor")) return pod;
            if (random.nextInt(20) == 0) unread.put(pod.name(), "'yes' is no number of jobs");
            else if (random.nextInt(20) > 0) jobs.put(pod.name(), (long) (random.nextInt(mostlyIdle) == 0 ? random.nextInt(0, 3) : 0));
            int cost = random.nextInt(3) == 0 ? Action.SetDeletionCost.FIRST : random.nextInt(10) == 0 ? random.nextInt(-2000, 2000) : 0;
            var labels = new TreeMap<>(Map.of("pod-template-hash", random.nextInt(40) == 0 ? "new" : "old"));
            return new Pod(pod.namespace(), pod.name(), pod.uid(), pod.owner(), pod.shape(), labels, pod.phase(), pod.node(), pod.nominated(),
                    pod.ready() && random.nextInt(12) > 0, pod.terminating(), false, false, "", pod.createdAt(), pod.claims(), cost,
                    random.nextInt(1, 60), pod.staysFor());
        });
        var busy = new Busy(jobs, unread);
        boolean admitted = random.nextInt(5) > 0;
        given.queues.replaceAll(queue -> new Queue(queue.executor(), queue.waiting(), queue.due(), admitted ? busy.admitted() : queue.running(),
                queue.coming(), busy, queue.epoch(), queue.unread(), queue.readAt()));
    }

    private static Pod saysNo(Pod pod) {
        return new Pod(pod.namespace(), pod.name(), pod.uid(), pod.owner(), pod.shape(), pod.labels(), pod.phase(), pod.node(), pod.nominated(),
                pod.ready(), pod.terminating(), pod.gated(), pod.resident(), pod.unschedulable(), pod.createdAt(), pod.claims(),
                "its annotation says so");
    }
}
