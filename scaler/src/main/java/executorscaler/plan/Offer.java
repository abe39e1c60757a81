package executorscaler.plan;

import executorscaler.plan.purchase.Filling;
import executorscaler.plan.purchase.NodeKind;
import executorscaler.plan.purchase.PodKind;
import executorscaler.plan.purchase.Purchase;
import executorscaler.plan.scheduling.Bin;
import executorscaler.plan.scheduling.Group;
import executorscaler.plan.scheduling.Packing;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a purchase for several groups may choose from: nodes that are there and vacant, and nodes that can be bought. */
final class Offer {

    private final Market market;
    private final Packing packing;
    private final List<Group> groups;
    private final List<NodeKind> kinds = new ArrayList<>();
    private final List<Source> sources = new ArrayList<>(); // of each kind

    Offer(Market market, Packing packing, Collection<Group> groups) {
        this.market = market;
        this.packing = packing;
        this.groups = List.copyOf(groups);
    }

    /** What is there costs nothing: what is open least of all, what is still to come the most. */
    void addVacant(Predicate<Bin> shared) {
        var alike = new LinkedHashMap<Bin.Face, Deque<Bin>>();
        for (Bin bin : packing.bins()) {
            if (shared.test(bin) && bin.placed() == 0) alike.computeIfAbsent(bin.face(), _ -> new ArrayDeque<>()).add(bin);
        }
        double hair = market.hair();
        alike.forEach((like, bins) -> {
            kinds.add(new NodeKind(like.free(), hairs(like.kind()) * hair, bins.size()));
            sources.add(new Source(bins.getFirst(), null, bins));
        });
    }

    private static int hairs(Bin.Kind kind) {
        return switch (kind) {
            case OPEN -> 0;
            case CLOSED_BY_US -> 1;
            case ON_THE_WAY -> 2;
            case NEW -> 3;
        };
    }

    /** What the pools of this priority can give, from their warm pools first. */
    void addPools(int priority) {
        for (Shelf shelf : market.shelves()) {
            if (market.priority(shelf) != priority || !shelf.comes || shelf.room() <= 0) continue;
            int warm = shelf.warm();
            if (warm > 0) add(shelf, market.cost(shelf) - market.hair(), warm);
            if (shelf.room() > warm) add(shelf, market.cost(shelf), shelf.room() - warm);
        }
    }

    private void add(Shelf shelf, double cost, int nodes) {
        kinds.add(new NodeKind(shelf.template.free(), cost, nodes));
        sources.add(new Source(shelf.sample(), shelf, new ArrayDeque<>()));
    }

    /** Takes what costs the least for what is left of the groups, places their pods there, and lowers what is left. */
    void take(Map<Group, Integer> left) {
        for (Filling filling : cheapest(left)) {
            for (int i = 0; i < groups.size(); i++) {
                int pods = filling.pods().get(i);
                if (pods > 0) left.merge(groups.get(i), -pods * filling.times(), Integer::sum);
            }
            for (Bin bin : sources.get(filling.node()).take(filling.times())) {
                for (int i = 0; i < groups.size(); i++) {
                    if (filling.pods().get(i) > 0) packing.place(groups.get(i), filling.pods().get(i), bin);
                }
            }
        }
    }

    private List<Filling> cheapest(Map<Group, Integer> left) {
        var pods = new ArrayList<PodKind>();
        for (Group group : groups) pods.add(new PodKind(group.shape().requests(), left.getOrDefault(group, 0), takers(group)));
        return Purchase.cheapest(pods, kinds);
    }

    private List<Integer> takers(Group group) {
        boolean onlyDevices = !Market.hasDevices(group) && market.onlyDevicesTake(group);
        var takers = new ArrayList<Integer>();
        for (int n = 0; n < sources.size(); n++) {
            var sample = sources.get(n).sample;
            if (sample.devices() && !Market.hasDevices(group) && !onlyDevices) continue;
            var shelf = sources.get(n).shelf;
            if (shelf != null && market.isFallback(shelf, other -> other.room() > 0 && market.takes(other, group))) continue;
            if (sample.fits(group.shape(), 1) == 1) takers.add(n);
        }
        return takers;
    }

    /** Where nodes of a kind come from: a shelf, or those that are there. */
    private final class Source {
        private final Bin sample;
        private final @Nullable Shelf shelf;
        private final Deque<Bin> bins;

        Source(Bin sample, @Nullable Shelf shelf, Deque<Bin> bins) {
            this.sample = sample;
            this.shelf = shelf;
            this.bins = bins;
        }

        List<Bin> take(int nodes) {
            if (shelf != null) {
                var bought = shelf.buy(nodes);
                packing.add(bought);
                return bought;
            }
            var taken = new ArrayList<Bin>();
            for (int i = 0; i < nodes; i++) taken.add(bins.removeFirst());
            return taken;
        }
    }
}
