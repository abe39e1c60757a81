package executorscaler.bench.cost;

import executorscaler.bench.cost.Ec2.Machine;
import executorscaler.bench.cost.Mix.Group;
import executorscaler.bench.cost.Mix.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Mixes by hand, in whole CPUs and GiB. */
final class MixOf {

    private final List<Pool> pools = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();

    MixOf pool(long price, int cpus, int gib, int max) {
        var allocatable = new Amount(cpus * 1000L, gib * 1024L, 110, 0);
        pools.add(new Pool("pool" + pools.size(), new Machine("m" + pools.size(), cpus, gib, 0, 110, price), price, allocatable, max, false));
        return this;
    }

    MixOf pool(long price, int cpus, int gib) {
        return pool(price, cpus, gib, 30_000);
    }

    MixOf pods(int pods, int cpus, int gib, Integer... in) {
        groups.add(new Group("group" + groups.size(), pods, new Amount(cpus * 1000L, gib * 1024L, 1, 0), new TreeSet<>(List.of(in))));
        return this;
    }

    Mix mix() {
        return new Mix(-1, new Amount(0, 0, 0, 0), pools, groups);
    }
}
