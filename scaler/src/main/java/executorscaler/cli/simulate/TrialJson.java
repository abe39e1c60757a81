package executorscaler.cli.simulate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import executorscaler.report.Failure;
import executorscaler.report.Json;
import java.util.List;

/** Trials for programs. Times are in seconds, prices in dollars an hour. */
public final class TrialJson {

    private TrialJson() {}

    /** {@code {"apiVersion", "trials": [{name, jobs, waitSeconds, nodeHours, dollars, pools, flaps, samples, ...}], "verdict"}}. */
    public static String of(List<Trial> trials) {
        var whole = Json.object().put("apiVersion", Failure.API_VERSION);
        var array = whole.putArray("trials");
        trials.forEach(trial -> array.add(trial(trial)));
        whole.put("verdict", TrialRows.verdict(trials));
        return Json.pretty(whole);
    }

    private static ObjectNode trial(Trial trial) {
        var stats = trial.stats();
        var object = Json.object().put("name", trial.name()).put("seconds", trial.time().toSeconds());
        object.putObject("jobs").put("arrived", stats.pushed()).put("done", stats.finished()).put("left", trial.left()).put("killed", trial.killed())
                .put("raced", trial.raced());
        object.putObject("waitSeconds").put("p50", trial.waitSeconds(0.5)).put("p95", trial.waitSeconds(0.95)).put("p99", trial.waitSeconds(0.99))
                .put("max", trial.waitSeconds(1));
        object.put("nodeHours", trial.nodeHours()).put("dollars", trial.dollars()).put("estimated", trial.estimated());
        var pools = object.putObject("pools");
        trial.pools().forEach((name, bill) -> pools.putObject(name).put("nodeHours", bill.hours()).put("hourlyPrice", bill.price())
                .put("estimated", !bill.said()).put("dollars", bill.dollars()));
        object.put("mostNodes", stats.peakNodes()).put("launched", stats.launched()).put("flaps", trial.flaps()).put("findings", trial.findings())
                .put("ticks", trial.ticks());
        var assumed = object.putArray("assumed");
        trial.assumed().forEach(assumed::add);
        var samples = object.putArray("samples");
        for (var sample : trial.samples()) {
            var nodes = samples.addObject().put("seconds", sample.seconds()).put("waiting", sample.waiting()).put("running", sample.running())
                    .put("pods", sample.pods()).putArray("nodes");
            sample.nodes().forEach(nodes::add);
        }
        return object;
    }
}
