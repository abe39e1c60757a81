package executorscaler.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import executorscaler.http.HttpSettings;
import executorscaler.http.PageWorld;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import testbed.Wire;

/** What the page does on a line that dies without a word to either end: a way whose router has forgotten it, a machine that slept. */
class LineIT extends InBrowser {

    @Test
    void aDeadLineIsSaidAndTakenAnewAndNoDecisionIsLost() throws Exception {
        try (var page = PageWorld.platform(new HttpSettings("127.0.0.1", 0)); var wire = Wire.to(URI.create(page.address()).getPort())) {
            page.tick();
            page.world.advance(SECOND);
            page.world.push("executor", 100, Duration.ofMinutes(2));
            page.run(Duration.ofMinutes(1), SECOND);
            long before = new ObjectMapper().readTree(page.state()).path("tick").asLong();
            browser.open("http://127.0.0.1:" + wire.port() + "/");
            await().atMost(SOON).until(() -> browser.number("points.length ? points[points.length - 1].tick : 0") == before);
            await().atMost(SOON).until(() -> browser.text("#age").startsWith("live"));
            browser.run(
                    """
                            window.known = [];
                            const plain = window.fetch;
                            window.fetch = (path, how) => {
                              if (path === 'api/v1/stream') known.push(how.headers['Last-Event-ID']);
                              return plain(path, how);
                            };""");

            wire.freeze();
            wire.strand(); // what the browser has open now is dead, and it is for the page to find that out
            page.run(Duration.ofMinutes(5), SECOND);
            await().atMost(SOON).until(() -> browser.text("#age").startsWith("stream stalled"));
            wire.thaw();

            await().atMost(SOON).until(() -> browser.text("#headline").startsWith("No jobs"));
            await().atMost(SOON).until(() -> browser.text("#age").startsWith("live"));
            assertThat(strings("known")).as("each try says what the page has").isNotEmpty().containsOnly(String.valueOf(before));
            assertThat(browser.text("#decisions")).as("decided meanwhile").contains("from 14 to 0");
            assertThat(strings("points.map(one => one.tick + ' ' + one.events)")).as("every tick that is kept").hasSizeGreaterThan(350)
                    .isEqualTo(kept(page));
            await("what was asked for on a dead line is asked for again").atMost(SOON)
                    .until(() -> browser.run("return answer && answer.tick === newest.tick"), Boolean.TRUE::equals);
        }
    }

    /** Numbers of the kept ticks, each with what was done in it. */
    private static List<String> kept(PageWorld page) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(HttpRequest.newBuilder(URI.create(page.address() + "api/v1/history?after=0")).build(),
                    HttpResponse.BodyHandlers.ofString());
            var kept = new ArrayList<String>();
            for (var point : new ObjectMapper().readTree(answer.body()).path("points"))
                kept.add(point.path(0).asLong() + " " + point.path(7).asText());
            return kept;
        }
    }
}
