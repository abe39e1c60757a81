package executorscaler.page;

import static org.awaitility.Awaitility.await;

import executorscaler.http.PageWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import testbed.RequiresTool;

/** A real browser for the tests of a class. */
@Tag("chromium")
@RequiresTool("chromium")
abstract class InBrowser {

    static final Duration SOON = Duration.ofSeconds(60);
    static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    static Path directory = Path.of("");
    static Browser browser;

    @BeforeAll
    static void start() {
        browser = new Browser(directory.resolve("profile"));
    }

    @AfterAll
    static void stop() {
        if (browser != null) browser.close();
    }

    @BeforeEach
    void leaveThePageBefore() {
        browser.open("about:blank");
        browser.errors();
        browser.size(1440, 900);
        browser.scheme("light");
    }

    static void headline(String words) {
        await("headline " + words).atMost(SOON).pollInterval(Duration.ofMillis(50)).until(() -> browser.text("#headline").contains(words));
    }

    /** Runs the world on, and waits until the page has seen it. */
    static void seen(PageWorld page) throws InterruptedException {
        long tick = browser.number("newest.tick");
        page.run(SECOND, SECOND);
        await().atMost(SOON).pollInterval(Duration.ofMillis(50)).until(() -> browser.number("newest.tick") > tick);
    }

    @SuppressWarnings("unchecked")
    static List<String> strings(String script) {
        return (List<String>) Objects.requireNonNull(browser.run("return " + script), script);
    }
}
