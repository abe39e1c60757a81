package executorscaler.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import executorscaler.Election;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** Where a process stands for election, and where it does not. */
@Tag("unit")
class ElectionOptionsTest {

    @TempDir
    private Path temp = Path.of("");
    private Path inPod = Path.of("");
    private Path nowhere = Path.of("");

    @Command
    private static final class Probe implements Runnable {
        @Mixin
        private ElectionOptions election = new ElectionOptions();

        @Override
        public void run() {}
    }

    @BeforeEach
    void aServiceAccountsNamespace() throws IOException {
        inPod = Files.writeString(temp.resolve("namespace"), "scaling\n");
        nowhere = temp.resolve("none");
    }

    @Test
    void inAPodThereIsAnElectionInItsNamespace() {
        var pod = Map.of("POD_NAMESPACE", "platform", "POD_NAME", "scaler-a");
        assertThat(in(pod, false, inPod)).isInstanceOfSatisfying(Election.By.class, by -> {
            assertThat(by.namespace()).isEqualTo("platform");
            assertThat(by.lease()).isEqualTo("executor-scaler");
            assertThat(by.identity()).startsWith("scaler-a_");
        });
        assertThat(in(Map.of(), false, inPod, "--lease", "other")).isInstanceOfSatisfying(Election.By.class, by -> {
            assertThat(by.namespace()).isEqualTo("scaling");
            assertThat(by.lease()).isEqualTo("other");
        });
    }

    @Test
    void everyStartHasAnIdentityOfItsOwn() {
        assertThat(in(Map.of("POD_NAMESPACE", "n"), false, nowhere)).isNotEqualTo(in(Map.of("POD_NAMESPACE", "n"), false, nowhere));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"a laptop without anything, '', false, false", "a laptop with --kubeconfig, '', true, false",
            "a pod that looks at another cluster by --kubeconfig, '', true, true",
            "a pod that looks at another cluster by KUBECONFIG, k, false, true"})
    void elsewhereThereIsNoneAndThatIsSaid(String where, String kubeconfigVariable, boolean kubeconfig, boolean pod) {
        Map<String, String> environment = kubeconfigVariable.isEmpty() ? Map.of() : Map.of("KUBECONFIG", kubeconfigVariable);
        assertThat(in(environment, kubeconfig, pod ? inPod : nowhere)).isEqualTo(new Election.Off("this is not a pod (POD_NAMESPACE is not set)"));
    }

    @Test
    void theOperatorHasTheLastWord() {
        assertThat(in(Map.of("POD_NAMESPACE", "n"), false, inPod, "--no-leader-election"))
                .isEqualTo(new Election.Off("it is switched off (--no-leader-election)"));
        assertThat(in(Map.of("POD_NAMESPACE", "n"), true, nowhere, "--leader-election")).isInstanceOf(Election.By.class);
        assertThatThrownBy(() -> in(Map.of(), false, nowhere, "--leader-election")).isInstanceOf(ParameterException.class)
                .hasMessageContaining("POD_NAMESPACE");
    }

    private static Election in(Map<String, String> environment, boolean kubeconfig, Path file, String... arguments) {
        var probe = new Probe();
        new CommandLine(probe).parseArgs(arguments);
        return probe.election.in(environment, kubeconfig, file);
    }
}
