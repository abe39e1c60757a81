package executorscaler.plan;

import executorscaler.plan.scheduling.Bin;
import executorscaler.plan.scheduling.Fit;
import executorscaler.plan.scheduling.Group;
import executorscaler.plan.scheduling.Packing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Levels a purchase over pools that differ by their zone only, so that the loss of a zone takes a part of the nodes and not all. What was packed stays as it is:
 * only whole nodes change their pool, and only between pools where every pod of this plan that could be on them may go as well.
 */
final class Levelling {

    /** Prices that differ by less than this part of them are the same: spot prices of two zones are not. */
    private static final double SAME_PRICE = 0.01;

    /** Labels that tell zones apart, or groups: of the kubelet, of volume and network drivers, of EKS and eksctl. */
    private static final List<String> OF_A_ZONE = List.of("kubernetes.io/hostname", "topology.kubernetes.io/zone",
            "failure-domain.beta.kubernetes.io/zone",
            "topology.ebs.csi.aws.com/zone", "topology.k8s.aws/zone-id", "k8s.amazonaws.com/eniConfig", "eks.amazonaws.com/nodegroup",
            "alpha.eksctl.io/nodegroup-name", "eks.amazonaws.com/sourceLaunchTemplateId", "eks.amazonaws.com/sourceLaunchTemplateVersion");

    private final Homes homes;
    private final List<Group> groups;

    /** Of a purchase for these groups. */
    Levelling(Homes homes, List<Group> groups) {
        this.homes = homes;
        this.groups = groups;
    }

    /**
     * Moves nodes between shelves.
     *
     * @return by pool, what its new nodes take: pods go with the nodes, in equal shares
     */
    SortedMap<String, Packing.Filled> level() {
        var filled = new TreeMap<>(homes.filled());
        var left = new ArrayList<>(homes.shelves().stream().filter(shelf -> shelf.comes).toList());
        while (!left.isEmpty()) {
            var first = left.removeFirst();
            var alike = new ArrayList<>(List.of(first));
            for (Shelf other : left) {
                if (alike.stream().allMatch(one -> similar(one, other))) alike.add(other);
            }
            left.removeAll(alike);
            if (alike.size() > 1) level(alike, filled);
        }
        return filled;
    }

    private void level(List<Shelf> alike, SortedMap<String, Packing.Filled> filled) {
        int nodes = alike.stream().mapToInt(shelf -> shelf.bought).sum();
        int pending = 0;
        int coming = 0;
        int onDemand = 0;
        for (Shelf shelf : alike) {
            var taken = Optional.ofNullable(filled.remove(shelf.config.name())).orElse(Packing.Filled.NOTHING);
            pending += taken.pending();
            coming += taken.coming();
            onDemand += taken.onDemand();
            shelf.bought = 0;
        }
        for (int i = 0; i < nodes; i++) {
            alike.stream().filter(shelf -> shelf.room() > 0).min(Comparator.comparingInt(Shelf::wanted)).orElseThrow().bought++;
        }
        for (Shelf shelf : alike) {
            if (shelf.bought == 0) continue;
            int itsPending = pending * shelf.bought / nodes;
            int itsComing = coming * shelf.bought / nodes;
            int itsOnDemand = onDemand * shelf.bought / nodes;
            filled.put(shelf.config.name(), new Packing.Filled(itsPending, itsComing, itsOnDemand));
            pending -= itsPending;
            coming -= itsComing;
            onDemand -= itsOnDemand;
            nodes -= shelf.bought;
        }
    }

    private boolean similar(Shelf one, Shelf other) {
        double dearer = Math.max(one.price.hourly(), other.price.hourly());
        return Math.abs(one.price.hourly() - other.price.hourly()) <= dearer * SAME_PRICE && one.config.priority() == other.config.priority()
                && one.config.fallbackPool().equals(other.config.fallbackPool()) && one.template.weight() == other.template.weight()
                && machines(one).equals(machines(other)) && one.template.taints().equals(other.template.taints())
                && labels(one).equals(labels(other)) && exchangeable(one, other) && exchangeable(other, one);
    }

    private static List<String> machines(Shelf shelf) {
        return shelf.pool.offers().stream().map(offer -> offer.type().name() + " " + offer.weight()).sorted().toList();
    }

    private static SortedMap<String, String> labels(Shelf shelf) {
        var labels = new TreeMap<>(shelf.template.labels());
        OF_A_ZONE.forEach(labels::remove);
        return labels;
    }

    /** Whether whatever this plan puts on the new nodes of one may be on those of the other. */
    private boolean exchangeable(Shelf one, Shelf other) {
        if (one.bought == 0) return true;
        if (homes.boughtForBase(one.config.name()) && !other.config.onDemand()) return false;
        boolean accepted = groups.stream().filter(group -> one.perNode(group) > 0).allMatch(group -> !homes.particular(group)
                && Fit.accepts(group.shape(), "", other.template.labels(), other.template.zones(), other.template.taints()));
        return accepted && homes.packing().bins().stream().filter(bin -> bin.kind() == Bin.Kind.NEW && bin.pool().equals(one.config.name()))
                .allMatch(bin -> one.template.free().minus(bin.free()).fitsIn(other.template.free()));
    }
}
