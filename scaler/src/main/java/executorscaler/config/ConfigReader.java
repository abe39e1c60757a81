package executorscaler.config;

import executorscaler.config.PoolConfig.CapacityType;
import executorscaler.config.PoolConfig.Reserved;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * YAML to {@link Config}. Finds every problem in one pass: a value that is wrong is noted and replaced by a stand-in so that reading goes on, and a
 * config with any problem is not handed out. Which keys there are is in {@link Keys}, what contradicts what in {@link CrossChecks}.
 */
public final class ConfigReader {

    /** Environment variable that replaces {@code redis.url}, for charts and compose files that hand the address to every service this way. */
    public static final String REDIS_URL = "REDIS_URL";

    /** What became of a text. */
    public sealed interface Result {}

    /** A config to work with. */
    public record Valid(Config config) implements Result {}

    /** Everything that is wrong with the text, in the order of its lines; never empty. */
    public record Invalid(List<Problem> problems) implements Result {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }

    private static final int MAX_NODES = 10_000;
    private static final int MAX_PRICE = 10_000;
    static final int WEEK_IN_SECONDS = 7 * 24 * 3600;
    private static final int HOUR_IN_MILLIS = 3600 * 1000;

    private static final NavigableMap<String, CapacityType> CAPACITY_TYPES = new TreeMap<>(
            Map.of("on-demand", CapacityType.ON_DEMAND, "spot", CapacityType.SPOT));

    private static final NavigableMap<String, Config.Strategy> STRATEGIES = new TreeMap<>(
            Map.of("least-cost", Config.Strategy.LEAST_COST, "priority", Config.Strategy.PRIORITY, "least-waste", Config.Strategy.LEAST_WASTE,
                    "least-nodes", Config.Strategy.LEAST_NODES));

    private ConfigReader() {}

    /** Reads a text as it stands, without an environment. */
    public static Result read(String yaml) {
        return read(yaml, Map.of());
    }

    /** Reads a text; {@value #REDIS_URL} in the environment replaces {@code redis.url}. */
    public static Result read(String yaml, Map<String, String> environment) {
        var problems = new Problems();
        var config = YamlText.parse(yaml.startsWith("\uFEFF") ? yaml.substring(1) : yaml, problems)
                .filter(root -> {
                    var other = OtherFiles.complaint(root);
                    if (!other.isEmpty()) root.problem(other);
                    return other.isEmpty();
                }).map(root -> config(root.section(), environment.getOrDefault(REDIS_URL, ""), problems));
        return config.isPresent() && problems.isEmpty() ? new Valid(config.get()) : new Invalid(problems.inOrder());
    }

    /** The path of every key that the reader knows, without indexes: {@code executors[].queue.kind}. docs/configuration.md has one row for each. */
    public static List<String> keyPaths() {
        return Keys.paths();
    }

    private static Config config(YamlSection root, String redisUrl, Problems problems) {
        var redis = redis(root.section("redis"), redisUrl, problems);
        var executors = read(root, "executors", ExecutorReader::read);
        var scaleDown = scaleDown(root.section("scaleDown"));
        var pools = read(root, "nodePools", pool -> pool(pool, scaleDown));
        var discovery = root.has("autoDiscovery") ? autoDiscovery(root.section("autoDiscovery")) : AutoDiscovery.NONE;
        if (nothingIn(root, "executors") && nothingIn(root, "nodePools") && !root.has("autoDiscovery")) {
            root.missing("executors", ": at least one executor or one node pool, or autoDiscovery");
        }
        var control = control(root.section("control"));
        var placeholder = root.text("placeholderImage", Rule.NOT_EMPTY).orElse(Config.DEFAULT_PLACEHOLDER_IMAGE);
        int cutoff = root.whole("priorityCutoff", Integer.MIN_VALUE, 1_000_000_000).orElse(Config.DEFAULT_PRIORITY_CUTOFF);
        CrossChecks.executors(executors);
        CrossChecks.pools(pools);
        var strategy = root.choice("strategy", STRATEGIES).orElse(Config.Strategy.LEAST_COST);
        boolean balance = root.flag("balanceSimilarPools").orElse(false);
        boolean nominate = root.flag("nominatePods").orElse(true);
        boolean protect = root.flag("scaleInProtection").orElse(true);
        boolean delete = root.flag("deleteNodes").orElse(false);
        return new Config(redis, values(executors), values(pools), scaleDown, control, placeholder, cutoff, strategy, discovery, balance, nominate,
                protect, delete, notices(root.section("notices")));
    }

