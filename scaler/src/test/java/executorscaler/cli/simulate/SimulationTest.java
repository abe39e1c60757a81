package executorscaler.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import executorscaler.act.Outcome;
import executorscaler.act.Performed;
import executorscaler.config.Config;
import executorscaler.config.ConfigReader;
import executorscaler.plan.Action;
import executorscaler.plan.Plan;
import executorscaler.plan.Reason;
import executorscaler.snapshot.MachineType;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xml.sax.InputSource;

/** The real loop on a simulated world, and what is told of it. */
@Tag("simulation")
class SimulationTest {

    private static final String YAML = """
            redis: {url: "redis://redis:6379/0"}
            executors:
            - {name: render, deployment: prod/render, queue: {kind: list, waiting: jobs, running: "jobs:running"}, maxReplicas: 20}
            nodePools:
            - {name: compute, autoScalingGroup: asg, instanceType: c5.2xlarge, maxSize: 10, hourlyPrice: 0.34, labels: {workload-type: executor}}
            scaleDown: {idleSeconds: 120, minNodeLifetimeSeconds: 120, trustSeconds: 0, stabilizationWindowSeconds: 30}
            """;
    private static final Config CONFIG = config(YAML);
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void allJobsAreDoneNoneIsKilledAndTheBillIsHoursTimesPrice() throws InterruptedException {
        var trial = trial(CONFIG, "60");
        assertThat(trial.stats().pushed()).isEqualTo(24);
        assertThat(trial.stats().finished()).isEqualTo(24);
        assertThat(List.of(trial.left(), trial.killed(), trial.findings())).containsOnly(0L);
        // 12 pods, 3 a node: 4 nodes, from 0; each lives for some 100 s of boot, the jobs' 60 s and the idle time.
        var bill = Objects.requireNonNull(trial.pools().get("compute"));
        assertThat(trial.stats().peakNodes()).isEqualTo(4);
        assertThat(bill.hours()).isBetween(4 * 240 / 3600.0, 4 * 480 / 3600.0);
        assertThat(trial.dollars()).isCloseTo(bill.hours() * 0.34, within(1e-9));
        assertThat(trial.estimated()).isFalse();
        // 80 to 88 s of boot, 10 s until ready, 5 s for the pod to start, and a second or two of looking.
        assertThat(trial.waitSeconds(0.5)).isBetween(95.0, 110.0);
    }

    @Test
    void equalSeedsMakeEqualTrials() throws InterruptedException {
        assertThat(trial(CONFIG, "exp:60")).isEqualTo(trial(CONFIG, "exp:60"));
    }

    @Test
    void bootTimesOfPoolsAreAsTheyAreSaid() throws InterruptedException {
        var slow = new Simulation(CONFIG, Setup.read(1, List.of("compute=300"), List.of(), List.of(), Duration.ofMinutes(10)))
                .run("slow", List.of(new Arrival(Duration.ofSeconds(5), "render", 2, Duration.ofSeconds(60))), HOUR, _ -> {});
        assertThat(slow.waitSeconds(1)).isBetween(315.0, 325.0);
    }

    @Test
    void aConfigThatGivesBackAtOnceFlapsAndOneThatWaitsDoesNot() throws InterruptedException {
        var hasty = config(YAML.replace("{idleSeconds: 120, minNodeLifetimeSeconds: 120", "{idleSeconds: 10, minNodeLifetimeSeconds: 0"));
        var patient = config(YAML.replace("{idleSeconds: 120, minNodeLifetimeSeconds: 120", "{idleSeconds: 900, minNodeLifetimeSeconds: 900")
                .replace("stabilizationWindowSeconds: 30", "stabilizationWindowSeconds: 900"));
        var bursts = List.of(burst(0), burst(6), burst(12), burst(18));
        var setup = Setup.read(1, List.of(), List.of(), List.of(), Duration.ofMinutes(10));
        assertThat(new Simulation(hasty, setup).run("hasty", bursts, HOUR, _ -> {}).flaps()).isPositive();
        assertThat(new Simulation(patient, setup).run("patient", bursts, HOUR, _ -> {}).flaps()).isZero();
    }

    @Test
    void goingUpSoonAfterGoingDownIsAFlapOnceForEachTimeDown() {
        var flaps = new Flaps(Duration.ofMinutes(10));
        var start = Instant.parse("2026-01-05T09:00:00Z");
        flaps.saw(start, List.of(scaled(0, 5), scaled(5, 9)));
        assertThat(flaps.count()).as("up and up").isZero();
        flaps.saw(start, List.of(scaled(9, 2)));
        flaps.saw(start.plusSeconds(600), List.of(scaled(2, 4), scaled(4, 6)));
        assertThat(flaps.count()).isEqualTo(1);
        flaps.saw(start.plusSeconds(700), List.of(scaled(6, 0)));
        flaps.saw(start.plusSeconds(1301), List.of(scaled(0, 6)));
        assertThat(flaps.count()).as("later than ten minutes").isEqualTo(1);
    }

