package executorscaler.cli.simulate;

import java.util.ArrayList;
import java.util.List;

/** Trials for people: a table, what was assumed, and the verdict in the last line. */
public final class TrialText {

    private TrialText() {}

    /** The lines, each ended; one trial or two. */
    public static String of(List<Trial> trials) {
        var table = new ArrayList<List<String>>();
        var heading = new ArrayList<>(List.of(hours(trials.getFirst())));
        trials.forEach(trial -> heading.add(trial.name()));
        if (trials.size() > 1) heading.add("change");
        table.add(heading);
        for (var row : TrialRows.of(trials)) {
            var cells = new ArrayList<>(List.of(row.label()));
            cells.addAll(row.values());
            if (trials.size() > 1) cells.add(row.change());
            table.add(cells);
        }
        var text = new StringBuilder(aligned(table));
        var assumed = trials.stream().flatMap(trial -> trial.assumed().stream()).distinct().toList();
        if (!assumed.isEmpty()) text.append("\nAssumed:\n");
        assumed.forEach(one -> text.append("  ").append(one).append('\n'));
        return text.append('\n').append(TrialRows.verdict(trials)).append('\n').toString();
    }

    static String hours(Trial trial) {
        return TrialRows.number("#,##0.##", trial.time().toSeconds() / 3600.0) + " h simulated";
    }

    /** Columns side by side: the first to the left, the others to the right. */
    private static String aligned(List<List<String>> table) {
        int columns = table.getFirst().size();
        var widths = new int[columns];
        for (var row : table) {
            for (int i = 0; i < columns; i++) widths[i] = Math.max(widths[i], row.get(i).length());
        }
        var text = new StringBuilder();
        for (var row : table) {
            var line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                var gap = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? row.get(i) + gap : "   " + gap + row.get(i));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
