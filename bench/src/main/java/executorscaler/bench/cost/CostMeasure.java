package executorscaler.bench.cost;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/** What plans cost over 500 mixes, beside the least that they could cost and beside what buying from one pool costs. */
public final class CostMeasure {

    private static final int MIXES = 500;
    private static final double MEAN = 1.03;
    private static final double WORST = 1.15;

    private CostMeasure() {}

    /** Measures seeds 0 to 499, and writes all of them to {@code cost.csv} in {@code results}. Says whether every budget is kept. */
    public static boolean measure(Path results) {
        var done = new AtomicInteger();
        var all = LongStream.range(0, MIXES).parallel().mapToObj(seed -> {
            var compared = Compared.of(DrawnMix.of(seed));
            int count = done.incrementAndGet();
            if (count % 50 == 0) System.err.println(count + " of " + MIXES + " mixes");
            return compared;
        }).toList();
        var housed = all.stream().filter(each -> each.plan().homeless() == 0).toList();
        System.out.printf("cost: plan / least, over %d mixes; the plan left pods without a node in %d%n", MIXES, MIXES - housed.size());
        var small = housed.stream().filter(Compared::small).toList();
        var large = housed.stream().filter(each -> !each.small()).toList();
        System.out.printf(
                "least: the optimum in %d; what the optimum is at least in %d; the linear program's bound (%d nodes and more) in %d, proven to %.4f %% or better%n",
                small.stream().filter(Compared::proven).count(), small.stream().filter(each -> !each.proven()).count(), Compared.NODES_FOR_THE_BOUND,
                large.size(), 100 * large.stream().mapToDouble(Compared::boundGap).max().orElse(0));
        table(housed);
        write(results, all);
        System.out.printf("%nworst: seed, plan / least%n");
        housed.stream().sorted(Comparator.comparingDouble(Compared::ratio).reversed()).limit(10)
                .forEach(each -> System.out.printf("%6d  %.3f  %d nodes, %d groups, %d pools%n", each.mix().seed(), each.ratio(), each.plan().total(),
                        each.mix().groups().size(), each.mix().pools().size()));
        double mean = housed.stream().mapToDouble(Compared::ratio).average().orElse(Double.NaN);
        double worst = housed.stream().mapToDouble(Compared::ratio).max().orElse(Double.NaN);
        boolean within = mean <= MEAN && worst <= WORST && housed.size() == MIXES;
        System.out.printf("%nmean %.3f (budget %.2f), worst %.3f (budget %.2f): %s%n", mean, MEAN, worst, WORST, within ? "within" : "EXCEEDED");
        return within;
    }

    /** One mix, what the plan buys for it, and what would have been cheapest. */
    public static void replay(long seed) {
        var mix = DrawnMix.of(seed);
        System.out.printf("seed %d; every node keeps %s for its daemonset%n", seed, mix.resident());
        for (var pool : mix.pools())
            System.out.printf("  %-12s %-12s $%.4f, up to %d nodes of %s%s%n", pool.name(), pool.machine().name(), dollars(pool.price()), pool.max(),
                    pool.allocatable(),
                    pool.guarded() ? ", tainted" : "");
        for (var group : mix.groups()) {
            System.out.printf("  %-8s %5d pods of %s on %s%n", group.name(), group.pods(), group.requests(),
                    group.pools().stream().map(pool -> mix.pools().get(pool).name()).toList());
        }
        var compared = Compared.of(mix);
        purchase("plan", compared, Optional.of(compared.plan().nodes()));
        if (compared.plan().homeless() > 0) System.out.printf("  and leaves %d pods without a node%n", compared.plan().homeless());
        purchase("one pool for all", compared, compared.alone());
        purchase("one pool a round by waste", compared, compared.leastWaste());
        purchase("one pool a round by price", compared, compared.leastPrice());
        System.out.printf("%-26s at least $%.4f%n", "linear program", dollars(compared.bound()));
        compared.optimum().ifPresent(found -> {
            if (found.proven()) purchase("optimum", compared, Optional.of(found.nodes()));
            else
                System.out.printf("%-26s at least $%.4f, not found%n", "optimum", dollars(found.atLeast()));
            for (var pattern : found.patterns()) System.out.printf("    %-12s %s%n", mix.pools().get(pattern.pool()).name(), pattern.pods());
        });
    }

