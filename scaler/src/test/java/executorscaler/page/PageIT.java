package executorscaler.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import executorscaler.demo.DemoProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import testbed.RequiresTool;

/** The page in a real browser, with the demo behind it. */
@Tag("chromium")
@RequiresTool("chromium")
class PageIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String CHAIN = "Array.from(document.querySelectorAll('.link')).map(e => e.innerText.replace(/\\s+/g, ' ').trim()).join(' | ')";

    @TempDir
    private static Path directory = Path.of("");
    private static Browser browser;

    @BeforeAll
    static void start() {
        browser = new Browser(directory.resolve("profile"));
    }

    @AfterAll
    static void stop() {
        if (browser != null) browser.close();
    }

    @BeforeEach
    void leaveTheDemoBefore() {
        browser.open("about:blank");
        browser.errors();
    }

    @Test
    void theStoryIsSeenAsItHappens() throws Exception {
        browser.size(1440, 900);
        try (var demo = DemoProcess.start(directory, Map.of(), "--speed", "40")) {
            browser.open(demo.page());
            headline("Waiting for 17 nodes in compute-optimized; 100 jobs waiting.");
            assertThat(browser.run("return " + CHAIN)).asString().isEqualTo(
                    "Queue 100 jobs 100 waiting | Replicas 50 of 50 at 2 jobs a pod | Pods 0 ready of 50 50 without a node | Nodes 0 ready of 17 17 on the way");
            assertThat(browser.text("#decisions")).contains("scale production-platform/executor from 0 to 50")
                    .contains("100 jobs (100 waiting, 0 due, 0 running) at 2 a pod need 50 pods")
                    .contains("raise pool compute-optimized from 0 to 17 nodes").contains("need 17 more nodes").contains("T+0.0 s");
            headline("100 jobs running on 50 executors");
            assertThat(browser.number("document.querySelectorAll('.pool .node[data-state=ready]').length")).as("boxes of nodes").isEqualTo(19);
            headline("No jobs. 17 idle nodes go back from ");
            headline("No jobs, no executors, 2 nodes up.");
            assertThat(browser.text("#decisions")).contains("scale production-platform/executor from 50 to 0").contains("end 17 nodes");
            headline("12 jobs waiting"); // the last burst of the demo: the headline follows it from rest
            assertThat(browser.text("#age")).startsWith("live");
            assertThat(browser.errors()).isEmpty();
        }
        await("a demo that is gone is no longer called live").atMost(SOON).until(() -> browser.text("#age").startsWith("stalled"));
    }

    @ParameterizedTest(name = "{0}x{1} {2}")
    @CsvSource({"360,740,light", "360,740,dark", "1440,900,light", "1440,900,dark"})
    void fitsAndCanBeReadAndReached(int width, int height, String scheme) throws Exception {
        browser.size(width, height);
        browser.scheme(scheme);
        try (var demo = DemoProcess.start(directory, Map.of(), "--speed", "10")) {
            browser.open(demo.page());
            headline("Waiting for 17 nodes");
            assertThat(browser.errors()).isEmpty();
            assertThat(browser.number("innerWidth")).isEqualTo(width);
            assertThat(browser.number("document.documentElement.scrollWidth")).as("no horizontal scroll").isLessThanOrEqualTo(width);
            assertThat(strings(
                    "Array.from(document.querySelectorAll('body *')).filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 90))"))
                    .as("nothing is cut off on the right").isEmpty();
            assertThat(strings(CONTRAST)).as("texts with less contrast than WCAG AA asks for").isEmpty();
            assertThat(browser.number("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number).reduce((a, b) => a + b)") < 3 * 128)
                    .as("dark").isEqualTo(scheme.equals("dark"));
            everythingInteractiveIsReachedByTab();
        }
    }

    private static void everythingInteractiveIsReachedByTab() {
        browser.run("document.body.focus(); document.activeElement.blur(); window.getSelection().removeAllRanges()");
        var wanted = new TreeSet<>(strings(
                "Array.from(document.querySelectorAll('a[href], button, summary, [tabindex]')).filter(e => e.checkVisibility()).map(e => e.dataset.key || e.id || e.innerText)"));
        assertThat(wanted).hasSizeGreaterThan(17).contains("decisions");
        var reached = new TreeSet<String>();
        for (int i = 0; i < wanted.size() + 5; i++) {
            browser.tab();
            reached.addAll(strings("[document.activeElement].map(e => e.dataset.key || e.id || e.innerText)"));
            if (browser.number("document.activeElement === document.body ? 1 : 0") == 0) {
                assertThat(browser.run("return getComputedStyle(document.activeElement).outlineStyle")).as("the focus is seen").isEqualTo("solid");
            }
            if ("node".equals(browser.run("return document.activeElement.className"))) {
                assertThat(browser.run("return document.activeElement.closest('.pool').querySelector('.about').textContent"))
                        .as("a node tells of itself").asString().isNotBlank();
            }
        }
        assertThat(reached).containsAll(wanted);
    }

    private static void headline(String words) {
        await("headline " + words).atMost(SOON).pollInterval(Duration.ofMillis(50)).until(() -> browser.text("#headline").contains(words));
    }

    @SuppressWarnings("unchecked")
    private static List<String> strings(String script) {
        return (List<String>) Objects.requireNonNull(browser.run("return " + script), script);
    }

    /** Texts on plain grounds below 4.5:1 (3:1 where large), as WCAG 2.2, 1.4.3 counts it. */
    private static final String CONTRAST = """
            (() => {
              const rgb = text => text.match(/[\\d.]+/g).map(Number);
              const part = c => (c /= 255) <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
              const light = c => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
              const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] === 1) return c; } return [255, 255, 255]; };
              const own = e => Array.from(e.childNodes).filter(n => n.nodeType === 3).map(n => n.data.trim()).join('');
              return Array.from(document.querySelectorAll('body *')).filter(e => e.checkVisibility() && own(e)).flatMap(e => {
                const style = getComputedStyle(e), a = light(rgb(style.color)), b = light(ground(e));
                const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                return ratio < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5) ? [own(e).slice(0, 40) + ' ' + ratio.toFixed(2)] : [];
              });
            })()""";
}
