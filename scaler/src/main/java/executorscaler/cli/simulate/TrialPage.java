package executorscaler.cli.simulate;

import executorscaler.cli.simulate.Chart.Series;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Trials as one HTML file that needs nothing else: no script, no font, no picture from anywhere. */
public final class TrialPage {

    private static final int STYLES = 8;
    private static final List<Integer> WAITS = List.of(1, 5, 15, 30, 60, 120, 300, 900); // seconds: upper ends of the bars

    private static final String STYLE = """
            :root{color-scheme:light dark;--ink:#1b2530;--soft:#5b6875;--grid:#d8dee4;--paper:#fff}
            @media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa7b4;--grid:#30404f;--paper:#10171e}}
            body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:2rem auto;max-width:60rem;padding:0 1rem}
            h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;margin:1rem 0}
            th,td{padding:.2rem .9rem;text-align:right;border-bottom:1px solid var(--grid);font-variant-numeric:tabular-nums}
            th:first-child,td:first-child{text-align:left;white-space:pre}figure{margin:1rem 0}figcaption{font-weight:600}
            .legend{font-weight:400;color:var(--soft);margin-left:1rem}.key{display:inline-block;width:.8em;height:.8em;margin:0 .3em 0 .8em}
            svg{width:100%;height:auto}svg text{font-size:11px;fill:var(--soft)}.grid{stroke:var(--grid);fill:none}
            .line{fill:none;stroke-width:1.6}.area{stroke:none;opacity:.85}ul{color:var(--soft)}
            """;
    private static final List<String> COLOURS = List.of("#2f6fde", "#d9822b", "#238551", "#9d3f9d", "#c23030", "#00857a", "#6b7d00", "#7a5c3e");

    private TrialPage() {}

    /** The whole file. */
    public static String of(List<Trial> trials) {
        var style = new StringBuilder(STYLE);
        for (int i = 0; i < STYLES; i++) {
            style.append(
                    ".line.s%d{stroke:%s}.area.s%d,.bar.s%d{fill:%s}.key.s%d{background:%s}%n".formatted(i, COLOURS.get(i), i, i, COLOURS.get(i), i,
                            COLOURS.get(i)));
        }
        var title = "Simulation of " + String.join(" against ", trials.stream().map(Trial::name).toList());
        var body = new StringBuilder("<h1>" + Chart.escaped(title) + "</h1><p>" + Chart.escaped(TrialRows.verdict(trials)) + "</p>" + table(trials));
        body.append(Chart.bars("Jobs by their wait", waitLabels(), IntStream.range(0, trials.size())
                .mapToObj(i -> new Series(trials.get(i).name(), "s" + i, waits(trials.get(i)))).toList()));
        for (var trial : trials) body.append(charts(trial));
        var assumed = trials.stream().flatMap(trial -> trial.assumed().stream()).distinct().toList();
        if (!assumed.isEmpty()) body.append("<h2>Assumed</h2><ul>");
        assumed.forEach(one -> body.append("<li>").append(Chart.escaped(one)).append("</li>"));
        if (!assumed.isEmpty()) body.append("</ul>");
        return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
                + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"><title>"
                + Chart.escaped(title) + "</title><style>\n" + style + "</style></head><body>\n" + body + "\n</body></html>\n";
    }

    private static String table(List<Trial> trials) {
        var table = new StringBuilder("<table><tr><th>" + Chart.escaped(TrialText.hours(trials.getFirst())) + "</th>");
        trials.forEach(trial -> table.append("<th>").append(Chart.escaped(trial.name())).append("</th>"));
        table.append(trials.size() > 1 ? "<th>change</th></tr>" : "</tr>");
        for (var row : TrialRows.of(trials)) {
            table.append("<tr><td>").append(Chart.escaped(row.label())).append("</td>");
            row.values().forEach(value -> table.append("<td>").append(Chart.escaped(value)).append("</td>"));
            table.append(trials.size() > 1 ? "<td>" + Chart.escaped(row.change()) + "</td></tr>" : "</tr>");
        }
        return table.append("</table>").toString();
    }

    private static String charts(Trial trial) {
        double hours = trial.time().toSeconds() / 3600.0;
        var samples = trial.samples();
        var jobs = List.of(new Series("waiting", "s1", samples.stream().map(sample -> (double) sample.waiting()).toList()),
                new Series("running", "s0", samples.stream().map(sample -> (double) sample.running()).toList()),
                new Series("pods ready", "s2", samples.stream().map(sample -> (double) sample.pods()).toList()));
        var pools = new ArrayList<Series>();
        for (var name : trial.poolNames()) {
            int pool = pools.size();
            pools.add(new Series(name, "s" + pool % STYLES, samples.stream().map(sample -> (double) sample.nodes().get(pool)).toList()));
        }
        return "<h2>" + Chart.escaped(trial.name()) + "</h2>" + Chart.steps("Jobs and pods", jobs, hours)
                + Chart.areas("Nodes by pool", pools, hours);
    }

    private static List<String> waitLabels() {
        var labels = new ArrayList<String>();
        for (int seconds : WAITS) labels.add("to " + (seconds < 60 ? seconds + " s" : seconds / 60 + " min"));
        labels.add("longer");
        return labels;
    }

    private static List<Double> waits(Trial trial) {
        var counts = new double[WAITS.size() + 1];
        for (var wait : trial.stats().waits()) {
            int bar = 0;
            while (bar < WAITS.size() && wait.compareTo(Duration.ofSeconds(WAITS.get(bar))) > 0) bar++;
            counts[bar]++;
        }
        return java.util.Arrays.stream(counts).boxed().toList();
    }
}
