package executorscaler.plan;

import executorscaler.plan.scheduling.Bin;
import executorscaler.plan.scheduling.Group;
import java.util.List;
import java.util.Optional;

/** For which pool another one was bought from, by its {@code fallbackPool}. */
final class Fallbacks {

    /**
     * A pool that takes the pods and cannot give.
     *
     * @param because why it cannot, in words
     */
    record CannotGive(String pool, String because) {}

    private final World world;
    private final List<Group> groups;
    private final Homes homes;

    Fallbacks(World world, List<Group> groups, Homes homes) {
        this.world = world;
        this.groups = groups;
        this.homes = homes;
    }

    /** In whose place nodes of this one were bought; empty: in nobody's. */
    Optional<CannotGive> inPlaceOf(Shelf bought) {
        var name = bought.config.name();
        for (var config : world.config.nodePools()) {
            if (!config.fallbackPool().equals(name)) continue;
            var other = homes.shelf(config.name());
            for (Group group : groups) {
                // What a floor of on-demand asks for no spot pool could have given.
                int elsewhere = config.onDemand() ? 0 : homes.ofBase(group);
                if (homes.packing().awaiting(group, Bin.Kind.NEW).getOrDefault(name, 0) <= elsewhere) continue;
                if (other.isEmpty()) {
                    if (NoHome.certainRefusals(config, group.shape()).isEmpty())
                        return Optional.of(new CannotGive(config.name(), "it cannot be read"));
                } else if (homes.suits(other.get(), group) && !couldGive(other.get(), group)) {
                    return Optional.of(new CannotGive(config.name(), other.get().refusal(group, homes.around())));
                }
            }
        }
        return Optional.empty();
    }

    private boolean couldGive(Shelf shelf, Group group) {
        return shelf.comes && shelf.room() > 0 && !homes.around().concerns(group);
    }
}
