package executorscaler.cli.simulate;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** One or two trials as rows of a table: what the table on the console and the one in the HTML file have in common. */
final class TrialRows {

    /**
     * A row.
     *
     * @param values one for each trial
     * @param change from the first to the second trial; empty: there is one trial, or nothing changes
     */
    record Row(String label, List<String> values, String change) {
        Row {
            values = List.copyOf(values);
        }
    }

    private static final DecimalFormatSymbols SYMBOLS = DecimalFormatSymbols.getInstance(Locale.ROOT);

    private TrialRows() {}

    static List<Row> of(List<Trial> trials) {
        var rows = new ArrayList<Row>();
        rows.add(row("jobs arrived", trials, trial -> trial.stats().pushed(), "#,##0", ""));
        rows.add(row("jobs done", trials, trial -> trial.stats().finished(), "#,##0", ""));
        rows.add(row("jobs not done at the end", trials, Trial::left, "#,##0", ""));
        rows.add(row("jobs killed (must be 0)", trials, Trial::killed, "#,##0", ""));
        rows.add(row("wait p50", trials, trial -> trial.waitSeconds(0.50), "#,##0.0", " s"));
        rows.add(row("wait p95", trials, trial -> trial.waitSeconds(0.95), "#,##0.0", " s"));
        rows.add(row("wait p99", trials, trial -> trial.waitSeconds(0.99), "#,##0.0", " s"));
        rows.add(row("wait, the longest", trials, trial -> trial.waitSeconds(1), "#,##0.0", " s"));
        rows.add(row("node hours", trials, Trial::nodeHours, "#,##0.00", ""));
        rows.add(row("dollars", trials, Trial::dollars, "$#,##0.00", ""));
        for (var pool : pools(trials)) {
            rows.add(row("  " + pool, trials, trial -> Optional.ofNullable(trial.pools().get(pool)).map(Trial.PoolBill::dollars).orElse(0.0),
                    "$#,##0.00", ""));
        }
        rows.add(row("most nodes at a time", trials, trial -> trial.stats().peakNodes(), "#,##0", ""));
        rows.add(row("nodes launched", trials, trial -> trial.stats().launched(), "#,##0", ""));
        rows.add(row("flaps", trials, Trial::flaps, "#,##0", ""));
        return rows;
    }

    /** What it comes to, as a sentence. */
    static String verdict(List<Trial> trials) {
        var first = trials.getFirst();
        if (trials.size() == 1) {
            return "Half of the jobs began within " + number("0.#", first.waitSeconds(0.5)) + " s, 95 % within "
                    + number("0.#", first.waitSeconds(0.95))
                    + " s, for " + dollars(first) + ".";
        }
        var second = trials.getLast();
        double saved = first.dollars() - second.dollars();
        double later = second.waitSeconds(0.95) - first.waitSeconds(0.95);
        var cost = Math.abs(saved) < 0.005
                ? second.name() + " costs the same as " + first.name()
                : second.name() + " costs " + number("$#,##0.00", Math.abs(saved)) + (saved > 0 ? " less" : " more") + " than " + first.name();
        return cost + (Math.abs(later) < 0.05
                ? ", and jobs begin as soon (p95)."
                : ", and jobs begin " + number("0.#", Math.abs(later)) + " s " + (later > 0 ? "later" : "sooner") + " (p95).");
    }

    static String dollars(Trial trial) {
        return number("$#,##0.00", trial.dollars()) + (trial.estimated() ? " (estimated)" : "");
    }

    static String number(String pattern, double value) {
        return new DecimalFormat(pattern, SYMBOLS).format(value);
    }

    static List<String> pools(List<Trial> trials) {
        var names = new LinkedHashSet<String>();
        trials.forEach(trial -> names.addAll(trial.pools().keySet()));
        return List.copyOf(names);
    }

    private static Row row(String label, List<Trial> trials, ToDoubleFunction<Trial> value, String pattern, String unit) {
        var values = trials.stream().map(trial -> number(pattern, value.applyAsDouble(trial)) + unit).toList();
        if (trials.size() == 1 || values.getFirst().equals(values.getLast())) return new Row(label, values, "");
        double change = value.applyAsDouble(trials.getLast()) - value.applyAsDouble(trials.getFirst());
        return new Row(label, values, (change > 0 ? "+" : "-") + number(pattern, Math.abs(change)) + unit);
    }
}
