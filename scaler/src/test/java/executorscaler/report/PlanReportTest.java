package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.plan.Action;
import executorscaler.plan.Plan;
import executorscaler.plan.Reason;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A plan as machines and as people read it. */
@Tag("unit")
class PlanReportTest {
    private static final Instant THEN = Instant.parse("2026-01-05T09:00:00Z");
    private static final Plan PLAN = new Plan(
            List.of(new Plan.Step(new Action.ScaleExecutor("executor", "production-platform", "executor", "u-1", 0, 50),
                    new Reason.QueueNeeds(100, 0, 0, 2, 50, 0, 50)),
                    new Plan.Step(new Action.Cordon("ip-10-0-0-9", "u-2"), new Reason.NodeIdle(THEN))),
            List.of(new Plan.Held("pool/gpu-nodes", new Reason.CapacityNotComing(2, THEN)),
                    new Plan.Held("executor/slow", new Reason.NoPoolFits(3, "slow-1", List.of("general: too small", "gpu: taint")))));

    @Test
    void asJson() {
        assertThat(PlanJson.of(PLAN).replaceAll("\\s+", " ")).isEqualTo("{ \"apiVersion\" : \"executor-scaler/v1\", \"actions\" : ["
                + " { \"kind\" : \"ScaleExecutor\", \"subject\" : \"executor/executor\", \"from\" : 0, \"to\" : 50, \"reason\" : { \"kind\" : \"QueueNeeds\","
                + " \"waiting\" : 100, \"due\" : 0, \"running\" : 0, \"jobsPerPod\" : 2, \"wanted\" : 50, \"min\" : 0, \"max\" : 50 },"
                + " \"why\" : \"100 jobs (100 waiting, 0 due, 0 running) at 2 a pod need 50 pods\" },"
                + " { \"kind\" : \"Cordon\", \"subject\" : \"node/ip-10-0-0-9\", \"reason\" : { \"kind\" : \"NodeIdle\", \"since\" : \"2026-01-05T09:00:00Z\" },"
                + " \"why\" : \"nothing has run on the node since 09:00:00Z\" } ],"
                + " \"held\" : [ { \"subject\" : \"pool/gpu-nodes\", \"reason\" : { \"kind\" : \"CapacityNotComing\", \"instances\" : 2,"
                + " \"since\" : \"2026-01-05T09:00:00Z\" }, \"why\" : \"2 nodes ordered at 09:00:00Z have not come in time and no longer count\" },"
                + " { \"subject\" : \"executor/slow\", \"reason\" : { \"kind\" : \"NoPoolFits\", \"pods\" : 3, \"example\" : \"slow-1\","
                + " \"because\" : [ \"general: too small\", \"gpu: taint\" ] },"
                + " \"why\" : \"no pool fits 3 pods such as slow-1: general: too small; gpu: taint\" } ] }");
    }

    @Test
    void asText() {
        assertThat(PlanText.of(PLAN)).isEqualTo("""
                + scale production-platform/executor from 0 to 50
                    because 100 jobs (100 waiting, 0 due, 0 running) at 2 a pod need 50 pods
                - cordon node ip-10-0-0-9
                    because nothing has run on the node since 09:00:00Z

                Held back:
                = pool/gpu-nodes
                    2 nodes ordered at 09:00:00Z have not come in time and no longer count
                = executor/slow
                    no pool fits 3 pods such as slow-1:
                      general: too small
                      gpu: taint

                Plan: +50 executors, 1 node closed, 2 held back. Nothing was changed.
                """);
        assertThat(PlanText.of(new Plan(List.of(), List.of()))).isEqualTo("Plan: nothing to do. Nothing was changed.\n");
    }
}