    private static RedisConfig redis(YamlSection redis, String fromEnvironment, Problems problems) {
        var written = redis.text("url", url -> url.isEmpty() ? "" : RedisUrl.complaint(url)).orElse("");
        if (!fromEnvironment.isBlank()) {
            var complaint = RedisUrl.complaint(fromEnvironment);
            if (!complaint.isEmpty()) problems.add(REDIS_URL, 0, complaint);
        } else if (written.isEmpty() && redis.get("url").filter(url -> !url.isEmptyText()).isEmpty()) {
            redis.missing("url", ", or " + REDIS_URL + " in the environment");
        }
        var inForce = fromEnvironment.isBlank() ? written : fromEnvironment.strip();
        boolean usable = !inForce.isEmpty() && RedisUrl.complaint(inForce).isEmpty();
        var usernameFile = redis.text("usernameFile", Rule.ANY).orElse("");
        if (usable && !usernameFile.isEmpty() && RedisUrl.namesUser(inForce)) {
            redis.problem("usernameFile", "names a user, and so does the URL: keep one of them");
        }
        return new RedisConfig(usable ? RedisUrl.withPort(inForce) : "", usernameFile, redis.text("passwordFile", Rule.ANY).orElse(""),
                redis.text("caFile", Rule.ANY).orElse(""), redis.whole("timeoutMillis", 1, 60_000).orElse(RedisConfig.DEFAULT_TIMEOUT_MILLIS));
    }

    private static PoolConfig pool(YamlSection pool, ScaleDownConfig scaleDown) {
        var name = pool.requiredText("name", Rule.DNS_LABEL).orElse("");
        var group = pool.requiredText("autoScalingGroup", Rule.GROUP_NAME).orElse("");
        var instanceType = pool.text("instanceType", type -> type.isEmpty() ? "" : Rule.INSTANCE_TYPE.complaint(type)).orElse("");
        var capacityType = pool.choice("capacityType", CAPACITY_TYPES).orElse(CapacityType.ON_DEMAND);
        var size = Range.read(pool, "minSize", "maxSize", MAX_NODES);
        var labels = labels(pool);
        var taints = Taints.read(pool);
        int maxPods = pool.whole("maxPods", 0, 1000).orElse(0);
        var reserved = reserved(pool.section("reserved"));
        var maxProvisionSeconds = pool.whole("maxProvisionSeconds", 1, WEEK_IN_SECONDS);
        var price = pool.number("hourlyPrice", 0, MAX_PRICE);
        int priority = pool.whole("priority", -1000, 1000).orElse(0);
        var fallback = pool.text("fallbackPool", written -> written.isEmpty() ? "" : Rule.DNS_LABEL.complaint(written)).orElse("");
        return new PoolConfig(name, group, instanceType, capacityType, size.least(), size.most(), labels, taints, maxPods, reserved,
                maxProvisionSeconds, price, priority, scaleDown(pool.section("scaleDown"), scaleDown), fallback);
    }

    private static AutoDiscovery autoDiscovery(YamlSection discovery) {
        if (nothingIn(discovery, "tags")) discovery.missing("tags", ": at least one, or every group of the account would be a pool");
        var tags = new ArrayList<AutoDiscovery.Tag>();
        for (var item : discovery.items("tags")) {
            YamlSection.checked(item, Rule.TAG).ifPresent(text -> {
                var parts = text.split("=", 2);
                if (tags.stream().anyMatch(tag -> tag.key().equals(parts[0]))) item.problem("the tag '" + parts[0] + "' is asked for already");
                tags.add(new AutoDiscovery.Tag(parts[0], parts.length == 2 ? parts[1] : ""));
            });
        }
        return new AutoDiscovery(tags);
    }

    private static SortedMap<String, String> labels(YamlSection pool) {
        var labels = new TreeMap<String, String>();
        var entries = pool.get("labels").map(YamlValue::entries);
        if (entries.isPresent()) {
            entries.get().forEach((key, value) -> {
                var complaint = Rule.LABEL_KEY.complaint(key);
                if (!complaint.isEmpty()) value.problem(complaint);
                YamlSection.checked(value, Rule.LABEL_VALUE).ifPresent(text -> labels.put(key, text));
            });
        }
        return labels;
    }

    private static Reserved reserved(YamlSection reserved) {
        return new Reserved(quantity(reserved, "cpu", Quantity::cpuMillis, "200m or 1.5", Reserved.BY_FORMULA.cpuMillis()),
                quantity(reserved, "memory", Quantity::memoryBytes, "700Mi or 2Gi", Reserved.BY_FORMULA.memoryBytes()));
    }

