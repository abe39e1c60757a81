package executorscaler.documents;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents tell people to type is a command that there is, and of what others' programs do it is said who runs it or why nobody does. */
@Tag("unit")
class DocumentedCommandsTest {

    private static final Set<String> LANGUAGES = Set.of("sh", "console", "text", "yaml", "json", "go", "java", "js", "python", "ruby");
    /** Programs whose lines are listed in docs/testing.md. */
    private static final Set<String> OTHERS = Set.of("kubectl", "helm", "aws", "xargs", "docker", "redis-cli", "curl", "promtool");
    private static final Set<String> EVERYWHERE = Set.of("echo", "date", ".");
    private static final Pattern ROW = Pattern.compile("\\| `(.+?)` \\| (run by `\\w+`|not run: .+?) \\|");

    static Stream<DocumentedCommand> ours() {
        return DocumentedCommand.all().stream().filter(DocumentedCommand::ours);
    }

    @ParameterizedTest
    @MethodSource("ours")
    void everyCommandOfOursIsAccepted(DocumentedCommand command) {
        var arguments = command.words().subList(1, command.words().size());
        assertThat(Main.commandLine().parseArgs(arguments.toArray(String[]::new)).hasSubcommand()).as(command.where()).isTrue();
        assertThat(arguments).as(command.where()).filteredOn(argument -> argument.startsWith("docs/examples"))
                .allSatisfy(file -> assertThat(DocumentedCommand.ROOT.resolve(file)).exists());
    }

    @Test
    void everyLineOfMavenNamesTestsAndProfilesThatThereAre() throws IOException {
        var poms = DocumentedCommand.read("pom.xml") + DocumentedCommand.read("scaler/pom.xml");
        var classes = classes();
        var lines = commands(command -> Set.of("./mvnw", "...").contains(command.program()));
        assertThat(lines).hasSizeGreaterThan(15);
        for (var line : lines) {
            for (var word : line.words()) {
                if (word.startsWith("-P")) assertThat(poms).as(line.where()).contains("<id>" + word.substring(2) + "</id>");
                if (word.matches("-D(it\\.)?test=.*") && !word.endsWith("=none"))
                    assertThat(classes).as(line.where()).contains(word.replaceFirst(".*=", ""));
            }
        }
    }

    @Test
    void whatOthersProgramsAreToldIsRunOrTheReasonIsGiven() throws IOException {
        var listed = new TreeMap<String, String>();
        ROW.matcher(DocumentedCommand.read("docs/testing.md")).results().forEach(row -> listed.put(row.group(1), row.group(2)));
        var typed = new TreeMap<String, String>();
        commands(command -> OTHERS.contains(command.program())).forEach(command -> typed.put(command.text(), command.where()));
        var unlisted = new TreeMap<>(typed);
        unlisted.keySet().removeAll(listed.keySet());
        assertThat(unlisted.values()).as("not in the table of docs/testing.md").isEmpty();
        assertThat(listed.keySet()).as("in the table of docs/testing.md, and told to nobody any more").isSubsetOf(typed.keySet());
        var classes = classes();
        for (var how : listed.values())
            if (how.startsWith("run by")) assertThat(classes).contains(how.replaceAll("run by|[` ]", ""));
    }

    @Test
    void everyBoxSaysWhatItIsAndNoProgramIsUnknown() {
        for (var document : DocumentedCommand.documents())
            assertThat(DocumentedCommand.languages(DocumentedCommand.read(document))).as(document).isSubsetOf(LANGUAGES);
        var known = new TreeSet<>(OTHERS);
        known.addAll(EVERYWHERE);
        known.addAll(List.of("executor-scaler", "./mvnw", "..."));
        var unknown = commands(command -> !known.contains(command.program()) && !command.text().startsWith("java -jar bench/testbed/target/"));
        assertThat(unknown).extracting(DocumentedCommand::where).isEmpty();
    }

    @Test
    void aBoxIsReadAsAShellReadsIt() {
        var found = DocumentedCommand.of("x.md", """
                Text with `kubectl get
                pods -A`, `kubectl scale`.

                ```sh
                # a remark
                kubectl get a 'b c' > FILE   # why
                aws x --query 'A[?B|C]' \\
                  --y | xargs -n 5 aws z && echo "d e"
                ```
                ```text
                kubectl no command
                ```
                ```console
                $ java -jar scaler/target/executor-scaler.jar plan -c x
                kubectl no command
                ```
                """);
        assertThat(found).extracting(command -> command.line() + " " + command.words()).containsExactly("6 [kubectl, get, a, b c]",
                "8 [aws, x, --query, A[?B|C], --y]", "8 [xargs, -n, 5, aws, z]", "8 [echo, d e]", "14 [executor-scaler, plan, -c, x]",
                "1 [kubectl, get, pods, -A]");
        assertThat(found.getFirst().text()).isEqualTo("kubectl get a 'b c'");
    }

    private static List<DocumentedCommand> commands(Predicate<DocumentedCommand> which) {
        return DocumentedCommand.all().stream().filter(which).toList();
    }

    /** Names of all test classes. */
    private static Set<String> classes() throws IOException {
        try (var files = Files.walk(Path.of("src/test/java"))) {
            return files.map(file -> String.valueOf(file.getFileName())).filter(name -> name.endsWith(".java"))
                    .map(name -> Arrays.asList(name.split("\\.", -1)).getFirst()).collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