    @ParameterizedTest(name = "a {0} has {1} vCPU, {2} GiB, {3}")
    @CsvSource({"c5.2xlarge, 8, 16, amd64", "m5.large, 2, 8, amd64", "m6g.xlarge, 4, 16, arm64", "r5.4xlarge, 16, 128, amd64",
            "c7gn.16xlarge, 64, 128, arm64",
            "t3.large, 2, 8, amd64", "t4g.2xlarge, 8, 32, arm64", "g4dn.xlarge, 4, 16, amd64", "m5dn.12xlarge, 48, 192, amd64"})
    void machinesAreAsTheirNamesSay(String type, int vcpus, long gib, String architecture) {
        var pool = config(YAML.replace("c5.2xlarge", type)).nodePools().getFirst();
        assertThat(Machines.named(pool)).map(MachineType::vcpus).contains(vcpus);
        assertThat(Machines.named(pool)).map(machine -> machine.memoryBytes() >> 30).contains(gib);
        assertThat(Machines.named(pool)).map(MachineType::architecture).contains(architecture);
    }

    @ParameterizedTest
    @CsvSource({"p3.2xlarge", "x1e.32xlarge", "u-6tb1.metal", "c5.metal"})
    void aMachineThatIsNotKnownIsAskedFor(String type) {
        var config = config(YAML.replace("c5.2xlarge", type));
        assertThat(setup().problems(config, List.of(config))).singleElement().asString()
                .contains(type + " is like is not known here; say --machine " + type + "=");
        assertThat(Setup.read(1, List.of(), List.of(), List.of(type + "=8,61Gi,1"), HOUR).problems(config, List.of(config))).isEmpty();
    }

    /** A pool that is being tried is in one of the two configs only. */
    @Test
    void whatOneOfTheComparedConfigsHasMayBeSpokenOf() {
        var without = config(YAML);
        var with = config(YAML.replace("scaleDown:", "- {name: tried, autoScalingGroup: tried, instanceType: c5.large, maxSize: 2}\nscaleDown:"));
        var setup = Setup.read(1, List.of("tried=60"), List.of("render=1,1Gi,tried"), List.of(), HOUR);
        assertThat(setup.problems(without, List.of(without, with))).isEmpty();
        assertThat(setup.problems(with, List.of(without, with))).isEmpty();
        assertThat(setup.problems(without, List.of(without))).containsExactly("--pod: no config has a pool tried",
                "--boot-seconds: no config has a pool tried");
    }

    @Test
    void whatNobodySaysIsListedAsAssumed() {
        assertThat(setup().assumed(CONFIG)).containsExactly("a pod of render asks for 2 CPU and 4 GiB and goes to pool compute (--pod)",
                "a node joins 80 to 88 s after its launch and is ready 10 s later (--boot-seconds)");
        assertThat(Setup.read(1, List.of("90"), List.of("render=1,2Gi"), List.of(), HOUR).assumed(CONFIG)).isEmpty();
    }

    @Test
    void theFileNeedsNothingElseAndIsWellFormed() throws Exception {
        var one = trial(CONFIG, "60");
        var hostile = new Trial("<script>alert(1)</script>", one.time(), one.stats(), 0, 0, 0, 0, 0, one.ticks(), one.pools(), one.poolNames(),
                one.samples(),
                List.of("a & b"));
        var html = TrialPage.of(List.of(one, hostile));
        assertThat(html).doesNotContain("http://", "https://", "<script", "@import", "url(").contains("default-src 'none'")
                .contains("<svg", "Nodes by pool", "Jobs by their wait");
        var xml = html.replaceFirst("<!doctype html>", "").replaceAll("<meta ([^>]*)>", "<meta $1/>");
        var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        var parsed = builder.parse(new InputSource(new StringReader(xml.strip())));
        assertThat(parsed.getElementsByTagName("svg").getLength()).isEqualTo(5);
        assertThat(parsed.getElementsByTagName("tr").getLength()).isEqualTo(1 + TrialRows.of(List.of(one, hostile)).size());
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({"0, 4", "3, 4", "5, 5", "7, 8", "9, 10", "11, 20", "31, 40", "99, 100", "101, 200", "450, 500"})
    void anAxisEndsAtARoundNumber(double most, double top) {
        assertThat(Chart.top(most)).isEqualTo(top);
    }

    private static Setup setup() {
        return Setup.read(1, List.of(), List.of(), List.of(), Duration.ofMinutes(10));
    }

    private static Trial trial(Config config, String length) throws InterruptedException {
        var jobs = new java.util.ArrayList<Arrival>();
        var random = new java.util.SplittableRandom(7);
        for (int i = 0; i < 24; i++) jobs.add(new Arrival(Duration.ofSeconds(10), "render", 1, JobLength.parse(length).draw(random)));
        return new Simulation(config, setup()).run("one", jobs, HOUR, _ -> {});
    }

    private static Arrival burst(int minutes) {
        return new Arrival(Duration.ofMinutes(minutes), "render", 20, Duration.ofSeconds(30));
    }

    private static Performed scaled(int from, int to) {
        return new Performed(new Plan.Step(new Action.ScaleExecutor("render", "prod", "render", "u", from, to), new Reason.NotRolledOut()),
                new Outcome.Done(1), Duration.ZERO);
    }

    private static Config config(String yaml) {
        return Optional.of(ConfigReader.read(yaml)).filter(ConfigReader.Valid.class::isInstance).map(ConfigReader.Valid.class::cast)
                .map(ConfigReader.Valid::config).orElseThrow(() -> new AssertionError(ConfigReader.read(yaml)));
    }
}