    private static long quantity(YamlSection section, String key, Function<String, OptionalLong> parse, String examples, long otherwise) {
        var written = section.get(key).flatMap(YamlValue::written);
        if (written.isEmpty()) return otherwise;
        var amount = parse.apply(written.get());
        if (amount.isEmpty()) section.problem(key, "must be a quantity such as " + examples + ", was '" + YamlValue.printable(written.get()) + "'");
        return amount.orElse(otherwise);
    }

    private static ScaleDownConfig scaleDown(YamlSection scaleDown) {
        var otherwise = ScaleDownConfig.DEFAULT;
        int settle = seconds(scaleDown, "cordonSettleSeconds", otherwise.cordonSettleSeconds());
        int drain = seconds(scaleDown, "drainTimeoutSeconds", otherwise.drainTimeoutSeconds());
        drainsAfterSettling(scaleDown, drain, settle);
        return new ScaleDownConfig(seconds(scaleDown, "stabilizationWindowSeconds", otherwise.stabilizationWindowSeconds()),
                seconds(scaleDown, "idleSeconds", otherwise.idleSeconds()), settle, drain,
                scaleDown.number("utilizationThreshold", 0, 1).orElse(otherwise.utilizationThreshold()),
                seconds(scaleDown, "trustSeconds", otherwise.trustSeconds()),
                seconds(scaleDown, "minNodeLifetimeSeconds", otherwise.minNodeLifetimeSeconds()),
                seconds(scaleDown, "unreadySeconds", otherwise.unreadySeconds()));
    }

    private static PoolScaleDown scaleDown(YamlSection own, ScaleDownConfig ofAll) {
        var settle = seconds(own, "cordonSettleSeconds");
        var drain = seconds(own, "drainTimeoutSeconds");
        // Where the pool says neither, what is wrong is wrong above.
        if (settle.isPresent() || drain.isPresent())
            drainsAfterSettling(own, drain.orElse(ofAll.drainTimeoutSeconds()), settle.orElse(ofAll.cordonSettleSeconds()));
        return new PoolScaleDown(seconds(own, "idleSeconds"), settle, drain, own.number("utilizationThreshold", 0, 1),
                seconds(own, "minNodeLifetimeSeconds"), seconds(own, "unreadySeconds"));
    }

    private static void drainsAfterSettling(YamlSection section, int drain, int settle) {
        if (drain >= settle) return;
        section.problem("drainTimeoutSeconds", "must not be below cordonSettleSeconds " + settle + ", was " + drain
                + ": every node would be given back before it is drained");
    }

    private static OptionalInt seconds(YamlSection section, String key) {
        return section.whole(key, 0, WEEK_IN_SECONDS);
    }

    private static int seconds(YamlSection section, String key, int otherwise) {
        return seconds(section, key).orElse(otherwise);
    }

    private static NoticesConfig notices(YamlSection notices) {
        return new NoticesConfig(notices.text("queueUrl", NoticesConfig.QUEUE_URL).orElse(""),
                notices.whole("rebalanceSeconds", 0, WEEK_IN_SECONDS).orElse(NoticesConfig.DEFAULT_REBALANCE_SECONDS));
    }

    private static ControlConfig control(YamlSection control) {
        var otherwise = ControlConfig.DEFAULT;
        return new ControlConfig(control.whole("intervalMillis", 10, HOUR_IN_MILLIS).orElse(otherwise.intervalMillis()),
                control.whole("queuePollMillis", 5, HOUR_IN_MILLIS).orElse(otherwise.queuePollMillis()),
                control.whole("cloudPollSeconds", 1, 3600).orElse(otherwise.cloudPollSeconds()));
    }

    /** A value and the section it was read from, which knows the lines. */
    record Located<T>(T value, YamlSection section) {}

    private static <T> List<Located<T>> read(YamlSection root, String key, Function<YamlSection, T> reader) {
        var read = new ArrayList<Located<T>>();
        for (var section : root.sections(key)) read.add(new Located<>(reader.apply(section), section));
        return read;
    }

    private static <T> List<T> values(List<Located<T>> located) {
        return located.stream().map(Located::value).toList();
    }

    private static boolean nothingIn(YamlSection root, String key) {
        Optional<YamlValue> list = root.get(key);
        return list.isEmpty() || list.get().isEmptyList();
    }
}
