package testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The executable jar, from the outside. */
@Tag("control-plane")
class MainIT {
    private static final String JAR = System.getProperty("testbed.jar", "target/testbed.jar");

    @TempDir
    Path folder;

    @ParameterizedTest(name = "killed hard: {0}")
    @ValueSource(booleans = {false, true})
    @RequiresTool({"go", "python"})
    void nothingStaysBehind(boolean hard) throws Exception {
        Path config = Files.writeString(folder.resolve("config.yaml"), """
                executors: [{deployment: production-platform/executor}]
                nodePools: [{name: a, autoScalingGroup: a, instanceType: t3.large, minSize: 1, maxSize: 2}]
                """);
        Path out = folder.resolve("out");
        Process process = java(out, "up", "--dir", folder.toString(), "--config", config.toString(), "--boot-seconds", "1");
        List<ProcessHandle> children;
        Path bed;
        try {
            await().atMost(Duration.ofSeconds(60)).until(() -> !process.isAlive() || Files.readAllLines(out).contains("ready"));
            assertThat(process.isAlive()).as(Files.readString(out)).isTrue();
            String env = Files.readString(folder.resolve("env"));
            assertThat(env.lines().map(line -> line.substring("export ".length(), line.indexOf('=')))).containsExactlyInAnyOrder("KUBECONFIG",
                    "REDIS_URL", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
            String kubeconfig = env.lines().filter(line -> line.startsWith("export KUBECONFIG=")).findFirst().orElseThrow();
            bed = Path.of(kubeconfig.substring("export KUBECONFIG=".length())).resolve("../..").normalize();
            children = process.descendants().toList();
            assertThat(children.size()).isGreaterThanOrEqualTo(7);
        } finally {
            if (hard) {
                process.destroyForcibly();
            } else {
                process.destroy();
            }
        }

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(hard ? 137 : 0);
        await().atMost(Duration.ofSeconds(15)).until(() -> children.stream().noneMatch(ProcessHandle::isAlive) && !Files.exists(bed));
    }

    @Test
    void prepareSaysWhatIsThere() throws Exception {
        Path out = folder.resolve("out");
        Process process = java(out, "prepare", "--require", "docker");
        assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();

        assertThat(Files.readString(out)).contains("tier control-plane", "tier aws", "tier docker", "tier chromium");
        assertThat(process.exitValue()).isEqualTo(Tool.DOCKER.missing().isPresent() ? 1 : 0);
    }

    private static Process java(Path out, String... args) throws IOException {
        List<String> command = new java.util.ArrayList<>(List.of("java", "-jar", JAR));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    }
}
