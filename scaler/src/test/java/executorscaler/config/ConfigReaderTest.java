package executorscaler.config;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.ConfigReader.Invalid;
import executorscaler.config.ConfigReader.Valid;
import executorscaler.config.PoolConfig.CapacityType;
import executorscaler.config.PoolConfig.Effect;
import executorscaler.config.PoolConfig.Reserved;
import executorscaler.config.PoolConfig.TaintConfig;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class ConfigReaderTest {

    private static final String SCHEDULE = "schedules: [{days: [Mon-Fri], from: \"08:00\", to: \"18:00\", timeZone: Europe/Berlin, minReplicas: 4}]";

    private static final String GOOD = """
            redis: {url: "redis://scaler@cache:6380/2"}
            executors:
            - name: render
              deployment: jobs/render
              queue: {kind: list, waiting: jobs, running: "jobs:running"}
              jobsPerPod: 3
              minReplicas: 1
              maxReplicas: 9
            nodePools:
            - name: spot
              autoScalingGroup: group-a
              instanceType: c5.2xlarge
              capacityType: spot
              minSize: 2
              maxSize: 20
              labels: {workload-type: executor}
              taints: [{key: dedicated, value: jobs, effect: NoSchedule}]
              maxPods: 58
              reserved: {cpu: 200m, memory: 700Mi}
              maxProvisionSeconds: 300
              hourlyPrice: 0.17
              priority: 7
              scaleDown: {idleSeconds: 30, unreadySeconds: 60}
            strategy: least-waste
            scaleDown: {idleSeconds: 90, utilizationThreshold: 0.25}
            control: {intervalMillis: 1000}
            placeholderImage: NOT_YET
            """;

    static Stream<Arguments> mistakes() {
        return Stream.of(
                // what is written in the good config, what somebody writes instead, where it is wrong, what is wrong, in which line
                mistake("jobsPerPod: 3", "jobsPerPood: 3", "executors[0].jobsPerPood", "unknown key; did you mean jobsPerPod?", 6),
                mistake("placeholderImage: NOT_YET", "placeholderimage: X", "placeholderimage", "unknown key; did you mean placeholderImage?", 27),
                mistake("strategy: least-waste", "autoDiscovery: {}", "autoDiscovery.tags",
                        "is required: at least one, or every group of the account would be a pool", 24),
                mistake("strategy: least-waste", "autoDiscovery: {tags: []}", "autoDiscovery.tags", "is required: at least one", 24),
                mistake("strategy: least-waste", "autoDiscovery: {tags: [a, b, a=c]}", "autoDiscovery.tags[2]", "the tag 'a' is asked for already",
                        24),
                mistake("strategy: least-waste", "autoDiscovery: {tags: [=x]}", "autoDiscovery.tags[0]",
                        "must be a tag's key of 1 to 128 characters, or key=value, was '=x'", 24),
                mistake("strategy: least-waste", "autoDiscovery: {tags: [a], tag: [b]}", "autoDiscovery.tag", "unknown key; did you mean tags?", 24),
                mistake("minSize: 2", "minNodes: 2", "nodePools[0].minNodes", "unknown key; known are name, autoScalingGroup,", 14),
                mistake("placeholderImage: NOT_YET", "zebra: 1", "zebra", "unknown key; known are redis, executors, nodePools", 27),
                mistake("{url: \"redis://scaler@cache:6380/2\"}", "{url: \"redis://cache:1\", password: secret}", "redis.password",
                        "unknown key; did you mean passwordFile?", 1),
                mistake("jobsPerPod: 3", "jobsPerPod: two", "executors[0].jobsPerPod", "must be a whole number, was 'two'", 6),
                mistake("jobsPerPod: 3", "jobsPerPod: \"3\"", "executors[0].jobsPerPod", "must be a whole number without quotes, was \"3\"", 6),
                mistake("jobsPerPod: 3", "jobsPerPod: 1.5", "executors[0].jobsPerPod", "must be a whole number, was '1.5'", 6),
                mistake("jobsPerPod: 3", "jobsPerPod: 0x10", "executors[0].jobsPerPod", "must be a whole number, was '0x10'", 6),
                mistake("jobsPerPod: 3", "jobsPerPod: [3]", "executors[0].jobsPerPod", "must be a whole number, was a list", 6),
                mistake("jobsPerPod: 3", "jobsPerPod: 0", "executors[0].jobsPerPod", "must be from 1 to 100000, was 0", 6),
                mistake("jobsPerPod: 3", "jobsPerPod: 99999999999999999999", "executors[0].jobsPerPod",
                        "must be from 1 to 100000, was 99999999999999999999", 6),
                mistake("jobsPerPod: 3", "jobsPerPod: 3\n  jobsPerPod: 4", "executors[0].jobsPerPod", "is given twice, first in line 6", 7),
                mistake("minReplicas: 1", "minReplicas: -1", "executors[0].minReplicas", "must be from 0 to 100000, was -1", 7),
                mistake("minReplicas: 1", "minReplicas: 10", "executors[0].maxReplicas", "must not be below minReplicas 10, was 9", 8),
                mistake("maxReplicas: 9", "maxReplicas: 9\n  onDemandBase: 10", "executors[0].onDemandBase",
                        "must not be above maxReplicas 9, was 10", 9),
                mistake("maxReplicas: 9", "maxReplicas: nine\n  onDemandBase: 10", "executors[0].maxReplicas", "must be a whole number, was 'nine'",
                        8),
                mistake("maxReplicas: 9", "maxReplicas: 9\n  onDemandBase: -1", "executors[0].onDemandBase", "must be from 0 to 100000, was -1", 9),
                mistake("  maxReplicas: 9\n", "", "executors[0].maxReplicas", "is required", 3),
                mistake("maxReplicas: 9", "maxReplicas:", "executors[0].maxReplicas", "is required", 3),
                mistake("deployment: jobs/render", "deployment: render", "executors[0].deployment", "must be namespace/name, was 'render'", 4),
                mistake("deployment: jobs/render", "deployment: Jobs/render", "executors[0].deployment", "must be a DNS label", 4),
                mistake("deployment: jobs/render", "deployment: jobs/apps/render", "executors[0].deployment", "must be namespace/name", 4),
                mistake("name: render", "name: Render Farm", "executors[0].name", "must be a DNS label", 3),
                mistake("name: render", "name: 7", "executors[0].name", "must be text, was 7 without quotes: write \"7\"", 3),
                mistake("kind: list", "kind: stream", "executors[0].queue.kind",
                        "must be list, was 'stream': docs/configuration.md tells which lists", 5),
                mistake("kind: list, ", "", "executors[0].queue.kind", "is required: list", 5),
                mistake("waiting: jobs,", "waiting: \"\",", "executors[0].queue.waiting", "must not be empty", 5),
                mistake("waiting: jobs,", "", "executors[0].queue.waiting", "is required", 5),
                mistake("running: \"jobs:running\"", "running: jobs", "executors[0].queue.running",
                        "'jobs' is executors[0].queue.waiting already", 5),
                mistake("running: \"jobs:running\"", "running: r, delayed: d, delayedUnit: minutes", "executors[0].queue.delayedUnit",
                        "must be milliseconds or seconds, was 'minutes'", 5),
                mistake("jobsPerPod: 3", "busy: often", "executors[0].busy", "must be lease or none or queue, was 'often'", 6),
                mistake("jobsPerPod: 3", "busy: queue", "executors[0].busy", "is queue, so that queue.running must have {pod} in it", 6),
                mistake("running: \"jobs:running\"", "running: \"run:{pod}\"", "executors[0].busy", "must be queue where queue.running has {pod}", 3),
                mistake("jobsPerPod: 3", "drainsOnSigterm: true", "executors[0].longestJobSeconds", "is required with drainsOnSigterm", 3),
                mistake("jobsPerPod: 3", "{busy: lease, drainsOnSigterm: true, longestJobSeconds: 5".substring(1).replace(", ", "\n  "),
                        "executors[0].drainsOnSigterm", "is for busy: none", 7),
                mistake("jobsPerPod: 3", "scaleDown: {maxPodsPerMinute: 0}", "executors[0].scaleDown.maxPodsPerMinute",
                        "must be from 1 to 100000, was 0",
                        6),
                mistake("jobsPerPod: 3", SCHEDULE.replace("Mon-Fri", "Monday"), "executors[0].schedules[0].days[0]",
                        "must be a day or a range of days such as Mon or Mon-Fri, was 'Monday'", 6),
                mistake("jobsPerPod: 3", SCHEDULE.replace("08:00", "8:00"), "executors[0].schedules[0].from",
                        "must be a time from 00:00 to 23:59, was '8:00'", 6),
                mistake("jobsPerPod: 3", SCHEDULE.replace("18:00", "24:00"), "executors[0].schedules[0].to", "must be a time from 00:00 to 23:59", 6),
                mistake("jobsPerPod: 3", SCHEDULE.replace("Europe/Berlin", "Europe/Atlantis"), "executors[0].schedules[0].timeZone",
                        "is no time zone such as Europe/Berlin or UTC", 6),
                mistake("jobsPerPod: 3", SCHEDULE.replace("timeZone: Europe/Berlin, ", ""), "executors[0].schedules[0].timeZone", "is required", 6),
                mistake("jobsPerPod: 3", SCHEDULE.replace("minReplicas: 4", "minReplicas: 10"), "executors[0].schedules[0].minReplicas",
                        "must be from 0 to 9, was 10", 6),
                mistake("autoScalingGroup: group-a", "autoScalingGroup: ' '", "nodePools[0].autoScalingGroup", "must not be empty", 11),
                mistake("autoScalingGroup: group-a", "autoScalingGroup: arn:aws:autoscaling:x", "nodePools[0].autoScalingGroup",
                        "must be the group's name, not its ARN", 11),
                mistake("instanceType: c5.2xlarge", "instanceType: c5-2xlarge", "nodePools[0].instanceType",
                        "must be an EC2 instance type such as c5.2xlarge, was 'c5-2xlarge'", 12),
                mistake("capacityType: spot", "capacityType: reserved", "nodePools[0].capacityType", "must be on-demand or spot, was 'reserved'", 13),
                mistake("maxSize: 20", "maxSize: 1", "nodePools[0].maxSize", "must not be below minSize 2, was 1", 15),
                mistake("maxSize: 20", "maxSize: 10001", "nodePools[0].maxSize", "must be from 0 to 10000, was 10001", 15),
                mistake("workload-type: executor}", "workload-type: true}", "nodePools[0].labels[workload-type]",
                        "must be text, was true without quotes: write \"true\"", 16),
                mistake("workload-type: executor}", "workload-type: 12}", "nodePools[0].labels[workload-type]", "write \"12\"", 16),
                mistake("workload-type: executor}", "workload-type: -x}", "nodePools[0].labels[workload-type]", "must be a label value", 16),
                mistake("workload-type: executor}", "workload-type: }", "nodePools[0].labels[workload-type]", "must be text, was nothing", 16),
                mistake("workload-type: executor}", "'work load': a}", "nodePools[0].labels[work load]", "is no label key", 16),
                mistake("{workload-type: executor}", "[a, b]", "nodePools[0].labels", "must be a mapping of keys to values, was a list", 16),
                mistake("effect: NoSchedule", "effect: NoWay", "nodePools[0].taints[0].effect",
                        "must be NoExecute or NoSchedule or PreferNoSchedule, was 'NoWay'", 17),
                mistake(", effect: NoSchedule", "", "nodePools[0].taints[0].effect", "is required", 17),
                mistake("key: dedicated, ", "", "nodePools[0].taints[0].key", "is required", 17),
                mistake("key: dedicated", "key: a/b/c", "nodePools[0].taints[0].key", "is no label key", 17),
                mistake("value: jobs", "value: true", "nodePools[0].taints[0].value", "write \"true\"", 17),
                mistake("{key: dedicated, value: jobs, effect: NoSchedule}", "'dedicated=jobs'", "nodePools[0].taints[0]",
                        "must be key=value:Effect with effect NoExecute or NoSchedule or PreferNoSchedule, was 'dedicated=jobs'", 17),
                mistake("{key: dedicated, value: jobs, effect: NoSchedule}", "'a=1:NoSchedule', 'a=2:NoSchedule'", "nodePools[0].taints[1]",
                        "the taint a has this effect already", 17),
                mistake("maxPods: 58", "maxPods: 1001", "nodePools[0].maxPods", "must be from 0 to 1000, was 1001", 18),
                mistake("cpu: 200m", "cpu: 200Mi", "nodePools[0].reserved.cpu", "must be a quantity such as 200m or 1.5, was '200Mi'", 19),
                mistake("memory: 700Mi", "memory: 700MB", "nodePools[0].reserved.memory", "must be a quantity such as 700Mi or 2Gi, was '700MB'", 19),
                mistake("memory: 700Mi", "memory: -1", "nodePools[0].reserved.memory", "must be a quantity", 19),
                mistake("memory: 700Mi", "memory: 999999999999999999Ti", "nodePools[0].reserved.memory", "must be a quantity", 19),
                mistake("maxProvisionSeconds: 300", "maxProvisionSeconds: 0", "nodePools[0].maxProvisionSeconds", "must be from 1 to 604800, was 0",
                        20),
                mistake("hourlyPrice: 0.17", "hourlyPrice: -1", "nodePools[0].hourlyPrice", "must be from 0 to 10000, was -1", 21),
                mistake("priority: 7", "priority: high", "nodePools[0].priority", "must be a whole number, was 'high'", 22),
                mistake("idleSeconds: 30", "idleSeconds: -1", "nodePools[0].scaleDown.idleSeconds", "must be from 0 to 604800, was -1", 23),
                mistake("idleSeconds: 30", "drainTimeoutSeconds: 4", "nodePools[0].scaleDown.drainTimeoutSeconds",
                        "must not be below cordonSettleSeconds 5, was 4", 23),
                mistake("idleSeconds: 30", "cordonSettleSeconds: 601", "nodePools[0].scaleDown.drainTimeoutSeconds",
                        "must not be below cordonSettleSeconds 601, was 600", 23),
                mistake("idleSeconds: 30", "trustSeconds: 1", "nodePools[0].scaleDown.trustSeconds", "unknown key", 23),
                mistake("priority: 7", "fallbackPool: spot", "nodePools[0].fallbackPool", "'spot' is this pool itself", 22),
                mistake("priority: 7", "fallbackPool: other", "nodePools[0].fallbackPool", "'other' is no pool of nodePools", 22),
                mistake("priority: 7", "fallbackPool: On_Demand", "nodePools[0].fallbackPool", "must", 22),
                mistake("strategy: least-waste", "balanceSimilarPools: yes", "balanceSimilarPools", "must be true or false, was 'yes'", 24),
                mistake("strategy: least-waste", "balanceSimilarPools: 1", "balanceSimilarPools", "must be true or false", 24),
                mistake("least-waste", "cheapest", "strategy",
                        "must be least-cost or least-nodes or least-waste or priority, was 'cheapest'", 24),
                mistake("0.25", "1.1", "scaleDown.utilizationThreshold", "must be from 0 to 1, was 1.1", 25),
                mistake("0.25", ".nan", "scaleDown.utilizationThreshold", "must be from 0 to 1, was .nan", 25),
                mistake("0.25", "half", "scaleDown.utilizationThreshold", "must be a number, was 'half'", 25),
                mistake("idleSeconds: 90", "drainTimeoutSeconds: 3", "scaleDown.drainTimeoutSeconds",
                        "must not be below cordonSettleSeconds 5, was 3", 25),
                mistake("{idleSeconds: 90, utilizationThreshold: 0.25}", "off", "scaleDown", "must be a mapping of keys to values, was 'off'", 25),
                mistake("intervalMillis: 1000", "intervalMillis: 9", "control.intervalMillis", "must be from 10 to 3600000, was 9", 26),
                mistake("placeholderImage: NOT_YET", "placeholderImage: ''", "placeholderImage", "must not be empty", 27));
    }

    private static Arguments mistake(String written, String instead, String path, String message, int line) {
        return Arguments.of(instead.strip(), GOOD.replace(written, instead), path, message, line);
    }

    @ParameterizedTest(name = "{0} -> {2}: {3}")
    @MethodSource("mistakes")
    void aMistakeIsNamedWithItsPathRuleValueAndLine(String instead, String yaml, String path, String message, int line) {
        assertThat(yaml).isNotEqualTo(GOOD);
        assertThat(problems(yaml)).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo(path);
            assertThat(problem.message()).contains(message);
            assertThat(problem.line()).isEqualTo(line);
        });
    }

    @ParameterizedTest(name = "a to {0}, b to {1}, c to {2}: {3}")
    @CsvSource(delimiter = '|', value = {"'' | '' | '' | ''", "b | c | '' | ''", "c | c | '' | ''", "b | a | '' | 0: a -> b -> a",
            "b | c | a | 0: a -> b -> c -> a",
            "b | c | b | 1: b -> c -> b"})
    void fallbacksDoNotGoRoundInACircle(String a, String b, String c, String circle) {
        var names = List.of("a", "b", "c");
        var to = List.of(a, b, c);
        var yaml = new StringBuilder("redis: {url: redis://cache}\nnodePools:\n");
        for (int i = 0; i < 3; i++) {
            yaml.append(
                    "- {name: %s, autoScalingGroup: group-%s, maxSize: 1, fallbackPool: '%s'}\n".formatted(names.get(i), names.get(i), to.get(i)));
        }
        if (circle.isEmpty()) {
            assertThat(ConfigReader.read(yaml.toString())).isInstanceOf(ConfigReader.Valid.class);
            return;
        }
        assertThat(problems(yaml.toString())).singleElement()
                .satisfies(problem -> assertThat(problem.path().replaceAll("\\D", "") + ": " + problem.message())
                        .isEqualTo(circle.charAt(0) + ": goes round in a circle: " + circle.substring(3)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', value = {
            "http://cache:6379            | must start with redis:// or rediss://, was 'http://cache:6379'",
            "cache:6379                   | must start with redis:// or rediss://",
            "redis://                     | must be redis://[user@]host:port/db",
            "redis:///0                   | must name a host",
            "redis://my_cache:6379        | must name a host",
            "redis://cache:0              | must have a port from 1 to 65535, was 0",
            "redis://cache:65536          | must have a port from 1 to 65535, was 65536",
            "redis://cache:6379/zero      | must end in a database number",
            "redis://cache:6379/0?ssl=1   | must not have a query or fragment",
            "redis://:hunter2@cache:6379  | must not hold a password: put it in passwordFile",
            "redis://me:hunter2@cache     | must not hold a password: put it in passwordFile",
            "redis://me:hun ter2@cache    | must be redis://[user@]host:port/db",
            "redis://me:hunter2/x@cache/0 | must"})
    void aRedisUrlIsCheckedAndItsPasswordNeverRepeated(String url, String message) {
        var written = problems(GOOD.replace("redis://scaler@cache:6380/2", url));
        assertThat(written).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo("redis.url");
            assertThat(problem.message()).contains(message).doesNotContain("hunter2").doesNotContain("hun ter2");
        });
        assertThat(((Invalid) ConfigReader.read(GOOD, Map.of("REDIS_URL", url))).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo("REDIS_URL");
            assertThat(problem.message()).contains(message);
        });
    }

    @Test
    void aUserInTheUrlAndInAFileIsOneTooMany() {
        assertThat(problems(GOOD.replace("6380/2\"", "6380/2\", usernameFile: /run/user"))).singleElement()
                .returns("redis.usernameFile", Problem::path);
    }

    @Test
    void theEnvironmentsRedisUrlReplacesTheWrittenOneWhichMayThenBeMissing() {
        var environment = Map.of("REDIS_URL", "rediss://elsewhere/3");
        assertThat(((Valid) ConfigReader.read(GOOD, environment)).config().redis().url()).isEqualTo("rediss://elsewhere:6379/3");
        var without = GOOD.substring(GOOD.indexOf('\n') + 1);
        assertThat(ConfigReader.read(without, environment)).isInstanceOf(Valid.class);
        assertThat(problems(without)).singleElement().hasToString("redis.url: is required, or REDIS_URL in the environment (line 1)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   \n", "# nothing but a comment\n", "null", "---\n", "~"})
    void anEmptyTextIsSaidToBeEmpty(String yaml) {
        assertThat(problems(yaml)).singleElement().hasToString("is empty: at least redis and one executor or node pool are needed");
    }

    @Test
    void aConfigWithNothingToScaleIsAMistake() {
        assertThat(problems("redis: {url: redis://cache:6379}\nexecutors: []")).singleElement()
                .hasToString("executors: is required: at least one executor or one node pool, or autoDiscovery (line 2)");
    }

    @Test
    void executorsWithoutPoolsAndPoolsWithoutExecutorsAreFine() {
        var pools = GOOD.indexOf("nodePools:");
        assertThat(ConfigReader.read(GOOD.substring(0, pools))).isInstanceOf(Valid.class);
        assertThat(ConfigReader.read("redis: {url: 'redis://cache:6379'}\n" + GOOD.substring(pools))).isInstanceOf(Valid.class);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
            "'redis: [1, 2'           | is not YAML | 1",
            "'a: 1\nb: \"open'        | is not YAML | 2",
            "'redis:\n\turl: x'       | is not YAML: a tab stands where only spaces may at column 1 | 2",
            "'a:\n- b: 1\n   c: 2'    | is not YAML: a key stands where none may be | 3",
            "'a:\n- b: [1]\n   c: 2'  | is not YAML: this line is indented otherwise than those that it belongs to | 3",
            "'redis: {{ .Values.b }}' | a key must be plain text | 1",
            "'a: *nowhere'            | is not YAML | 1",
            "'a: 1\n---\nb: 2'        | must be one YAML document, here starts a second one | 2",
            "'just words'             | must be a mapping of keys to values, was 'just words' | 1",
            "'[a, b]'                 | must be a mapping of keys to values, was a list | 1"})
    void whatIsNoYamlIsSaidWithItsLine(String yaml, String message, int line) {
        assertThat(problems(yaml).getFirst()).satisfies(problem -> {
            assertThat(problem.message()).contains(message);
            assertThat(problem.line()).isEqualTo(line);
        });
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', value = {"scaleDown: {idleSeconds: 5m} | of seconds, was '5m': write 300",
            "scaleDown: {idleSeconds: \"1d\"} | of seconds, was '1d': write 86400",
            "scaleDown: {trustSeconds: 60s} | of seconds, was '60s': write 60",
            "scaleDown: {idleSeconds: 500ms} | of seconds, was '500ms'", "scaleDown: {idleSeconds: 1h30m} | of seconds, was '1h30m'",
            "control: {intervalMillis: 5s} | of milliseconds, was '5s': write 5000",
            "control: {queuePollMillis: 20ms} | of milliseconds, was '20ms': write 20",
            "priorityCutoff: 5m | , was '5m'", "priorityCutoff: \"-5\" | , was '-5'"})
    void aTimeWithAUnitIsToldAsTheNumberThatItMeans(String written, String message) {
        var pools = GOOD.substring(GOOD.indexOf("nodePools:")).lines().takeWhile(line -> line.startsWith("nodePools:") || line.matches("[ -].*"))
                .collect(java.util.stream.Collectors.joining("\n"));
        assertThat(problems("redis: {url: 'redis://cache:6379'}\n" + written + "\n" + pools)).singleElement()
                .returns("must be a whole number" + (message.startsWith(",") ? message : " " + message), Problem::message);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', nullValues = "-", value = {"ConfigMap | is a ConfigMap, not a config: the config is the text in its data",
            "Deployment | is a Kubernetes manifest of kind Deployment, not a config",
            "'{a: b}' | is a Kubernetes manifest of kind unknown, not a config",
            "ScaledObject | is a Kubernetes manifest of kind ScaledObject, not a config: executor-scaler import --from keda FILE makes one of it"})
    void anotherFileIsOneProblemThatSaysWhatItIs(String kind, String message) {
        var manifest = "apiVersion: v1\nkind: " + kind + "\nmetadata: {name: a}\nspec: {b: c}\n";
        assertThat(problems(manifest)).singleElement().satisfies(problem -> assertThat(problem.message()).startsWith(message));
        assertThat(problems("kind: x\n")).hasSizeGreaterThan(1);
    }

    @Test
    void valuesOfTheChartAreToldFromAConfig() {
        assertThat(problems("image: {tag: a}\nconfig:\n  redis: {url: 'redis://cache:6379'}\n")).singleElement()
                .hasToString("holds chart values, not a config: the config is what stands below their key config (line 1)");
        assertThat(problems("config: {a: b}\n")).hasSizeGreaterThan(1);
    }

    @Test
    void textsMadeToExhaustUsAreRefused() {
        assertThat(problems("#" + "x".repeat(1 << 20))).singleElement().hasToString("must not be larger than 1 MiB");
        assertThat(problems("[".repeat(500_000))).singleElement().returns("is nested deeper than 20 levels", Problem::message);
        assertThat(problems("a: &a [x]\nb: [" + "*a,".repeat(101) + "]")).singleElement().returns("has more than 100 aliases", Problem::message);
        assertThat(problems("redis: &r\n  self: *r\n")).isNotEmpty();
        assertThat(problems("executors: [" + "{},".repeat(10_000) + "]")).hasSize(101).last()
                .satisfies(problem -> assertThat(problem.message()).matches("and [0-9]+ further problems"));
    }

    @Test
    void everyProblemIsListedAtOnceInTheOrderOfTheLines() {
        var problems = problems("""
                redis: {url: "redis://:secret@cache"}
                executors:
                - name: a
                  deployment: jobs/same
                  queue: {kind: list, waiting: w, running: r}
                  jobsPerPood: 2
                  maxReplicas: 5
                - name: a
                  deployment: jobs/same
                  queue: {kind: list, waiting: w, running: r2}
                  maxReplicas: five
                nodePools:
                - name: p
                  autoScalingGroup: g
                  maxSize: 3
                - name: p
                  autoScalingGroup: g
                  maxSize: 3
                control: {intervalMillis: 0}
                """);
        assertThat(problems).map(Problem::toString).containsExactly(
                "redis.url: must not hold a password: put it in passwordFile (line 1)",
                "executors[0].jobsPerPood: unknown key; did you mean jobsPerPod? (line 6)",
                "executors[1].name: 'a' is the name of executors[0] already (line 8)",
                "executors[1].deployment: 'jobs/same' is scaled by executors[0] already: two executors would fight over it (line 9)",
                "executors[1].queue.waiting: 'w' is executors[0].queue.waiting already: its jobs would be counted twice (line 10)",
                "executors[1].maxReplicas: must be a whole number, was 'five' (line 11)",
                "nodePools[1].name: 'p' is the name of nodePools[0] already (line 16)",
                "nodePools[1].autoScalingGroup: 'g' is the group of nodePools[0] already: two pools would fight over its size (line 17)",
                "control.intervalMillis: must be from 10 to 3600000, was 0 (line 19)");
    }

    @Test
    void aGoodConfigIsReadAsWritten() {
        var config = config(GOOD);
        assertThat(config.redis().url()).isEqualTo("redis://scaler@cache:6380/2");
        assertThat(config.executors()).containsExactly(new ExecutorConfig("render", "jobs", "render",
                new QueueConfig.Lists("jobs", "jobs:running", "", QueueConfig.TimeUnit.SECONDS), 3, 1, 9));
        assertThat(config.nodePools()).containsExactly(new PoolConfig("spot", "group-a", "c5.2xlarge", CapacityType.SPOT, 2, 20,
                new TreeMap<>(Map.of("workload-type", "executor")), List.of(new TaintConfig("dedicated", "jobs", Effect.NO_SCHEDULE)), 58,
                new Reserved(200, 700L << 20), 300, OptionalDouble.of(0.17), 7).with(
                        new PoolScaleDown(OptionalInt.of(30), OptionalInt.empty(),
                                OptionalInt.empty(), OptionalDouble.empty(), OptionalInt.empty(), OptionalInt.of(60))));
        assertThat(config.strategy()).isEqualTo(Config.Strategy.LEAST_WASTE);
        assertThat(config.scaleDown()).isEqualTo(new ScaleDownConfig(60, 90, 5, 600, 0.25, 60));
        assertThat(config.control()).isEqualTo(new ControlConfig(1000, 50, 10));
        assertThat(config.placeholderImage()).isEqualTo("NOT_YET");
    }

    @Test
    void whatIsLeftOutOrHasNoValueHasItsDefault() {
        var config = config("""
                redis: {url: redis://cache, timeoutMillis: }
                executors:
                - {name: a, deployment: n/a, queue: {kind: list, waiting: w, running: r, delayed: ""}, maxReplicas: 4}
                nodePools:
                - {name: p, autoScalingGroup: g, maxSize: 3, labels: , taints: , instanceType: ""}
                scaleDown:
                """);
        assertThat(config.redis()).isEqualTo(new RedisConfig("redis://cache:6379", "", "", "", 1000));
        assertThat(config.executors()).containsExactly(
                new ExecutorConfig("a", "n", "a", new QueueConfig.Lists("w", "r", "", QueueConfig.TimeUnit.SECONDS), 2, 0, 4));
        assertThat(config.nodePools()).containsExactly(new PoolConfig("p", "g", "", CapacityType.ON_DEMAND, 0, 3, new TreeMap<>(), List.of(), 0,
                Reserved.BY_FORMULA, OptionalInt.empty(), OptionalDouble.empty(), 0, PoolScaleDown.NONE, ""));
        assertThat(config.scaleDown()).isEqualTo(ScaleDownConfig.DEFAULT);
        assertThat(config.control()).isEqualTo(ControlConfig.DEFAULT);
        assertThat(config.placeholderImage()).isEqualTo("TO_BE_DEPLOYED");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"'busy: lease', LEASE, false, 0", "'busy: none', NONE, false, 0", "'longestJobSeconds: 9', NONE, false, 9",
            "'drainsOnSigterm: true, longestJobSeconds: 900', NONE, true, 900"})
    void whatWorkersTellAndDo(String written, WorkerConfig.BusySource busy, boolean drains, int longest) {
        assertThat(config(GOOD.replace("jobsPerPod: 3", written.replace(", ", "\n  "))).executors().getFirst().worker())
                .isEqualTo(new WorkerConfig(busy, drains, longest));
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = '|', value = {"days: [Mon-Fri], | MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY", "days: [Sat-Mon], | SATURDAY SUNDAY MONDAY",
            "days: [Tue, Sun], | TUESDAY SUNDAY", "'' | MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY SUNDAY"})
    void daysOfASchedule(String written, String days) {
        var executor = config(GOOD.replace("jobsPerPod: 3", SCHEDULE.replace("days: [Mon-Fri],", written))).executors().getFirst();
        assertThat(executor.schedules()).containsExactly(new Schedule(Arrays.stream(days.split(" ", -1)).map(DayOfWeek::valueOf).toList(),
                LocalTime.of(8, 0), LocalTime.of(18, 0), ZoneId.of("Europe/Berlin"), 4));
    }

    @Test
    void aListForEachPodIsNamedWithThePodInIt() {
        var yaml = GOOD.replace("jobs:running", "jobs:{pod}").replace("jobsPerPod: 3", "busy: queue");
        assertThat(config(yaml).executors().getFirst().worker().busy()).isEqualTo(WorkerConfig.BusySource.QUEUE);
    }

    @ParameterizedTest(name = "{0} is {1}={2}:{3}")
    @CsvSource({"dedicated=jobs:NoSchedule, dedicated, jobs, NO_SCHEDULE", "nvidia.com/gpu:NoExecute, nvidia.com/gpu, '', NO_EXECUTE",
            "a=:PreferNoSchedule, a, '', PREFER_NO_SCHEDULE", "'{key: a, effect: NoExecute}', a, '', NO_EXECUTE"})
    void taintsAreWrittenAsKubectlOrAsANodeWritesThem(String written, String key, String value, Effect effect) {
        var yaml = GOOD.replace("{key: dedicated, value: jobs, effect: NoSchedule}", written.startsWith("{") ? written : "\"" + written + "\"");
        assertThat(config(yaml).nodePools().getFirst().taints()).containsExactly(new TaintConfig(key, value, effect));
    }

    @ParameterizedTest(name = "cpu {0} is {1}m, memory {2} is {3} bytes")
    @CsvSource({"200m, 200, 700Mi, 734003200", "2, 2000, 1Gi, 1073741824", "0.5, 500, 2G, 2000000000", "0.0001, 1, 1.5Ki, 1536",
            "\"1\", 1000, 123456, 123456", "0, 0, 0, 0"})
    void quantitiesAreReadAsKubernetesReadsThem(String cpu, long millis, String memory, long bytes) {
        var yaml = GOOD.replace("{cpu: 200m, memory: 700Mi}", "{cpu: " + cpu + ", memory: " + memory + "}");
        assertThat(config(yaml).nodePools().getFirst().reserved()).isEqualTo(new Reserved(millis, bytes));
    }

    @Test
    void aTaintMayBeSharedThroughAnAnchor() {
        var yaml = GOOD.replace("[{key: dedicated", "[&t {key: dedicated").replace("strategy:",
                "- {name: other, autoScalingGroup: group-b, maxSize: 1, taints: [*t]}\nstrategy:");
        assertThat(config(yaml).nodePools()).extracting(PoolConfig::taints)
                .containsOnly(List.of(new TaintConfig("dedicated", "jobs", Effect.NO_SCHEDULE)));
    }

    @Test
    void thePlatformExampleIsValid() {
        var config = config(RepoFiles.read("docs/examples/platform.yaml"));
        assertThat(config.executors()).extracting(ExecutorConfig::path).containsExactly("production-platform/executor");
        assertThat(config.nodePools()).extracting(PoolConfig::name).containsExactly("general-purpose", "compute-optimized", "gpu-nodes");
        assertThat(config.nodePools()).extracting(PoolConfig::instanceType).containsExactly("t3.large", "c5.2xlarge", "g4dn.xlarge");
        assertThat(config.nodePools()).extracting(PoolConfig::minSize).containsExactly(2, 0, 0);
        assertThat(config.nodePools()).extracting(PoolConfig::maxSize).containsExactly(10, 20, 5);
    }

    @Test
    void problemsNeverShowTheValueOfAnUnknownKey() {
        assertThat(problems(GOOD.replace("redis: {", "redis: {passwort: hunter2, ")).toString()).doesNotContain("hunter2");
    }

    private static Config config(String yaml) {
        var result = ConfigReader.read(yaml);
        assertThat(result).isInstanceOf(Valid.class);
        return ((Valid) result).config();
    }

    private static List<Problem> problems(String yaml) {
        var result = ConfigReader.read(yaml);
        assertThat(result).isInstanceOf(Invalid.class);
        return ((Invalid) result).problems();
    }

    @Test
    void tagsAreEnoughForPools() {
        var result = ConfigReader.read("""
                redis: {url: redis://cache}
                autoDiscovery: {tags: [k8s.io/cluster-autoscaler/enabled, k8s.io/cluster-autoscaler/my=owned=yes, any=]}
                """);
        assertThat(result).isInstanceOfSatisfying(Valid.class, valid -> assertThat(valid.config().autoDiscovery().tags()).containsExactly(
                new AutoDiscovery.Tag("k8s.io/cluster-autoscaler/enabled", ""), new AutoDiscovery.Tag("k8s.io/cluster-autoscaler/my", "owned=yes"),
                new AutoDiscovery.Tag("any", "")));
    }
}
