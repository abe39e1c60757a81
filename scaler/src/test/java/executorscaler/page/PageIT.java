package executorscaler.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import executorscaler.demo.DemoProcess;
import executorscaler.http.HttpSettings;
import executorscaler.http.PageWorld;
import executorscaler.http.TokenFile;
import executorscaler.plan.Action;
import executorscaler.plan.Reason;
import executorscaler.report.NodeState;
import executorscaler.report.SlotState;
import executorscaler.report.Weight;
import executorscaler.snapshot.Missing.Source;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page in a real browser, with the demo or a simulated world behind it. */
class PageIT extends InBrowser {

    private static final HttpSettings ANY_PORT = new HttpSettings("127.0.0.1", 0);
    private static final String CHAIN = "Array.from(document.querySelectorAll('.link')).map(e => e.innerText.replace(/\\s+/g, ' ').trim()).join(' | ')";

    @Test
    void theStoryIsSeenAsItHappens() throws Exception {
        try (var demo = DemoProcess.start(directory, Map.of("A_SECRET", "planted-secret"), "--speed", "40")) {
            browser.open(demo.page());
            headline("Waiting for 17 nodes in compute-optimized; 100 jobs waiting.");
            assertThat(browser.run("return " + CHAIN)).asString().isEqualTo(
                    "100 jobs 100 waiting | 0 of 0 busy 2 jobs a pod | 0 of 50 50 without a node | 0 of 17 17 on the way");
            assertThat(browser.text("#executors .state")).isEqualTo("waits for nodes");
            assertThat(browser.text("#decisions")).contains("scale production-platform/executor from 0 to 50")
                    .contains("100 jobs (100 waiting, 0 due, 0 running) at 2 a pod need 50 pods")
                    .contains("raise pool compute-optimized from 0 to 17 nodes").contains("need 17 more nodes");
            headline("100 jobs running on 50 executors");
            assertThat(browser.number("document.querySelectorAll('.pool .node[data-state=ready]').length")).as("boxes of nodes").isEqualTo(19);
            assertThat(browser.number("document.querySelectorAll('.node .cell[data-state=busy]').length")).as("jobs on them").isEqualTo(100);
            headline("No jobs. 17 idle nodes go back from ");
            headline("No jobs, no executors, 2 nodes up.");
            assertThat(browser.text("#decisions")).contains("scale production-platform/executor from 50 to 0").contains("end 17 nodes");
            headline("12 jobs waiting"); // the last burst of the demo: the headline follows it from rest
            assertThat(browser.text("#age")).startsWith("live");
            assertThat(browser.errors()).isEmpty();
            assertThat((String) browser.run("return document.documentElement.innerHTML")).doesNotContain("planted-secret");
        }
        await("a demo that is gone is no longer called live").atMost(SOON).until(() -> browser.text("#age").startsWith("stream stalled"));
    }

    @ParameterizedTest(name = "{0}x{1} {2}")
    @CsvSource({"360,740,light", "360,740,dark", "1440,900,light", "1440,900,dark"})
    void fitsAndCanBeReadAndReached(int width, int height, String scheme) throws Exception {
        browser.size(width, height);
        browser.scheme(scheme);
        try (var page = busy(Duration.ofMinutes(30))) {
            browser.open(page.address());
            headline("Waiting for 17 nodes");
            assertThat(browser.number("innerWidth")).isEqualTo(width);
            legible(scheme);
            everythingInteractiveIsReachedByTab();
            browser.press("w");
            legible(scheme);
            browser.press("w");
            browser.press("?");
            legible(scheme);
            browser.press("Escape");
            browser.press("c");
            await().atMost(SOON).until(() -> browser.text("#config-drawer").contains("compute-optimized"));
            legible(scheme);
            browser.press("Escape");
            page.world.fail(Source.REDIS, "connection refused: redis/10.0.0.7:6379");
            page.run(Duration.ofSeconds(12), SECOND);
            headline("Redis cannot be read since");
            legible(scheme);
            assertThat(browser.text("#why-subject")).as("what is asked first when nobody asks").isEqualTo("source/redis");
            assertThat(browser.errors()).isEmpty();
        }
    }

