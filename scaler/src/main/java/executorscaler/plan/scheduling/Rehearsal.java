package executorscaler.plan.scheduling;

import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Resources;
import executorscaler.snapshot.Taint;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Plays the scheduler's part with nodes that a plan has chosen. The scheduler takes one pod after the other and prefers the node that is used the least and most
 * evenly ({@code LeastAllocated}, {@code BalancedAllocation}; {@code PreferNoSchedule} taints outweigh both), where a plan packs tightly: pods of one size land on
 * nodes that were bought for another. In which order it takes them nobody knows beforehand. Preferences that pods state are not looked at.
 */
public final class Rehearsal {

    /** How often a taint that the scheduler should avoid counts, beside the score for room (plugin weights of the default profile). */
    private static final double AVOID = 3;

    private final Surroundings around;
    private final List<Bin> bins;
    private final IdentityHashMap<Group, List<Bin>> candidates = new IdentityHashMap<>();

    private Rehearsal(List<Bin> bins, Surroundings around) {
        this.bins = bins;
        this.around = around;
        for (Bin bin : bins) {
            if (bin.kind() == Bin.Kind.ON_THE_WAY || bin.kind() == Bin.Kind.NEW) around.add(bin);
        }
    }

    /**
     * Places the pods in this order.
     *
     * @param pods the group of each
     * @param bins as they are before any of them is placed; they are filled
     * @param around the same
     * @return by group, how many pods found no node; groups of which all did are not in it
     */
    public static Map<Group, Integer> play(List<Group> pods, List<Bin> bins, Surroundings around) {
        var rehearsal = new Rehearsal(bins, around);
        var waiting = pods;
        int before;
        do { // a pod that was placed may be the one that another waits for
            before = waiting.size();
            waiting = waiting.stream().filter(group -> !rehearsal.place(group)).toList();
        } while (!waiting.isEmpty() && waiting.size() < before);
        var pending = new LinkedHashMap<Group, Integer>();
        for (Group group : waiting) pending.merge(group, 1, Integer::sum);
        return pending;
    }

    private boolean place(Group group) {
        var best = best(group);
        if (best == null || best.place(group.shape(), 1) != 1) return false;
        around.placed(group, best, 1);
        return true;
    }

    private @Nullable Bin best(Group group) {
        var shape = group.shape();
        var open = new ArrayList<Bin>();
        int mostAvoided = 1;
        for (Bin bin : candidates.computeIfAbsent(group, this::candidates)) {
            if (!bin.hasRoom(shape) || !around.allows(group, bin)) continue;
            open.add(bin);
            mostAvoided = Math.max(mostAvoided, avoided(shape, bin));
        }
        Bin best = null;
        double bestScore = Double.NEGATIVE_INFINITY;
        for (Bin bin : open) {
            double score = score(shape.requests(), bin) - AVOID * avoided(shape, bin) / mostAvoided;
            if (score > bestScore + 1e-9) {
                best = bin;
                bestScore = score;
            }
        }
        return best;
    }

    private List<Bin> candidates(Group group) {
        return bins.stream().filter(bin -> bin.accepts(group.shape())).toList();
    }

    private static int avoided(PodShape shape, Bin bin) {
        int avoided = 0;
        for (Taint taint : bin.taints()) {
            if (taint.effect() == Taint.Effect.PREFER_NO_SCHEDULE && shape.tolerations().stream().noneMatch(each -> each.tolerates(taint))) avoided++;
        }
        return avoided;
    }

    /** From 0 to 2: the free share of CPU and memory, and how alike the two are. */
    private static double score(Resources requests, Bin bin) {
        double cpu = used(bin.free().cpuMillis() - requests.cpuMillis(), bin.all().cpuMillis());
        double memory = used(bin.free().memoryBytes() - requests.memoryBytes(), bin.all().memoryBytes());
        return 1 - (cpu + memory) / 2 + 1 - Math.abs(cpu - memory) / 2;
    }

    private static double used(long free, long all) {
        return all <= 0 ? 1 : 1 - free / (double) all;
    }
}
