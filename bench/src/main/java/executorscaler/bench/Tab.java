package executorscaler.bench;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.ScriptTimeoutException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The page in Debian's Chromium without a screen, with a stopwatch inside: what it shows is timed where it is drawn, not where it is asked for. */
final class Tab implements AutoCloseable {

    // drawnAt[name]: a promise of the time (ms since the epoch) at which the browser has drawn the words in that place.
    private static final String STOPWATCH = """
            window.drawnAt = {};
            window.expectDrawn = (name, selector, words) => drawnAt[name] = new Promise(drawn => {
              const place = document.querySelector(selector);
              const look = () => {
                if (!place.textContent.includes(words)) return;
                changes.disconnect();
                requestAnimationFrame(() => {
                  const after = new MessageChannel();
                  after.port1.onmessage = () => drawn(Date.now());
                  after.port2.postMessage(0);
                });
              };
              const changes = new MutationObserver(look);
              changes.observe(place, {subtree: true, childList: true, characterData: true});
              look();
            });""";

    private final ChromeDriver driver;

    private Tab(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Opens this address; the profile is made anew. */
    static Tab open(Path profile, String address) {
        var options = new ChromeOptions().setBinary("/usr/bin/chromium").addArguments("--headless=new", "--no-sandbox", "--disable-gpu",
                "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
                "--window-size=1440,900", "--user-data-dir=" + profile);
        // Both named: Selenium would look for them on the network otherwise.
        var driver = new ChromeDriver(new ChromeDriverService.Builder().usingDriverExecutable(new File("/usr/bin/chromedriver")).build(), options);
        driver.manage().timeouts().scriptTimeout(Duration.ofMinutes(2));
        driver.get(address);
        driver.executeScript(STOPWATCH);
        return new Tab(driver);
    }

    /** Loads the page anew; ms from the begin of that until the first text of it, which the service puts there, is drawn. */
    double painted() {
        driver.navigate().refresh();
        var answer = driver.executeAsyncScript("const done = arguments[0]; new PerformanceObserver(list => "
                + "list.getEntriesByName('first-contentful-paint').forEach(paint => done(paint.startTime))).observe({type: 'paint', buffered: true})");
        driver.executeScript(STOPWATCH);
        return ((Number) Objects.requireNonNull(answer)).doubleValue();
    }

    /** Starts to look for the words in the place of this selector. */
    void expect(String name, String selector, String words) {
        driver.executeScript("expectDrawn(...arguments)", name, selector, words);
    }

    /** When they were drawn, in ms since the epoch; waits for it. */
    long drawnAt(String name) {
        try {
            var answer = driver.executeAsyncScript("drawnAt[arguments[0]].then(arguments[1])", name);
            return ((Number) Objects.requireNonNull(answer, name)).longValue();
        } catch (ScriptTimeoutException never) {
            throw new IllegalStateException("the page does not show the " + name + ":\n" + value("document.body.innerText"), never);
        }
    }

    /** What the expression is now. */
    @Nullable
    Object value(String expression) {
        return driver.executeScript("return " + expression);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
