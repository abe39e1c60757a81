package executorscaler.plan;

import executorscaler.plan.scheduling.Fit;
import executorscaler.plan.scheduling.Group;
import executorscaler.snapshot.Resources;
import java.util.ArrayList;
import java.util.List;

/** Says why pods have no home: what each pool says to them. */
final class Refusals {

    private final World world;
    private final List<Plan.Held> held;

    /** @param held is added to */
    Refusals(World world, List<Plan.Held> held) {
        this.world = world;
        this.held = held;
    }

    /** Of pods for which {@code best} has no home: how many of them a larger pool would take. */
    int explain(Homes.Homeless left, Homes best) {
        var group = left.group();
        boolean waitsForRoom = false;
        boolean unknown = false;
        boolean byRule = false;
        var because = new ArrayList<String>();
        for (var config : world.config.nodePools()) {
            var found = best.shelves().stream().filter(each -> each.config.name().equals(config.name())).findFirst();
            if (found.isEmpty()) {
                unknown = true;
                because.add(config.name() + ": could not be read");
                continue;
            }
            var shelf = found.get();
            if (shelf.perNode(group) > 0) {
                if (shelf.comes && shelf.room() > 0) {
                    byRule = true;
                } else {
                    waitsForRoom = true;
                }
                because.add(config.name() + ": " + shelf.refusal(group, best.around()));
                if (shelf.comes && shelf.room() <= 0)
                    hold("pool/" + config.name(), new Reason.PoolAtMax(config.name(), shelf.max, left.pods()));
            } else {
                var refusal = Fit.refusal(group.shape(), "", shelf.template.labels(), shelf.template.zones(), shelf.template.taints());
                because.add(config.name() + ": " + (refusal.isEmpty() ? tooLarge(group, shelf.template.free()) : refusal));
            }
        }
        because.addAll(group.shape().notModelled().stream().map(rule -> "not modelled: " + rule).toList());
        hold(group.example(), waitsForRoom || unknown || byRule
                ? new Reason.NoRoomNow(left.pods(), group.example(), because)
                : new Reason.NoPoolFits(left.pods(), group.example(), because));
        return waitsForRoom ? left.pods() : 0;
    }

    private static String tooLarge(Group group, Resources room) {
        var requests = group.shape().requests();
        if (requests.cpuMillis() > room.cpuMillis())
            return "the pod requests " + requests.cpuMillis() + "m CPU, a new node offers " + room.cpuMillis() + "m";
        if (requests.memoryBytes() > room.memoryBytes()) {
            return "the pod requests " + (requests.memoryBytes() >> 20) + " MiB of memory, a new node offers " + (room.memoryBytes() >> 20) + " MiB";
        }
        for (var device : requests.extended().entrySet()) {
            long there = room.extended().getOrDefault(device.getKey(), 0L);
            if (device.getValue() > there) return "the pod requests " + device.getValue() + " " + device.getKey() + ", a new node offers " + there;
        }
        if (requests.ephemeralBytes() > room.ephemeralBytes()) {
            return "the pod requests " + (requests.ephemeralBytes() >> 20) + " MiB of ephemeral storage, a new node is counted with "
                    + (room.ephemeralBytes() >> 20);
        }
        return "a new node has no room for it beside its daemonsets";
    }

    private void hold(String subject, Reason why) {
        held.add(new Plan.Held(subject, why));
    }
}
