package executorscaler.cli;

import static executorscaler.cli.Ended.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import executorscaler.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Help that can be relied on, and the manners that all commands share. */
@Tag("unit")
class HelpTest {

    private static final Path DOCUMENT = Path.of("../docs/cli.md");
    private static final Pattern BOX = Pattern.compile("<!-- help: (\\S+) -->\n(?:\n```text\n.*?\n```\n)?", Pattern.DOTALL);

    /** {@code -Dcli.docs=write} writes the boxes anew; read them before they are committed. */
    @Test
    void theDocumentShowsTheHelpOfEveryCommand() throws IOException {
        var document = Files.readString(DOCUMENT);
        var help = help();
        var named = new TreeSet<String>();
        var expected = BOX.matcher(document).replaceAll(box -> {
            named.add(box.group(1));
            return java.util.regex.Matcher.quoteReplacement("<!-- help: " + box.group(1) + " -->\n\n```text\n" + help.get(box.group(1)) + "\n```\n");
        });
        assertThat(named).isEqualTo(help.keySet());
        if (System.getProperty("cli.docs", "").equals("write")) Files.writeString(DOCUMENT, expected);
        assertThat(Files.readString(DOCUMENT)).isEqualTo(expected);
    }

    /** The shell itself is asked: what it offers after a word. */
    @Test
    void bashCompletesCommandsAndOptions(@TempDir Path temp) throws IOException, InterruptedException {
        var script = Files.writeString(temp.resolve("completion.bash"), run("completion").out()).toString();
        assertThat(offered(script, "executor-scaler", "va")).containsExactly("validate");
        assertThat(offered(script, "executor-scaler", "plan", "--st")).containsExactly("--stood-for");
    }

