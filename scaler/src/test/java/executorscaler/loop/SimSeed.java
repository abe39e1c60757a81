package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.act.Performed;
import executorscaler.config.Config;
import executorscaler.loop.SimFaults.Fault;
import executorscaler.sim.Delays;
import executorscaler.sim.MemoryJobs;
import executorscaler.sim.NodeIds;
import executorscaler.sim.SimWorld;
import executorscaler.sim.SimWorldBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** One seed's two hours: a config, arrivals and faults, all drawn from the seed, and then peace. */
final class SimSeed {

    private static final Duration TROUBLE = Duration.ofHours(2);
    private static final Duration PEACE = Duration.ofHours(8);
    private static final int STILL_TICKS = 100;

    private final RandomGenerator random;
    private final List<Fault> faults;
    private final double faultsAnHour;
    private final double arrivalsAnHour;
    private final Duration longestJob;
    private final MemoryJobs jobs = new MemoryJobs();
    private final SimLoop sim;
    private final SimWorld world;
    private final Config config;
    private final boolean vandal;
    private final SimDeploys deploys;
    private final SimTroubles troubles;
    private final SimFaults around;
    private final SimPeace peace;
    private final FaultRows rows = new FaultRows();
    private final RandomGenerator aws; // as workers
    private final double noticesAnHour;
    private final RandomGenerator workers; // its own source, so that what else a seed draws does not depend on it
    private final RandomGenerator machines; // the same, for what becomes of instances and nodes
    private final boolean rebalances; // groups even out their zones, now and then

    SimSeed(long seed) {
        this(seed, false);
    }

    /** @param vandal whether somebody takes nodes by number, as no scaler should; then nothing is protected, or the number would hit nobody */
    SimSeed(long seed, boolean vandal) {
        this.vandal = vandal;
        random = new SplittableRandom(seed);
        workers = new SplittableRandom(seed ^ 0xB05B);
        machines = new SplittableRandom(seed ^ 0xA25);
        rebalances = machines.nextInt(3) == 0;
        boolean leavesNodes = machines.nextInt(3) == 0;
        aws = new SplittableRandom(seed ^ 0x57E11);
        noticesAnHour = aws.nextInt(2) == 0 ? 0 : 1 + aws.nextDouble() * 30;
        faults = SimFaults.drawn(random);
        faultsAnHour = 1 + random.nextDouble() * 20;
        arrivalsAnHour = random.nextInt(2, 30);
        longestJob = Duration.ofSeconds(random.nextInt(2) == 0 ? random.nextInt(5, 60) : random.nextInt(60, 900));
        config = SimConfig.drawn(random, workers, longestJob, faults.contains(Fault.REDIS_EMPTY)).with(!vandal && machines.nextInt(4) > 0,
                leavesNodes);
        var builder = SimWorld.of(config).seed(seed).jobs(jobs).nodeIds(nodeIds(random.nextBoolean()))
                .leavesNodes(leavesNodes)
                .delays(Delays.TYPICAL.withBoot(Duration.ofSeconds(random.nextInt(5, 200)), Duration.ofSeconds(random.nextInt(1, 60))));
        if (random.nextBoolean()) builder.platform();
        if (random.nextInt(3) == 0) {
            var large = SimWorldBuilder.executorShape(config.nodePools().getLast());
            builder.shape("second", SimWorldBuilder.shape(700, 1L << 30, large.nodeSelector(), large.tolerations()));
        }
        for (var executor : config.executors()) {
            if (executor.worker().drainsOnSigterm() || workers.nextBoolean()) builder.drains(executor.name(), (int) longestJob.toSeconds() + 5);
        }
        world = builder.build();
        world.givesJobsBack();
        world.neglectLeases(workers.nextInt(3) == 0 ? workers.nextDouble() / 2 : 0);
        troubles = new SimTroubles(seed, world, config, rows);
        sim = troubles.loop();
        deploys = new SimDeploys(seed, world, config, rows, sim::tell);
        var setting = new SimSetting(world, config, jobs, rows);
        around = new SimFaults(setting, sim::tell, random, aws);
        peace = new SimPeace(setting, noticesAnHour > 0);
        sim.tell("seed " + seed + ": " + faults + " " + Math.round(faultsAnHour) + " times an hour, jobs up to " + longestJob.toSeconds() + " s");
    }

