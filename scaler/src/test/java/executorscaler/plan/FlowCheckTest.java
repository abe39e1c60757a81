package executorscaler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.plan.check.PlanCheck;
import executorscaler.snapshot.Author;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.Rollout;
import executorscaler.snapshot.Rollout.State;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The independent check finds what would disturb deploys, rollouts and other writers of replicas (rules S12 to S14). */
@Tag("unit")
class FlowCheckTest {

    @ParameterizedTest(name = "{0} with {1} jobs, 4 -> 0: {2}")
    @CsvSource({"COMPLETE,0,", "SCALING,0,", "UNDER_WAY,0,S13", "PAUSED,0,", "STUCK,0,", "PAUSED,5,S13", "STUCK,5,S13"})
    void replicasThatFallDuringARollout(State state, int jobs, String rule) {
        var given = Given.executorsOnly().jobs(jobs, 0).replicas(4).rollout(new Rollout(state, false, 1, 3, 1, 0, ""));
        if (rule == null) {
            assertThat(found(given, memory(given), scale(4, 0))).isEmpty();
        } else {
            assertThat(found(given, memory(given), scale(4, 0))).contains(rule);
        }
    }

    @ParameterizedTest(name = "{0}: {1} found: {2}")
    @CsvSource({"UNDER_WAY,cordon,true", "UNDER_WAY,terminate,true", "UNDER_WAY,evict,true", "COMPLETE,cordon,false", "PAUSED,cordon,false",
            "STUCK,terminate,false"})
    void aNodeThatARolloutMayNeed(State state, String what, boolean found) {
        var closed = new Node.Cordon.ByUs(Given.NOW.minusSeconds(60));
        var given = Given.executorsOnly().jobs(0, 0).replicas(0).computePool(2, 2).rollout(new Rollout(state, false, 1, 3, 1, 0, ""));
        given.nodes.set(1, given.node("n1", "i-1", what.equals("cordon") ? new Node.Cordon.None() : closed));
        if (what.equals("evict")) given.web("w", 100, "n1");
        var action = switch (what) {
            case "cordon" -> new Action.Cordon("n1", "uid-n1");
            case "evict" -> new Action.Evict("web", "w", "uid-w", "n1");
            default -> new Action.Terminate("n1", "uid-n1", "compute", "asg-compute", "i-1");
        };
        assertThat(found(given, memory(given), action).contains("S13")).isEqualTo(found);
    }

    @Test
    void moreOfAnExecutorNoneOfWhosePodsHasItsImage() {
        var given = Given.executorsOnly().jobs(20, 0).replicas(1).computePool(1, 1);
        given.pods.add(
                new Pod("jobs", "p", "uid-p", "Deployment/executor", given.shape, new TreeMap<>(), Pod.Phase.PENDING, "n0", "", false, false, false,
                        false, "", Given.NOW.minusSeconds(60), List.of(), 0, 30, "", "registry/executor:1"));
        assertThat(found(given, memory(given), scale(1, 10))).containsExactly("S14");

        given.pods.set(0, new Pod("jobs", "p", "uid-p", "Deployment/executor", given.shape, new TreeMap<>(), Pod.Phase.RUNNING, "n0", "", true, false,
                false, false, "", Given.NOW.minusSeconds(60)));
        assertThat(found(given, memory(given), scale(1, 10))).isEmpty();
    }

    @ParameterizedTest(name = "written {0} s ago, answered {1} s ago, {2} -> {3}: {4}")
    @CsvSource({"0,-1,12,8,S12", "30,-1,12,8,S12", "61,-1,12,8,", "0,30,2,12,S12", "30,59,2,12,S12", "30,61,2,12,", "0,-1,2,12,"})
    void aFightWithWhoeverElseWrites(int writtenAgo, int answeredAgo, int from, int to, String rule) {
        var ours = new Author(Author.OURSELVES, true, Given.NOW.minusSeconds(500));
        var theirs = new Author("kube-controller-manager", true, Given.NOW.minusSeconds(writtenAgo));
        var given = Given.executorsOnly().jobs(0, 0).replicas(from).author(theirs);
        var answered = answeredAgo < 0 ? Instant.EPOCH : Given.NOW.minusSeconds(answeredAgo);
        var claim = writtenAgo == 0
                ? new Memory.Claim("uid-executor", ours, 9, Author.UNKNOWN, 9, Instant.EPOCH, answered)
                : new Memory.Claim("uid-executor", theirs, from, theirs, 9, Given.NOW.minusSeconds(writtenAgo), answered);
        var found = found(given, memory(given, claim), scale(from, to));

        assertThat(found).isEqualTo(rule == null ? List.of() : List.of(rule));
    }

    @Test
    void anotherDeploymentOfTheNameIsNobodysFight() {
        var theirs = new Author("helm", false, Given.NOW);
        var given = Given.executorsOnly().jobs(30, 0).replicas(2).author(theirs).madeAnew();
        var claim = new Memory.Claim("uid-executor", theirs, 9, theirs, 12, Given.NOW.minusSeconds(5), Given.NOW.minusSeconds(5));
        var action = new Action.ScaleExecutor("executor", "jobs", "executor", "uid-executor-2", 2, 12);

        assertThat(found(given, memory(given, claim), action)).isEmpty();
    }

    private static Action.ScaleExecutor scale(int from, int to) {
        return new Action.ScaleExecutor("executor", "jobs", "executor", "uid-executor", from, to);
    }

    private static List<String> found(Given given, Memory memory, Action action) {
        var plan = new Plan(List.of(new Plan.Step(action, new Reason.BelowMinSize(1))), List.of());
        return PlanCheck.check(given.config(), given.snapshot(), memory, plan).findings().stream().map(PlanCheck.Finding::rule).distinct().toList();
    }

    private static Memory memory(Given given) {
        return Memory.ofStanding(given.snapshot(), 3600);
    }

    private static Memory memory(Given given, Memory.Claim claim) {
        var claims = new TreeMap<String, Memory.Claim>();
        claims.put("executor", claim);
        return memory(given).but(memory -> memory.claims = claims);
    }
}
