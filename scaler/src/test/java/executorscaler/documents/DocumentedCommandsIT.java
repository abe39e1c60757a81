package executorscaler.documents;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.e2e.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import testbed.RequiresTool;
import testbed.TestBed;

/** Types what the documents tell people to type, on a real API server, in the order of the table in docs/testing.md and with the values of the README. */
@Tag("control-plane")
@RequiresTool("go")
class DocumentedCommandsIT {

    private static final Pattern ROW = Pattern.compile("\\| `(.+?)` \\| run by `DocumentedCommandsIT` \\|");
    private static final Pattern VALUES = Pattern.compile(" *```yaml\n( *image: \\{repository: .*?)\n *```", Pattern.DOTALL);

    private static TestBed bed;

    @BeforeAll
    static void start() {
        bed = TestBed.plan().controlPlane().start();
        Platform.addSystemNode(bed);
        Platform.deployExecutor(bed, "example/executor:1");
        bed.kubectlApply("""
                apiVersion: v1
                kind: Node
                metadata: {name: closed, annotations: {executor-scaler/cordoned-at: "2026-01-05T09:00:00Z"}}
                spec: {unschedulable: true}
                """);
    }

    @AfterAll
    static void stop() {
        if (bed != null) bed.close();
    }

    @Test
    void whatIsToldToBeTypedCanBeTyped() throws IOException {
        var values = VALUES.matcher(DocumentedCommand.read("README.md"));
        assertThat(values.find()).as("the values in the README").isTrue();
        Path file = Files.writeString(bed.directory().resolve("my-values.yaml"), values.group(1).stripIndent());
        var typed = new ArrayList<String>();
        for (var row : ROW.matcher(DocumentedCommand.read("docs/testing.md")).results().toList()) {
            var command = DocumentedCommand.of("docs/testing.md", "```sh\n" + row.group(1) + "\n```\n").getFirst();
            var said = run(command, file);
            typed.add(command.text());
            if (command.text().contains("cordoned-at")) assertThat(said).contains("closed 2026-01-05T09:00:00Z");
            if (command.text().startsWith("kubectl uncordon")) assertThat(said).contains("closed uncordoned");
            if (command.text().startsWith("helm history")) assertThat(said).contains("Upgrade complete");
        }
        assertThat(typed).hasSizeGreaterThan(20);
    }

    private static String run(DocumentedCommand command, Path values) {
        List<String> words = command.words().stream().map(word -> switch (word) {
            case "my-values.yaml" -> values.toString();
            case "charts/executor-scaler", "k8s/scaler" -> DocumentedCommand.ROOT.resolve(word).toAbsolutePath().normalize().toString();
            case "NODE" -> "closed";
            case "SERVICEACCOUNT" -> "default";
            default -> word;
        }).toList();
        var arguments = words.subList(1, words.size()).toArray(String[]::new);
        return command.program().equals("helm") ? bed.helm(arguments) : bed.kubectl(arguments);
    }
}
