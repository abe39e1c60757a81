package executorscaler.cli;

import static executorscaler.cli.Ended.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import executorscaler.report.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service is asked once, for what is to be printed. */
@Tag("unit")
class WhyCommandTest {

    private final HttpServer service = server();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private int status = 200;
    private String text = "executor/e: nothing to do.\n";
    private String json = "{\"sentence\": \"nothing to do\"}";

    @BeforeEach
    void listen() {
        service.createContext("/api/v1/why", this::answer);
        service.start();
    }

    @AfterEach
    void stop() {
        service.stop(0);
    }

    @ParameterizedTest
    @CsvSource({"table, text, executor/e: nothing to do.", "json, json, {\"sentence\": \"nothing to do\"}", "yaml, json, sentence: nothing to do"})
    void itIsAskedForTheFormatThatIsPrinted(String output, String format, String printed) {
        var ended = why("-o", output);
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out().strip()).isEqualTo(printed);
        assertThat(asked).containsExactly("format=" + format + "&subject=executor%2Fe");
    }

    @ParameterizedTest(name = "{0}, -o {1}: {2}")
    @CsvSource({"404, table, 1", "404, json, 1", "400, table, 2", "400, yaml, 2", "503, table, 1", "503, json, 1"})
    void whatItSaysIsWrongIsSaid(int status, String output, int exitCode) {
        this.status = status;
        text = "there is no executor e\n";
        json = Failure.json(List.of("there is no executor e"));
        var ended = why("-o", output);
        assertThat(ended.exitCode()).isEqualTo(exitCode);
        assertThat(ended.err().strip()).isEqualTo("there is no executor e");
        assertThat(ended.out().contains("there is no executor e")).as("for programs, too").isEqualTo(!output.equals("table"));
        assertThat(asked).hasSize(1);
    }

    @Test
    void whatSomebodyInBetweenSaysIsSaidAsItIs() throws IOException {
        status = 503;
        json = "<html>no backend</html>\n";
        var ended = why("-o", "json");
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err().strip()).isEqualTo("<html>no backend</html>");
        assertThat(new ObjectMapper().readTree(ended.out()).path("error").path("message").asText()).isEqualTo("<html>no backend</html>");
        json = "{}";
        assertThat(why("-o", "json").err().strip()).isEqualTo("{}");
    }

    private void answer(HttpExchange exchange) throws IOException {
        var query = exchange.getRequestURI().getRawQuery();
        asked.add(query);
        var body = (query.startsWith("format=json") ? json : text).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private Ended why(String... more) {
        var arguments = new ArrayList<>(List.of("why", "executor/e", "--url", "http://127.0.0.1:" + service.getAddress().getPort()));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private static HttpServer server() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