    private static List<String> offered(String script, String... words) throws IOException, InterruptedException {
        var asked = "source " + script + "; COMP_WORDS=(" + String.join(" ", words) + "); COMP_CWORD=" + (words.length - 1)
                + "; _complete_executor-scaler; printf '%s\\n' \"${COMPREPLY[@]}\"";
        var shell = new ProcessBuilder("bash", "-c", asked).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var answer = shell.inputReader()) {
            var lines = answer.lines().map(String::strip).toList();
            shell.waitFor();
            return lines;
        }
    }

    @Test
    void everyCommandHasExamplesAndExitCodes() {
        help().forEach((name, text) -> {
            assertThat(text).as(name).contains("\nExamples:\n  ");
            if (!name.equals("executor-scaler")) assertThat(text).as(name).contains("\nExit codes:\n");
            assertThat(text.indexOf("Examples:")).as("examples come before options in " + name).isLessThan(text.indexOf("Usage:"));
        });
    }

    /** A per cent sign that is not doubled is printed all the same, with a warning before it. */
    @Test
    void noHelpIsPrintedWithAWarning() {
        var said = new ByteArrayOutputStream();
        var before = System.err;
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            for (var command : help().keySet()) {
                var ended = command.equals("executor-scaler") ? run("--help") : run(command, "--help");
                assertThat(ended.exitCode() + ended.err()).isEqualTo("0");
            }
        } finally {
            System.setErr(before);
        }
        assertThat(said.toString(StandardCharsets.UTF_8)).doesNotContain("picocli");
    }

    static Stream<String> examples() {
        return help().values().stream().flatMap(String::lines).filter(line -> line.startsWith("  ") && line.contains("executor-scaler ")
                && !line.contains("'{")).map(line -> line.replaceFirst(".*executor-scaler ", "executor-scaler ").replaceFirst(" > .*", ""))
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleIsACommandAndThoseOnOurFilesAreRun(String example) {
        var words = example.substring("executor-scaler ".length()).replace("docs/examples", "../docs/examples").split(" ", -1);
        assertThat(Main.commandLine().parseArgs(words).hasSubcommand()).isTrue();
        boolean ours = example.contains("docs/examples");
        if (ours)
            assertThat(run(words)).satisfies(ended -> assertThat(ended.exitCode()).isEqualTo(example.contains("--detailed-exitcode") ? 2 : 0))
                    .satisfies(ended -> assertThat(ended.out()).isNotBlank());
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan -c absent.yaml -o json", "plan -c absent.yaml -o=json", "plan -o json", "plan --output=json --conifg x",
            "plan -c ../docs/examples/platform.yaml --from absent -ojson", "why executor/x -o json --url http://127.0.0.1:1", "why -o json",
            "why executor/x -o json -c ../docs/examples/platform.yaml --from ../docs/examples/plan-from", "why nonsense -o json --url nowhere",
            "validate -f absent.yaml -o json", "validate -f ../docs/examples/trace.csv -o json", "simulate -o json -c absent.yaml -a poisson:1/h",
            "simulate -o json -c ../docs/examples/platform.yaml -a nothing:1",
            "simulate -o json -c ../docs/examples/platform.yaml -a poisson:1/h --hours -1",
            "nonsense -o json"})
    void whateverIsWrongStdoutIsOneJsonDocument(String line) throws IOException {
        var ended = run(line.split(" ", -1));
        assertThat(ended.exitCode()).isBetween(1, 2);
        assertThat(ended.err()).isNotBlank();
        var document = new ObjectMapper().readTree(ended.out());
        assertThat(document.path("apiVersion").asText()).isEqualTo("executor-scaler/v1");
        assertThat(document.path("error").path("message").asText() + document.path("problems")).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan -c ../docs/examples/platform.yaml --from ../docs/examples/plan-from", "validate -f ../docs/examples/platform.yaml",
            "why pool/gpu-nodes -c ../docs/examples/platform.yaml --from ../docs/examples/plan-from",
            "simulate -c ../docs/examples/platform.yaml -a poisson:1/h --hours 1"})
    void everyJsonDocumentSaysItsVersion(String line) throws IOException {
        var ended = run((line + " -o json").split(" ", -1));
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(new ObjectMapper().readTree(ended.out()).path("apiVersion").asText()).isEqualTo("executor-scaler/v1");
    }

    @Test
    void yamlSaysTheSameAsJson() throws IOException {
        var words = "why pool/gpu-nodes -c ../docs/examples/platform.yaml --from ../docs/examples/plan-from -o ";
        var json = new ObjectMapper().readTree(run((words + "json").split(" ", -1)).out());
        var yaml = new org.snakeyaml.engine.v2.api.Load(org.snakeyaml.engine.v2.api.LoadSettings.builder().build())
                .loadFromString(run((words + "yaml").split(" ", -1)).out());
        assertThat(new ObjectMapper().<com.fasterxml.jackson.databind.JsonNode>valueToTree(yaml)).isEqualTo(json);
    }

    @ParameterizedTest(name = "terminal {0}, NO_COLOR {1}, TERM {2}, {3}: {4}")
    @CsvSource({"true, '', xterm, '', true", "false, '', xterm, '', false", "true, 1, xterm, '', false", "true, '', dumb, '', false",
            "true, '', xterm, --no-color, false"})
    void coloursAreForTerminalsUnlessSomebodyDoesWithout(boolean terminal, String noColor, String term, String option, boolean coloured) {
        var ansi = Colours.choice(terminal, Map.of("NO_COLOR", noColor, "TERM", term), List.of("plan", option));
        assertThat(ansi).isEqualTo(coloured ? Ansi.ON : Ansi.OFF);
        assertThat(Colours.painted(ansi, "+ more\n- less\nplain").contains("\u001b[")).isEqualTo(coloured);
    }

    @Test
    void nothingIsColouredWhereNobodyLooks() {
        var ended = run("plan", "-c", "../docs/examples/platform.yaml", "--from", "../docs/examples/plan-from");
        assertThat(ended.out() + run("--help").out()).doesNotContain("\u001b[");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"plann, Did you mean plan?", "wyh, Did you mean why?", "simulat, Did you mean simulate?",
            "plan --conifg=x -c x, Did you mean --config?"})
    void whoMistypesIsToldWhatTheyMayHaveMeant(String line, String hint) {
        var ended = run(line.split(" ", -1));
        assertThat(ended.exitCode()).isEqualTo(line.startsWith("plan ") ? 1 : 2);
        assertThat(ended.err()).contains(hint).contains("--help");
    }

    @ParameterizedTest(name = "{1} -> {2}, strict {3}")
    @CsvSource(delimiter = '|', value = {"maxSize: 20 | maxSize: 20 | 0 | 0", "workload-type: gpu | '' | 0 | 3", "maxSize: 20 | maxSize: 0 | 0 | 3",
            "maxReplicas: 50 | maxReplicas: 0 | 0 | 3",
            "maxReplicas: 50 | maxReplicas: -1 | 1 | 1"})
    void whatIsDoubtfulCountsWhereStrictnessIsAskedFor(String what, String by, int plain, int strict) throws IOException {
        var file = Files.createTempFile("config", ".yaml");
        Files.writeString(file, Files.readString(Path.of("../docs/examples/platform.yaml")).replace(what, by));
        assertThat(run("validate", "-f", file.toString()).exitCode()).isEqualTo(plain);
        assertThat(run("validate", "-f", file.toString(), "--strict").exitCode()).isEqualTo(strict);
        Files.delete(file);
    }

    @Test
    void progressIsForThoseWhoLook() {
        var err = new StringWriter();
        try (var progress = new Progress(new PrintWriter(err), "simulating", false)) {
            progress.accept(0.5);
        }
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void whatTakesLongerThanTwoSecondsSaysHowFarItIsAndLeavesNothing() {
        var err = new StringWriter();
        var nanos = new AtomicLong();
        var progress = new Progress(new PrintWriter(err), "replaying", true, nanos::get);
        nanos.set(1_900_000_000L);
        progress.accept(0.1);
        assertThat(err.toString()).isEmpty();
        nanos.set(2_100_000_000L);
        progress.accept(0.25);
        nanos.set(2_200_000_000L);
        progress.accept(0.26);
        assertThat(err.toString()).as("not more than five a second").isEqualTo("\rreplaying: 25 %");
        progress.close();
        assertThat(err.toString()).isEqualTo("\rreplaying: 25 %\r" + " ".repeat(15) + "\r");
    }

    @Test
    void whereNobodyKnowsHowFarItIsItSaysForHowLong() {
        var err = new StringWriter();
        var nanos = new AtomicLong();
        try (var _ = Progress.waiting(new PrintWriter(err), "looking", true, nanos::get)) {
            nanos.set(7_000_000_000L);
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> err.toString().equals("\rlooking: 7 s"));
        }
        assertThat(err.toString()).endsWith("\r" + " ".repeat(12) + "\r");
    }

    /** What {@code --help} prints, by command. */
    private static SortedMap<String, String> help() {
        var line = CommandLines.all(Ansi.OFF);
        var lines = new ArrayList<>(List.of(line));
        lines.addAll(line.getSubcommands().values());
        var help = new TreeMap<String, String>();
        for (CommandLine one : lines) {
            var text = one.getUsageMessage(Ansi.OFF);
            help.put(one.getCommandName(), String.join("\n", Arrays.stream(text.split("\n", -1)).map(String::stripTrailing).toList()).strip());
        }
        return help;
    }
}
