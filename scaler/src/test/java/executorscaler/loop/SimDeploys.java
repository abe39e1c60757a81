package executorscaler.loop;

import executorscaler.config.Config;
import executorscaler.config.ExecutorConfig;
import executorscaler.sim.SimWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** What happens to the executors' Deployments beside us in one seed's hours: deploys, rollouts and whoever else writes replicas. */
final class SimDeploys {

    private static final int RIVAL_SECONDS = 15; // as often as a HorizontalPodAutoscaler looks

    private enum Deed { ROLLOUT, RESET, IMAGE_MISSING, RIVAL, PAUSED, BY_HAND }

    private final RandomGenerator random; // its own source, so that what else a seed draws does not depend on it
    private final SimWorld world;
    private final Config config;
    private final FaultRows rows;
    private final Consumer<String> tell;
    private final List<Deed> deeds = new ArrayList<>();
    private final double anHour;
    private int seconds;
    private int releases;
    private int rivalUntil;
    private int rivalWants;
    private ExecutorConfig rivalOf;

    SimDeploys(long seed, SimWorld world, Config config, FaultRows rows, Consumer<String> tell) {
        this.world = world;
        this.config = config;
        this.rows = rows;
        this.tell = tell;
        random = new SplittableRandom(seed ^ 0xDE91);
        if (random.nextBoolean()) {
            for (var deed : Deed.values()) {
                if (random.nextInt(2) == 0) deeds.add(deed);
            }
        }
        anHour = 1 + random.nextDouble() * 9;
        rivalOf = config.executors().getFirst();
        if (deeds.isEmpty()) return;
        for (var executor : config.executors()) {
            world.strategy(executor.namespace(), executor.deployment(), random.nextInt(5) == 0, 25 * random.nextInt(5), 25 * random.nextInt(3));
        }
    }

    /** Lets a second of it happen. */
    void second() {
        seconds++;
        if (seconds < rivalUntil && seconds % RIVAL_SECONDS == 0) write(rivalOf, rivalWants, "kube-controller-manager", true);
        if (!deeds.isEmpty() && random.nextDouble() < anHour / 3600) happen(deeds.get(random.nextInt(deeds.size())));
    }

    /** Everybody lets go; what cannot run is replaced by what can. */
    void end() {
        rivalUntil = 0;
        for (var executor : config.executors()) {
            world.pause(executor.namespace(), executor.deployment(), false);
            if (!deeds.isEmpty()) deploy(executor, false);
        }
    }

    private void happen(Deed deed) {
        var executor = config.executors().get(random.nextInt(config.executors().size()));
        tell.accept("DEPLOY " + deed + " of " + executor.name());
        rows.hit(deed == Deed.ROLLOUT || deed == Deed.IMAGE_MISSING || deed == Deed.PAUSED ? 32 : 31);
        switch (deed) {
            case ROLLOUT -> deploy(executor, false);
            case RESET -> {
                write(executor, random.nextBoolean() ? 0 : random.nextInt(executor.maxReplicas() + 1), "kubectl-client-side-apply", false);
                if (random.nextBoolean()) deploy(executor, false);
            }
            case IMAGE_MISSING -> deploy(executor, true);
            case RIVAL -> {
                rivalOf = executor;
                rivalWants = random.nextInt(executor.maxReplicas() + 1);
                rivalUntil = seconds + random.nextInt(30, 1200);
            }
            case PAUSED -> world.pause(executor.namespace(), executor.deployment(), random.nextBoolean());
            case BY_HAND -> write(executor, random.nextInt(executor.maxReplicas() + 1), "kubectl", true);
        }
    }

    private void deploy(ExecutorConfig executor, boolean imageMissing) {
        world.deploy(executor.namespace(), executor.deployment(), "registry.example/executor:" + ++releases, imageMissing);
    }

    private void write(ExecutorConfig executor, int replicas, String manager, boolean scale) {
        world.setReplicas(executor.namespace(), executor.deployment(), replicas, manager, scale);
    }
}
