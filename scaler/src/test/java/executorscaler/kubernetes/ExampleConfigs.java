package executorscaler.kubernetes;

import executorscaler.config.Config;
import executorscaler.config.ControlConfig;
import executorscaler.config.ExecutorConfig;
import executorscaler.config.QueueConfig;
import executorscaler.config.RedisConfig;
import executorscaler.config.ScaleDownConfig;
import java.util.List;

/** Configs of which only the executors matter. */
final class ExampleConfigs {

    private ExampleConfigs() {}

    static ExecutorConfig executor(String name, String namespace, String deployment) {
        return new ExecutorConfig(name, namespace, deployment, new QueueConfig.Lists("waiting", "running", "", QueueConfig.TimeUnit.SECONDS), 1, 0,
                100);
    }

    static Config config(ExecutorConfig... executors) {
        return new Config(new RedisConfig("redis://127.0.0.1:6379", "", "", "", 100), List.of(executors), List.of(), ScaleDownConfig.DEFAULT,
                ControlConfig.DEFAULT, "TO_BE_DEPLOYED", Config.DEFAULT_PRIORITY_CUTOFF);
    }
}
