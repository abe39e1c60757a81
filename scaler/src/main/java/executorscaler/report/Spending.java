package executorscaler.report;

import executorscaler.plan.Price;
import executorscaler.report.TickView.PoolView;
import executorscaler.snapshot.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What the pools cost, and what they would cost if they were always on: each with its {@code maxSize} nodes, as somebody has to keep them who does not scale. From
 * tick to tick what was there at the first counts until the second. A pool that cannot be read costs nobody knows what, and is counted in neither.
 */
final class Spending {
    /** Two ticks further apart than this have seen nothing of what was between them. */
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final double HOUR_MILLIS = 3_600_000;

    /**
     * A pool's prices.
     *
     * @param node what one node that would be bought costs
     * @param perHour dollars that its instances cost an hour
     * @param alwaysOn dollars that {@code maxSize} nodes would cost an hour
     */
    record Rate(String pool, Price node, double perHour, double alwaysOn) {}

    /** Dollars of the time between two ticks. */
    record Paid(String pool, double dollars, double alwaysOn) {}

    private List<Rate> rates = List.of();
    private Instant since = Instant.MAX;

    /** What has been paid since the last tick. */
    List<Paid> until(Instant now) {
        var time = since.isBefore(now) ? Duration.between(since, now) : Duration.ZERO;
        since = now;
        if (time.compareTo(LONGEST) > 0) return List.of();
        double hours = time.toMillis() / HOUR_MILLIS;
        return rates.stream().map(rate -> new Paid(rate.pool(), rate.perHour() * hours, rate.alwaysOn() * hours)).toList();
    }

    /** What it costs from now on; without pools of which nobody knows it. */
    List<Rate> rates(List<PoolView> pools) {
        var now = new ArrayList<Rate>();
        for (var view : pools) {
            var perHour = perHour(view);
            if (view.group().isEmpty() || perHour.isEmpty()) continue;
            var node = Price.of(view.config(), view.group().get());
            if (!known(node)) continue;
            double nodes = view.config().maxSize() / (double) view.group().get().leastWeight();
            now.add(new Rate(view.name(), node, perHour.getAsDouble(), node.hourly() * nodes));
        }
        rates = List.copyOf(now);
        return rates;
    }

    /** Dollars an hour of all pools together; empty: nobody knows those of one of them. */
    static OptionalDouble perHour(List<PoolView> pools) {
        double sum = 0;
        for (var view : pools) {
            var one = perHour(view);
            if (one.isEmpty()) return one;
            sum += one.getAsDouble();
        }
        return OptionalDouble.of(sum);
    }

    /** Dollars an hour of what is there; empty: the group cannot be read, or a price is not known. */
    static OptionalDouble perHour(PoolView view) {
        if (view.group().isEmpty()) return OptionalDouble.empty();
        var group = view.group().get();
        // AWS bills what runs, so also what is on its way out.
        Map<String, Price> byMachine = new HashMap<>();
        double perHour = 0;
        for (var instance : group.instances()) {
            if (!instance.counts() && instance.lifecycle() != Pool.Lifecycle.LEAVING) continue;
            var price = byMachine.computeIfAbsent(instance.type() + " " + instance.weight(), _ -> Price.of(view.config(), group, instance));
            if (!known(price)) return OptionalDouble.empty();
            perHour += price.hourly();
        }
        return OptionalDouble.of(perHour);
    }

    /** A machine of which nothing is known is estimated at nothing, and no machine is free unless the config says so. */
    private static boolean known(Price price) {
        return price.hourly() > 0 || price.source() == Price.Source.CONFIG;
    }
}