    @Test
    void everyTickThatIsKeptCanBeGoneBackTo() throws Exception {
        try (var page = busy(Duration.ofMinutes(30))) {
            browser.open(page.address());
            headline("Waiting for 17 nodes");
            var then = page.world.clock().now();
            page.run(Duration.ofMinutes(4), SECOND);
            headline("100 jobs running");
            await().atMost(SOON).until(() -> browser.number("points.length") > 300);

            var link = page.address() + "#t=" + then + "&sel=pool/compute-optimized";
            browser.open("about:blank");
            browser.open(link);
            headline("Waiting for 17 nodes");
            ageIsShown();
            assertThat(browser.text("#past")).contains("as of " + then.toString().substring(0, 19).replace('T', ' '));
            assertThat(browser.text("#why-subject")).isEqualTo("pool/compute-optimized");
            assertThat(browser.run("return byId('answer').hidden")).as("of the past the page reasons for itself").isEqualTo(true);
            assertThat(browser.run("return " + CHAIN)).asString().endsWith("0 of 17 17 on the way");
            long tick = browser.number("shown.tick");
            var recorded = get(page.address() + "api/v1/state?tick=" + tick).body();
            assertThat(browser.run("return JSON.stringify(shown)")).isEqualTo(JSON.writeValueAsString(JSON.readTree(recorded)));

            browser.press("ArrowLeft");
            await().atMost(SOON).until(() -> browser.number("shown.tick") == tick - 1);
            browser.press("Shift+ArrowLeft");
            await("the decision before").atMost(SOON).until(() -> browser.number("shown.point[7].includes('RaiseCapacity') ? 1 : 0") == 1);
            browser.press("End");
            headline("100 jobs running");
            await("of now the service is asked").atMost(SOON).until(() -> browser.text("#answer").startsWith("pool/compute-optimized: "));
            browser.press(" ");
            await().atMost(SOON).until(() -> shows("past"));
            page.run(Duration.ofSeconds(5), SECOND);
            assertThat(browser.number("cursor")).as("stopped").isEqualTo(browser.number("shown.tick"));
            browser.press(" ");
            await().atMost(SOON).until(() -> shows("live"));
            browser.drag("#time", 0.3);
            await("dragged there").atMost(SOON).until(() -> shows("past"));
            assertThat(browser.errors()).isEmpty();
        }
    }

    @Test
    void decisionsAreFilteredByKindAndByText() throws Exception {
        try (var page = busy(Duration.ofMinutes(2))) {
            page.run(Duration.ofMinutes(15), SECOND);
            browser.open(page.address());
            headline("No jobs, no executors");
            assertThat(browser.text("#decisions")).contains("from 0 to 50").contains("end 3 nodes");
            browser.click(".chip[data-filter=down]");
            await().atMost(SOON).until(() -> !browser.text("#decisions").contains("from 0 to 50"));
            assertThat(browser.text("#decisions")).contains("end 3 nodes");
            browser.press("/");
            browser.type("cordon");
            await().atMost(SOON).until(() -> !browser.text("#decisions").contains("scale "));
            browser.press("Escape");
            browser.click(".chip[data-filter=all]");
            page.maxSize(25);
            page.tick();
            await().atMost(SOON).until(() -> browser.text("#decisions").contains("nodePools[compute-optimized].maxSize: 20 to 25"));
            browser.click("#pools .pool:nth-child(2) .name");
            assertThat(browser.text("#why-subject")).isEqualTo("pool/compute-optimized");
            var answer = JSON.readTree(get(page.address() + "api/v1/why?subject=pool/compute-optimized").body());
            await("the service's own answer").atMost(SOON).until(() -> browser.text("#answer").equals(answer.path("sentence").asText()));
            assertThat(browser.text("#arithmetic")).contains(answer.path("chain").path(0).path("words").asText().replaceAll(" +", " "))
                    .contains(answer.path("next").path("words").asText());
            assertThat(browser.text("#dollars")).matches("\\$\\d+\\.\\d\\d an hour");
            assertThat(browser.text("#pools")).contains("$0.00 an hour");
            assertThat(browser.text("#decided")).contains("raise pool compute-optimized from 0 to 17 nodes");
            assertThat(browser.text("#command")).contains("executor-scaler why pool/compute-optimized");
        }
    }

