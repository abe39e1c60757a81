package executorscaler.config;

import java.util.List;

/**
 * What the operator asked for: one value, complete and free of contradictions. Made by {@link ConfigReader} from YAML; docs/configuration.md explains every key.
 *
 * @param placeholderImage an executor with a container of this image name awaits its first deployment (rule S14)
 */
public record Config(RedisConfig redis, List<ExecutorConfig> executors, List<PoolConfig> nodePools, ScaleDownConfig scaleDown, ControlConfig control,
        String placeholderImage) {

    /** Default of {@link #placeholderImage()}. */
    public static final String DEFAULT_PLACEHOLDER_IMAGE = "TO_BE_DEPLOYED";

    public Config {
        executors = List.copyOf(executors);
        nodePools = List.copyOf(nodePools);
    }
}