    private NodeIds nodeIds(boolean aws) {
        if (!aws) rows.hit(29);
        return aws ? NodeIds.AWS : NodeIds.K3S;
    }

    SimWorld world() {
        return world;
    }

    FaultRows rows() {
        return rows;
    }

    List<String> story() {
        return sim.story;
    }

    long ticks() {
        return sim.ticks();
    }

    long stood() {
        return sim.stood();
    }

    /** Plays the whole story and holds it against the rules. */
    List<Performed> play() {
        sim.tick(); // the service looks once when it starts
        while (world.clock().elapsed().compareTo(TROUBLE) < 0) {
            arrivals();
            if (!faults.isEmpty() && random.nextDouble() < faultsAnHour / 3600)
                around.strike(faults.get(random.nextInt(faults.size())));
            deploys.second();
            troubles.second();
            if (aws.nextDouble() < noticesAnHour / 3600) around.announce();
            if (vandal && random.nextInt(600) == 0) vandalise();
            if (rebalances && machines.nextInt(1200) == 0) {
                sim.tell("FAULT rebalance");
                rows.hit(41);
                world.rebalance(config.nodePools().get(machines.nextInt(config.nodePools().size())).name());
            }
            around.end(world.clock().now());
            turn();
        }
        around.endAll();
        deploys.end();
        troubles.end();
        peace.deleteNobodys();
        sim.tell("PEACE");
        for (var left = PEACE; left.isPositive() && !(peace.isThere() && sim.quietTicks() >= STILL_TICKS); left = left.minusSeconds(1)) turn();
        peace.hold(around.lostInRedis());
        assertThat(sim.quietTicks()).as("ticks since the last step").isGreaterThanOrEqualTo(STILL_TICKS);
        return sim.performed;
    }

    private void turn() {
        // Signals come at any moment, not only on the second.
        world.advance(Duration.ofMillis(random.nextInt(4) == 0 ? random.nextInt(1, 1000) : 1000));
        troubles.turn();
        for (var executor : config.executors()) {
            var counts = jobs.counts(executor.name(), Instant.MAX);
            if (counts.waiting() == 0 && counts.running() > 0) rows.hit(13);
        }
        assertThat(world.killedJobs()).as("killed jobs").isZero();
        assertThat(world.podsEndedWithTheirNode()).as("pods on nodes that were ended").isZero();
        for (var pool : config.nodePools()) {
            var live = world.live(pool.name());
            if (live.desired() < pool.minSize() || live.desired() > pool.maxSize())
                throw new AssertionError(pool.name() + " is set to " + live.desired());
        }
        for (var executor : config.executors()) {
            int replicas = world.liveReplicas(executor.namespace(), executor.deployment());
            boolean byOthers = world.liveAuthor(executor.namespace(), executor.deployment()).other();
            if ((replicas < executor.minReplicas() && !byOthers) || replicas > executor.maxReplicas())
                throw new AssertionError(executor.name() + " is at " + replicas);
        }
    }

    private void arrivals() {
        if (random.nextDouble() >= arrivalsAnHour / 3600) return;
        var chosen = config.executors().get(random.nextInt(config.executors().size()));
        var executor = chosen.name();
        // More than the pods could do in a good while would only make the run longer.
        if (jobs.counts(executor, Instant.MAX).waiting() > 10L * chosen.jobsPerPod()) return;
        boolean burst = random.nextInt(3) == 0;
        if (burst) rows.hit(12);
        int count = burst ? random.nextInt(1, 3 * chosen.jobsPerPod() * chosen.maxReplicas()) : random.nextInt(1, 10);
        var work = Duration.ofMillis(random.nextLong(500, longestJob.toMillis() + 501));
        if (random.nextInt(5) == 0) {
            var due = world.clock().now().plusSeconds(random.nextInt(1, 1200));
            world.pushLater(executor, count, work, due);
        } else {
            world.push(executor, count, work);
        }
        sim.tell(count + " jobs of " + work.toSeconds() + " s for " + executor);
    }

    private void vandalise() {
        for (var pool : config.nodePools()) world.setDesired(pool.name(), pool.minSize());
    }
}
