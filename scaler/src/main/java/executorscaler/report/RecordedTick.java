package executorscaler.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import executorscaler.config.Config;
import executorscaler.config.RedisConfig;
import executorscaler.loop.Tick;
import executorscaler.plan.Memory;
import executorscaler.snapshot.Snapshot;

/**
 * A tick as it is recorded, one line of JSON: all that its plan was made of, and the plan. The way to Redis is left out but for its address.
 *
 * @param memory that the tick began with
 * @param plan as {@link PlanJson} writes it
 * @param lost ticks that were not recorded since the last one, because writing was too slow
 */
public record RecordedTick(long number, Config config, Snapshot snapshot, Memory memory, JsonNode plan, long lost) {

    private static final int VERSION = 1;

    static RecordedTick of(Tick tick, Memory before, long lost) {
        return new RecordedTick(tick.number(), withoutSecrets(tick.config().config()), tick.snapshot(), before, PlanJson.tree(tick.plan()), lost);
    }

    /** One line, not ended. */
    String line() {
        var line = Json.object().put("version", VERSION).put("number", number).put("lost", lost);
        line.set("config", RecordJson.write(config));
        line.set("snapshot", RecordJson.write(snapshot));
        line.set("memory", RecordJson.write(memory));
        line.set("plan", plan);
        return Json.compact(line);
    }

    /**
     * The tick in a line.
     *
     * @throws IllegalArgumentException with what is wrong, where there is none that this version can read
     */
    public static RecordedTick parse(String line) {
        try {
            var node = Json.parse(line);
            if (node.path("version").asInt() != VERSION)
                throw new IllegalArgumentException("is no tick that was recorded by a version like this one");
            return new RecordedTick(node.path("number").asLong(), RecordJson.read(node.path("config"), Config.class),
                    RecordJson.read(node.path("snapshot"), Snapshot.class), RecordJson.read(node.path("memory"), Memory.class), node.path("plan"),
                    node.path("lost").asLong());
        } catch (JsonProcessingException noJson) {
            throw new IllegalArgumentException("is no JSON: " + noJson.getOriginalMessage(), noJson);
        } catch (RecordJson.Unreadable other) {
            throw new IllegalArgumentException("cannot be read by this version: " + other.getMessage(), other);
        }
    }

    private static Config withoutSecrets(Config config) {
        var redis = new RedisConfig(config.redis().display(), "", "", "", config.redis().timeoutMillis());
        return new Config(redis, config.executors(), config.nodePools(), config.scaleDown(), config.control(), config.placeholderImage(),
                config.priorityCutoff(), config.strategy(), config.autoDiscovery(), config.balanceSimilarPools(), config.nominatePods(),
                config.scaleInProtection(), config.deleteNodes(), config.notices());
    }
}