    private static void purchase(String who, Compared compared, Optional<List<Integer>> nodes) {
        var mix = compared.mix();
        if (nodes.isEmpty()) {
            System.out.printf("%-26s does not house all%n", who);
            return;
        }
        var bought = new ArrayList<String>();
        for (int pool = 0; pool < mix.pools().size(); pool++) {
            if (nodes.get().get(pool) > 0) bought.add(nodes.get().get(pool) + " " + mix.pools().get(pool).name());
        }
        System.out.printf("%-26s $%.4f = %.4f x least: %s%n", who, dollars(mix.cost(nodes.get())), compared.times(nodes.get()),
                String.join(", ", bought));
    }

    private static void table(List<Compared> all) {
        System.out.printf("%n%-28s %6s %8s %8s %8s %8s%n", "plan / least", "mixes", "mean", "p50", "p95", "worst");
        row("all", all, each -> true, plan());
        row("  the optimum", all, each -> each.small() && each.proven(), plan());
        row("  at least the optimum", all, each -> each.small() && !each.proven(), plan());
        row("  the bound", all, each -> !each.small(), plan());
        band("nodes", List.of(1, 3, 10, 30, 100), each -> each.plan().total(), all);
        band("groups", List.of(1, 2, 5, 9), each -> each.mix().groups().size(), all);
        System.out.printf("%n%-28s%n", "large plans, whole nodes");
        row("plan / optimum", all, each -> !each.small() && each.proven(), Compared::ratioToWholeNodes);
        row("plan / at least the optimum", all, each -> !each.small() && !each.proven(), Compared::ratioToWholeNodes);
        row("optimum / bound", all, each -> !each.small() && each.proven(), each -> each.ratio() / each.ratioToWholeNodes());
        System.out.printf("%n%-28s%n", "others / least");
        row("one pool for all", all, each -> each.alone().isPresent(), each -> each.times(each.alone().orElseThrow()));
        row("  the plan, of the same", all, each -> each.alone().isPresent(), plan());
        row("one pool a round by waste", all, each -> each.leastWaste().isPresent(), each -> each.times(each.leastWaste().orElseThrow()));
        row("one pool a round by price", all, each -> each.leastPrice().isPresent(), each -> each.times(each.leastPrice().orElseThrow()));
    }

    private static void band(String name, List<Integer> from, Function<Compared, Integer> value, List<Compared> all) {
        for (int i = 0; i < from.size(); i++) {
            int least = from.get(i);
            int most = i + 1 < from.size() ? from.get(i + 1) - 1 : Integer.MAX_VALUE;
            row("  %s%s %s".formatted(least, most == Integer.MAX_VALUE ? " or more" : most == least ? "" : " to " + most, name), all,
                    each -> value.apply(each) >= least && value.apply(each) <= most, plan());
        }
    }

    private static Function<Compared, Double> plan() {
        return Compared::ratio;
    }

    private static void row(String name, List<Compared> all, Predicate<Compared> which, Function<Compared, Double> ratio) {
        var sorted = all.stream().filter(which).map(ratio).sorted().toList();
        if (sorted.isEmpty()) {
            System.out.printf("%-28s %6d%n", name, 0);
            return;
        }
        double mean = sorted.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        System.out.printf("%-28s %6d %8.3f %8.3f %8.3f %8.3f%n", name, sorted.size(), mean, at(sorted, 0.50), at(sorted, 0.95), sorted.getLast());
    }

    private static double at(List<Double> sorted, double part) {
        return sorted.get(Math.min(sorted.size() - 1, (int) Math.ceil(part * sorted.size()) - 1));
    }

    private static void write(Path results, List<Compared> all) {
        var lines = new ArrayList<>(List.of("seed,pools,groups,pods,nodes,homeless,plan,bound,optimum,against,ratio"));
        for (var each : all) {
            lines.add(String.format(Locale.ROOT, "%d,%d,%d,%d,%d,%d,%.4f,%.4f,%.4f,%s,%.4f", each.mix().seed(), each.mix().pools().size(),
                    each.mix().groups().size(), each.mix().pods(), each.plan().total(), each.plan().homeless(),
                    dollars(each.mix().cost(each.plan().nodes())), dollars(each.bound()),
                    dollars(each.optimum().map(found -> (double) found.atLeast()).orElse(Double.NaN)),
                    !each.small() ? "bound" : each.optimum().isPresent() && each.proven() ? "optimum" : "at-least", each.ratio()));
        }
        try {
            Files.write(results.resolve("cost.csv"), lines);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static double dollars(long units) {
        return (double) units / Mix.PRICE_UNITS;
    }

    private static double dollars(double units) {
        return units / Mix.PRICE_UNITS;
    }
}
