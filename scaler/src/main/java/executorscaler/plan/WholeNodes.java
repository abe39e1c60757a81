package executorscaler.plan;

import executorscaler.snapshot.Pod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Chooses idle pods so that whole nodes become free, the dearest first; those that would go first in any case come before. */
final class WholeNodes {

    /**
     * A node with idle pods.
     *
     * @param idle in name order
     * @param stay pods beside them that keep it from being empty
     * @param price dollars an hour
     */
    private record Site(String name, List<Pod> idle, int stay, double price) {

        static final Comparator<Site> ORDER = Comparator.comparingInt(Site::stay).thenComparing(Comparator.comparingDouble(Site::price).reversed())
                .thenComparingInt(site -> site.idle.size()).thenComparing(Site::name);
    }

    private final World world;
    private final List<Pod> idle;

    WholeNodes(World world, List<Pod> idle) {
        this.world = world;
        this.idle = idle;
    }

    /** At most so many, in the order in which they were chosen. */
    List<Pod> choose(int count) {
        var chosen = new ArrayList<Pod>();
        for (Pod pod : ShrinkOrder.sorted(idle)) {
            if (!ShrinkOrder.settled(pod) && chosen.size() < count) chosen.add(pod);
        }
        var sites = sites();
        for (Site site : sites) {
            if (site.stay == 0 && site.idle.size() <= count - chosen.size()) chosen.addAll(site.idle);
        }
        for (Site site : sites) {
            for (Pod pod : site.idle) {
                if (chosen.size() < count && !chosen.contains(pod)) chosen.add(pod);
            }
        }
        return chosen;
    }

    /** Nodes with idle pods that only their choice makes go, those that are nearest to being empty first. */
    private List<Site> sites() {
        var uids = new TreeSet<String>();
        SortedMap<String, List<Pod>> byNode = new TreeMap<>();
        for (Pod pod : idle) {
            uids.add(pod.uid());
            if (ShrinkOrder.settled(pod)) byNode.computeIfAbsent(pod.node(), _ -> new ArrayList<>()).add(pod);
        }
        var sites = new ArrayList<Site>();
        byNode.forEach((name, pods) -> {
            var host = world.host(name);
            int stay = host.map(one -> (int) one.guests().stream().filter(pod -> !pod.terminating() && !uids.contains(pod.uid())).count()).orElse(1);
            sites.add(new Site(name, pods, stay, host.map(WholeNodes::price).orElse(0.0)));
        });
        sites.sort(Site.ORDER);
        return sites;
    }

    private static double price(Host host) {
        return Optional.of(host).flatMap(Host::place).flatMap(place -> host.config().map(config -> Price.of(config, place.pool(), place.instance())))
                .map(Price::hourly).orElse(0.0);
    }
}
