package executorscaler.bench.cost;

import executorscaler.bench.cost.Ec2.Machine;
import executorscaler.bench.cost.Mix.Group;
import executorscaler.bench.cost.Mix.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Draws a mix from a seed: 2 to 8 pools, a third of them at spot prices, some behind a taint, some with a small maximum; 1 to 12 groups of 1 to 2,000 pods, each
 * of which may use some of the pools, at least one of them large enough and without a small maximum. All together want between about 1 and 3,000 CPUs.
 */
final class DrawnMix {

    private static final long[] CPU_MILLIS = {100, 200, 250, 300, 500, 500, 750, 1000, 1000, 1500, 2000, 2000, 3000, 4000, 6000, 8000};
    private static final double[] GIB_A_CPU = {1, 1.5, 2, 2, 3, 4, 4, 6, 8};
    private static final long[] GPUS = {1, 1, 1, 2, 4};
    private static final int MOST_PODS = 2000;

    private final SplittableRandom random;
    private final Amount resident;
    private final List<Pool> pools = new ArrayList<>();

    private DrawnMix(long seed) {
        random = new SplittableRandom(seed);
        resident = new Amount(between(1, 6) * 50L, between(1, 8) * 64L, between(1, 4), 0);
    }

    static Mix of(long seed) {
        return new DrawnMix(seed).draw(seed);
    }

    private Mix draw(long seed) {
        int plain = between(2, 8);
        int gpu = plain < 8 && chance(0.25) ? between(1, Math.min(2, 8 - plain)) : 0;
        for (int i = 0; i < plain; i++) addPool(pick(Ec2.PLAIN), i == 0, i > 0 && chance(0.3));
        for (int i = 0; i < gpu; i++) addPool(pick(Ec2.GPU), i == 0, true);
        int count = between(1, 12);
        double cpus = Math.exp(random.nextDouble(Math.log(3000)));
        var shares = random.doubles(count).map(uniform -> -Math.log(1 - uniform)).toArray();
        double all = 0;
        for (double share : shares) all += share;
        var groups = new ArrayList<Group>();
        for (int i = 0; i < count; i++) groups.add(group("group" + i, cpus * shares[i] / all, gpu > 0 && (i == 0 || chance(0.15))));
        return new Mix(seed, resident, pools, groups);
    }

    private void addPool(Machine machine, boolean open, boolean guarded) {
        boolean spot = !open && chance(0.35);
        long price = spot ? Math.round(machine.price() * (0.30 + random.nextDouble() * 0.15)) : machine.price();
        int max = !open && chance(0.2) ? between(1, 10) : 30_000;
        pools.add(new Pool("pool" + pools.size() + (spot ? "-spot" : ""), machine, price, machine.allocatable(), max, guarded));
    }

    /** About so many CPUs (or as many times 4 GiB) worth of equal pods. */
    private Group group(String name, double cpus, boolean gpu) {
        while (true) {
            var requests = gpu ? gpuRequests() : requests();
            var accepts = new TreeSet<Integer>();
            boolean particular = chance(0.35);
            for (int i = 0; i < pools.size(); i++) {
                var pool = pools.get(i);
                if ((pool.machine().gpus() > 0) != gpu) continue;
                boolean accepted = (pool.guarded() && !gpu) ? chance(0.4) : (!particular || chance(0.6));
                if (accepted) accepts.add(i);
            }
            boolean housed = accepts.stream().map(pools::get).anyMatch(
                    pool -> pool.max() > MOST_PODS && requests.timesInto(pool.allocatable().minus(resident)) > 0);
            if (!housed) continue;
            double size = Math.max(requests.cpuMillis() / 1000.0, requests.memoryMib() / 4096.0);
            return new Group(name, Math.clamp(Math.round(cpus / size), 1, MOST_PODS), requests, accepts);
        }
    }

    private Amount requests() {
        long cpu = CPU_MILLIS[random.nextInt(CPU_MILLIS.length)];
        double gib = cpu / 1000.0 * GIB_A_CPU[random.nextInt(GIB_A_CPU.length)];
        return new Amount(cpu, Math.max(64, Math.round(gib * 16) * 64), 1, 0);
    }

    private Amount gpuRequests() {
        long gpus = GPUS[random.nextInt(GPUS.length)];
        return new Amount(gpus * between(2, 7) * 500L, gpus * between(4, 26) * 512L, 1, gpus);
    }

    private int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    private Machine pick(List<Machine> machines) {
        return machines.get(random.nextInt(machines.size()));
    }
}