    @Test
    void everyKindOfThingHasADrawing() throws Exception {
        try (var page = busy(Duration.ofMinutes(30))) {
            browser.open(page.address());
            headline("Waiting for 17 nodes");
            var actions = Arrays.stream(Action.class.getPermittedSubclasses()).map(Class::getSimpleName)
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(strings("Object.keys(GLYPHS)")).containsAll(actions);
            assertThat(strings("Object.keys(NODES)")).containsExactlyInAnyOrderElementsOf(
                    Arrays.stream(NodeState.values()).map(state -> state.name().toLowerCase(Locale.ROOT)).toList());
            assertThat(strings("Object.entries(SLOTS).map(([letter, word]) => letter + word.toUpperCase())")).containsExactlyInAnyOrderElementsOf(
                    Arrays.stream(SlotState.values()).map(state -> state.letter() + state.name()).toList());
            assertThat(strings("Object.keys(WEIGHTS)")).containsExactlyInAnyOrderElementsOf(
                    Arrays.stream(Weight.values()).map(weight -> weight.name().toLowerCase(Locale.ROOT)).toList());
            // States differ without any colour, too: by line, by ground or by shape.
            var looks = strings(
                    """
                            Object.keys(NODES).map(state => {
                              const box = element('button', 'node');
                              box.dataset.state = state;
                              byId('pools').append(box);
                              const style = getComputedStyle(box), look = [style.borderStyle, style.borderWidth, style.backgroundImage !== 'none', style.backgroundColor === 'rgba(0, 0, 0, 0)', style.opacity].join();
                              box.remove();
                              return look;
                            })""");
            assertThat(looks).doesNotHaveDuplicates();
            var slots = strings(
                    """
                            [...Object.values(SLOTS), 'other'].map(state => {
                              const cell = element('i', 'cell');
                              cell.dataset.state = state;
                              byId('pools').append(cell);
                              const style = getComputedStyle(cell), look = [style.borderStyle, style.borderRadius, style.backgroundImage !== 'none', style.backgroundColor === 'rgba(0, 0, 0, 0)'].join();
                              cell.remove();
                              return look;
                            })""");
            assertThat(slots).doesNotHaveDuplicates();
            // Each reason is drawn where it is asked for: of the past, where the page reasons for itself, as it does with the service's answer.
            browser.run("cursor = newest.tick");
            var reasons = Arrays.stream(Reason.class.getPermittedSubclasses()).map(Class::getSimpleName).toList();
            for (var kind : reasons) {
                var drawn = (String) Objects.requireNonNull(browser.run(
                        """
                                const state = structuredClone(newest);
                                state.held = [{subject: 'executor/executor', kind: arguments[0], weight: 'notable', why: 'because it is so', reason: {kind: arguments[0], since: state.now, windowSeconds: 60}}];
                                selected = 'executor/executor';
                                chosen = true;
                                showWhy(state);
                                showHeld(state);
                                return byId('because').textContent + '|' + byId('held').textContent;""",
                        kind));
                assertThat(drawn).as(kind).contains("because it is so").contains("in 60 s").contains("|executor/executor");
                assertThat(drawn.substring(0, 2)).isEqualTo(kind.substring(0, 2));
            }
            assertThat(browser.errors()).isEmpty();
        }
    }

