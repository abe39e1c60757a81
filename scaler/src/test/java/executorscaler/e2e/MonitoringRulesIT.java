package executorscaler.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.report.MonitoringFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import testbed.RequiresTool;

/** The alerts by Prometheus' own judgement: each is a rule, fires where it should, and is quiet where something like it is no trouble. */
@Tag("prometheus")
@RequiresTool("prometheus")
class MonitoringRulesIT {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyAlertIsARule() throws Exception {
        var said = Promtool.run(folder, "", "check", "rules", MonitoringFiles.FOLDER.resolve("alerts.yaml").toString());
        assertThat(said.exitCode()).as(said.words()).isZero();
        assertThat(said.words()).contains("SUCCESS: " + MonitoringFiles.alerts().size() + " rules found");
    }

    @Test
    void everyAlertFiresAndIsQuiet() throws Exception {
        var said = Promtool.run(folder, "", "test", "rules", Path.of("src/test/prometheus/alerts-test.yaml").toString());
        assertThat(said.exitCode()).as(said.words()).isZero();
        assertThat(said.words()).contains("SUCCESS");
    }
}
