package executorscaler.plan;

import executorscaler.config.PoolConfig;
import executorscaler.plan.scheduling.Fit;
import executorscaler.plan.scheduling.Group;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Resources;
import java.util.ArrayList;
import java.util.List;

/** Why pods have no home: of each pool all that is in the way. */
final class NoHome {

    private static final int MOST = 4; // obstacles of one pool

    private final World world;
    private final Homes homes;
    private final List<Plan.Held> held;

    /** Of these homes; reasons go to the list. */
    NoHome(World world, Homes homes, List<Plan.Held> held) {
        this.world = world;
        this.homes = homes;
        this.held = held;
    }

    /** Says why, and how many of the pods a larger pool would take. */
    int explain(Homes.Homeless left) {
        var group = left.group();
        var unread = new ArrayList<String>();
        var full = new ArrayList<String>();
        boolean waitsForRoom = false;
        boolean byRule = false;
        var unknown = new ArrayList<String>();
        var because = new ArrayList<String>();
        for (var config : world.config.nodePools()) {
            var name = config.name();
            var found = homes.shelf(name);
            if (found.isEmpty()) {
                var refusals = certainRefusals(config, group.shape());
                if (refusals.isEmpty()) {
                    unread.add(name);
                    unknown.add(name + ": cannot be read, so nobody knows whether its nodes would do: " + error(config));
                } else {
                    because.add(name + ": " + listed(refusals));
                }
                continue;
            }
            var shelf = found.get();
            if (shelf.perNode(group) > 0) {
                boolean hasRoom = shelf.comes && shelf.room() > 0;
                byRule |= hasRoom;
                waitsForRoom |= !hasRoom;
                because.add(name + ": " + shelf.refusal(group, homes.around()));
                if (shelf.comes && !hasRoom) {
                    full.add(name);
                    held.add(new Plan.Held("pool/" + name, new Reason.PoolAtMax(name, shelf.max, left.pods())));
                }
            } else {
                because.add(name + ": " + listed(refusals(group, shelf)));
            }
        }
        // What nobody knows says most, and comes first.
        because.addAll(0, unknown);
        because.addAll(group.shape().notModelled().stream().map(rule -> "not modelled: " + rule).toList());
        Reason why;
        if (waitsForRoom || byRule) why = new Reason.NoRoomNow(left.pods(), group.example(), String.join(" or ", full), because);
        else if (unread.isEmpty()) why = new Reason.NoPoolFits(left.pods(), group.example(), because);
        else
            why = new Reason.FitUnknown(left.pods(), group.example(), String.join(" or ", unread), because);
        held.add(new Plan.Held(group.example(), why));
        return waitsForRoom ? left.pods() : 0;
    }

    /**
     * Why pods of this shape are for no node of a pool that cannot be read: by the labels and taints that the config names. Its group's tags may name more labels, and
     * its machine has some of its own, so that a label which the config does not name keeps nobody out.
     *
     * @return none: they may be for it
     */
    static List<String> certainRefusals(PoolConfig config, PodShape shape) {
        return Fit.certainRefusals(shape, config.labels(), NodeTemplate.taints(config));
    }

    private String error(PoolConfig config) {
        return world.missing(Missing.Source.AWS, config.name()).map(Missing::error).orElse("its group was not read");
    }

    private static List<String> refusals(Group group, Shelf shelf) {
        var template = shelf.template;
        var refusals = Fit.refusals(group.shape(), "", template.labels(), template.zones(), template.taints());
        var all = new ArrayList<>(refusals);
        all.addAll(tooLarge(group.shape().requests(), template.free()));
        return all.isEmpty() ? List.of("a new node has no room for it beside its daemonsets") : all;
    }

    private static List<String> tooLarge(Resources requests, Resources room) {
        var lacking = new ArrayList<String>();
        if (requests.cpuMillis() > room.cpuMillis())
            lacking.add("the pod requests " + requests.cpuMillis() + "m CPU, a new node offers " + room.cpuMillis() + "m");
        if (requests.memoryBytes() > room.memoryBytes()) {
            lacking.add("the pod requests " + (requests.memoryBytes() >> 20) + " MiB of memory, a new node offers " + (room.memoryBytes() >> 20)
                    + " MiB");
        }
        for (var device : requests.extended().entrySet()) {
            long there = room.extended().getOrDefault(device.getKey(), 0L);
            if (device.getValue() > there)
                lacking.add("the pod requests " + device.getValue() + " " + device.getKey() + ", a new node offers " + there);
        }
        if (requests.ephemeralBytes() > room.ephemeralBytes()) {
            lacking.add("the pod requests " + (requests.ephemeralBytes() >> 20) + " MiB of ephemeral storage, a new node is counted with "
                    + (room.ephemeralBytes() >> 20));
        }
        return lacking;
    }

    /** One after the other, each but the first without the pod, which is the subject of all. */
    private static String listed(List<String> refusals) {
        var words = new StringBuilder(refusals.getFirst());
        for (var refusal : refusals.subList(1, Math.min(MOST, refusals.size()))) words.append("; ").append(withoutPod(refusal));
        if (refusals.size() > MOST) words.append("; and ").append(refusals.size() - MOST).append(" more");
        return words.toString();
    }

    private static String withoutPod(String refusal) {
        for (var pod : List.of("the pod's ", "the pod ")) {
            if (refusal.startsWith(pod)) return refusal.substring(pod.length());
        }
        return refusal;
    }
}