    @Test
    void aThousandNodesAreDrawnAndMoveOn() throws Exception {
        try (var page = PageWorld.large(1000)) {
            for (int i = 0; i < 4; i++) page.world.push("etl-" + i, 1500, Duration.ofMinutes(30));
            page.run(Duration.ofMinutes(5), Duration.ofSeconds(10));
            browser.open(page.address());
            headline("6000 jobs running on 3000 executors");
            assertThat(browser.number("document.querySelectorAll('.strip[data-density=dense] .node[data-state=ready]').length")).isEqualTo(1000);
            browser.run(
                    "window.spent = []; const whole = arrived; arrived = text => { const at = performance.now(); whole(text); spent.push(performance.now() - at); };");
            for (int i = 0; i < 12; i++) {
                page.world.push("etl-0", 7, Duration.ofMinutes(30));
                seen(page);
            }
            System.out.println("1,000 nodes: scripting of each update in ms: " + strings("spent.map(ms => ms.toFixed(1))"));
            assertThat(browser.number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(1440);
            assertThat(browser.errors()).isEmpty();
        }
    }

    @Test
    void fiftyQueuesOnFiveHundredNodesAreDrawnAndMoveOn() throws Exception {
        try (var page = PageWorld.large(500, 50)) {
            for (int i = 0; i < 50; i++) page.world.push("etl-" + i, 60, Duration.ofMinutes(30));
            page.run(Duration.ofMinutes(5), Duration.ofSeconds(10));
            browser.open(page.address());
            headline("3000 jobs running on 1500 executors");
            assertThat(browser.number("document.querySelectorAll('#executors tr').length")).isEqualTo(50);
            await("the stream's own first state, which is whole").atMost(SOON).until(() -> browser.number("lines.length") > 0);
            browser.run(
                    """
                            window.spent = [];
                            window.sizes = [];
                            const whole = take;
                            take = block => {
                              const at = performance.now();
                              whole(block);
                              if (!block.startsWith('event: delta')) return;
                              spent.push(performance.now() - at);
                              sizes.push(block.length);
                            };""");
            for (int i = 0; i < 40; i++) {
                for (int queue = 0; queue < 5; queue++) page.world.push("etl-" + (i + 7 * queue) % 50, 3, Duration.ofMinutes(30));
                seen(page);
            }
            assertThat(browser.number("sizes.length")).as("an update a tick").isEqualTo(40);
            browser.run("const at = performance.now(); travel(newest.tick - 20).then(() => window.wentBack = performance.now() - at)");
            await().atMost(SOON).until(() -> shows("past") && browser.run("return window.wentBack") != null);
            System.out.println("50 queues, 500 nodes, twenty ticks back in ms: " + browser.run("return Math.round(wentBack)"));
            System.out.println("50 queues, 500 nodes, 40 updates of 5 queues each: scripting in ms, sorted: "
                    + strings("spent.sort((a, b) => a - b).map(ms => ms.toFixed(1))") + "; bytes: "
                    + strings("sizes.sort((a, b) => a - b).map(String)"));
            assertThat(browser.errors()).isEmpty();
        }
    }

    @Test
    void moreThanFiveHundredNodesOfAPoolAreBars() throws Exception {
        try (var page = PageWorld.large(2400)) {
            page.world.push("etl-0", 3600, Duration.ofMinutes(5));
            page.run(Duration.ofMinutes(4), Duration.ofSeconds(20));
            browser.open(page.address());
            headline("3600 jobs running");
            assertThat(browser.text("#pools")).contains("600 ready").contains("More than 500 nodes");
            assertThat(browser.number("document.querySelectorAll('.nodes-bar').length")).isEqualTo(1);
        }
    }

    @Test
    void aBrokenLineIsSaidAndMendedAndNothingIsLost() throws Exception {
        try (var page = busy(Duration.ofMinutes(2))) {
            browser.open(page.address());
            headline("Waiting for 17 nodes");
            page.serveAnew(() -> {
                await().atMost(SOON).until(() -> browser.text("#age").startsWith("stream stalled"));
                assertThat(browser.run("return document.getElementById('age').dataset.state")).isEqualTo("red");
                runOn(page, Duration.ofMinutes(5));
            });
            headline("No jobs");
            await().atMost(SOON).until(() -> browser.text("#age").startsWith("live"));
            assertThat(browser.number("Date.parse(newest.now) - points[points.length - 1].at")).isZero();
            assertThat(browser.text("#decisions")).as("decided meanwhile").contains("from 14 to 0");
        }
    }

    @Test
    void whoHasNoTokenSeesNothingUntilTheyHave() throws Exception {
        var file = Files.writeString(directory.resolve("token"), "open-sesame\n");
        try (var page = PageWorld.platform(new HttpSettings("127.0.0.1", 0, new TokenFile(file)))) {
            page.tick();
            browser.open(page.address());
            await().atMost(SOON).until(() -> browser.number("byId('token').open ? 1 : 0") == 1);
            assertThat(browser.run("return document.body.innerText")).asString().doesNotContain("compute-optimized");
            browser.type("wrong");
            browser.press("Enter");
            await().atMost(SOON).until(() -> browser.text("#token").contains("not accepted"));
            browser.type("open-sesame");
            browser.press("Enter");
            headline("No jobs, no executors");
            assertThat(browser.text("#pools")).contains("compute-optimized");
            assertThat(browser.run("return document.cookie + location.href")).asString().doesNotContain("sesame");
        }
    }

    @Test
    void nothingOfAnotherHostAndNothingInlineMayRun() throws Exception {
        try (var page = busy(Duration.ofMinutes(30))) {
            browser.open(page.address());
            headline("Waiting for 17 nodes");
            browser.run("const made = document.createElement('script'); made.textContent = 'window.ran = 1'; document.body.append(made);");
            assertThat(browser.run("return window.ran")).isNull();
            assertThat(browser.errors()).anyMatch(error -> error.contains("Content Security Policy"));
            assertThat(strings("performance.getEntriesByType('resource').map(e => e.name).filter(name => !name.startsWith(location.origin))"))
                    .isEmpty();
        }
    }

    @Test
    void withoutScriptTheTruthIsThere() throws Exception {
        try (var page = busy(Duration.ofMinutes(30))) {
            var answer = get(page.address()).body();
            assertThat(answer).contains("Waiting for 17 nodes in compute-optimized; 100 jobs waiting.</p>")
                    .contains("<li>Executor executor: 100 jobs wait and 0 run; 0 of 50 pods ready.</li>")
                    .contains("<li>Pool compute-optimized: 0 of 17 nodes ready, 17 on the way.</li>");
        }
    }

    /** A minute after a hundred jobs came from nothing. */
    private static PageWorld busy(Duration work) throws InterruptedException {
        var page = PageWorld.platform(ANY_PORT);
        page.tick();
        page.world.advance(SECOND);
        page.world.push("executor", 100, work);
        return page.run(Duration.ofMinutes(1), SECOND);
    }

    private static void runOn(PageWorld page, Duration time) {
        try {
            page.run(time, SECOND);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    /** How old the newest is that the page has, whatever it shows. */
    private static void ageIsShown() {
        assertThat(browser.run("return byId('age').checkVisibility({visibilityProperty: true}) ? byId('age').textContent : ''")).asString()
                .matches("(live|stream stalled) .*|connecting");
    }

    private static void legible(String scheme) {
        ageIsShown();
        assertThat(browser.number("document.documentElement.scrollWidth")).as("no horizontal scroll")
                .isLessThanOrEqualTo(browser.number("innerWidth"));
        assertThat(strings(
                "Array.from(document.querySelectorAll('body *')).filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 90))"))
                .as("nothing is cut off on the right").isEmpty();
        assertThat(strings(Accessible.RULES)).as("what a reader of screens stumbles over").isEmpty();
        assertThat(strings(CONTRAST)).as("texts with less contrast than WCAG AA asks for").isEmpty();
        assertThat(browser.number("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number).reduce((a, b) => a + b)") < 3 * 128)
                .as("dark").isEqualTo(scheme.equals("dark"));
    }

    private static void everythingInteractiveIsReachedByTab() {
        browser.run("document.body.focus(); document.activeElement.blur(); window.getSelection().removeAllRanges()");
        var wanted = new TreeSet<>(strings("Array.from(document.querySelectorAll('a[href], button, input, summary, [tabindex]'))"
                + ".filter(e => e.checkVisibility({visibilityProperty: true}) && e.tabIndex >= 0).map(e => " + NAME + ")"));
        assertThat(wanted).hasSizeGreaterThan(17).contains("decisions", "time", "filter");
        var reached = new TreeSet<String>();
        for (int i = 0; i < wanted.size() + 25; i++) {
            browser.tab();
            reached.addAll(strings("[document.activeElement].map(e => " + NAME + ")"));
            if (browser.number("document.activeElement === document.body ? 1 : 0") == 0) {
                assertThat(browser.run("return getComputedStyle(document.activeElement).outlineStyle")).as("the focus is seen").isEqualTo("solid");
            }
            if ("node".equals(browser.run("return document.activeElement.className"))) {
                assertThat(browser.run("return document.activeElement.closest('.pool').querySelector('.about').textContent"))
                        .as("a node tells of itself").asString().isNotBlank();
                var before = browser.run("return document.activeElement.dataset.key");
                browser.press("ArrowRight");
                assertThat(browser.run("return document.activeElement.dataset.key")).as("arrows go on among nodes").isNotEqualTo(before);
                assertThat(browser.run("return document.body.dataset.time")).as("and not through time").isEqualTo("live");
                browser.press("ArrowLeft");
            }
        }
        assertThat(reached).containsAll(wanted);
    }

    private static final String NAME = "(e.id || e.dataset.key || e.getAttribute('aria-label') || e.textContent) + (e.closest('[data-key]') || {dataset: {key: ''}}).dataset.key";

    /** Whether the page shows the {@code live} state or one of the {@code past}. */
    private static boolean shows(String time) {
        return time.equals(browser.run("return document.body.dataset.time"));
    }

    private static HttpResponse<String> get(String address) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Texts on plain grounds below 4.5:1 (3:1 where large), as WCAG 2.2, 1.4.3 counts it. */
    private static final String CONTRAST = """
            (() => {
              const pixel = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
              const rgb = text => { pixel.clearRect(0, 0, 1, 1); pixel.fillStyle = text; pixel.fillRect(0, 0, 1, 1); return Array.from(pixel.getImageData(0, 0, 1, 1).data); };
              const part = c => (c /= 255) <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
              const light = c => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
              const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] === 255) return c; } return [255, 255, 255]; };
              const own = e => Array.from(e.childNodes).filter(n => n.nodeType === 3).map(n => n.data.trim()).join('');
              return Array.from(document.querySelectorAll('body *')).filter(e => e.checkVisibility({visibilityProperty: true}) && own(e) && e.tagName !== 'SCRIPT').flatMap(e => {
                const style = getComputedStyle(e), color = e instanceof SVGElement ? style.fill : style.color, a = light(rgb(color)), b = light(ground(e));
                const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                return ratio < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5) ? [own(e).slice(0, 40) + ' ' + ratio.toFixed(2)] : [];
              });
            })()""";
}
