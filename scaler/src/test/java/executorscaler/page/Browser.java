package executorscaler.page;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LoggingPreferences;

/** Debian's Chromium without a screen. */
final class Browser implements AutoCloseable {

    private final ChromeDriver driver;

    Browser(Path profile) {
        var console = new LoggingPreferences();
        console.enable(LogType.BROWSER, Level.ALL);
        var options = new ChromeOptions().setBinary("/usr/bin/chromium").addArguments("--headless=new", "--no-sandbox", "--disable-gpu",
                "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
                "--user-data-dir=" + profile);
        options.setCapability(ChromeOptions.LOGGING_PREFS, console);
        // Both named: Selenium would look for them on the network otherwise.
        driver = new ChromeDriver(new ChromeDriverService.Builder().usingDriverExecutable(new File("/usr/bin/chromedriver")).build(), options);
    }

    /** The size of what is seen, even below the least width of a window. */
    void size(int width, int height) {
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    void scheme(String lightOrDark) {
        driver.executeCdpCommand("Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", lightOrDark))));
    }

    void open(String address) {
        driver.get(address);
    }

    String text(String selector) {
        return driver.findElement(By.cssSelector(selector)).getText();
    }

    @Nullable
    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    long number(String script) {
        return ((Number) Objects.requireNonNull(run("return " + script), script)).longValue();
    }

    void click(String selector) {
        driver.findElement(By.cssSelector(selector)).click();
    }

    /** A key by its name in the DOM, perhaps with {@code Shift+} before it. */
    void press(String key) {
        boolean shift = key.startsWith("Shift+");
        var keys = switch (shift ? key.substring("Shift+".length()) : key) {
            case "ArrowLeft" -> Keys.ARROW_LEFT;
            case "ArrowRight" -> Keys.ARROW_RIGHT;
            case "End" -> Keys.END;
            case "Enter" -> Keys.ENTER;
            case "Escape" -> Keys.ESCAPE;
            default -> key;
        };
        var acts = new Actions(driver);
        if (shift) acts.keyDown(Keys.SHIFT);
        acts.sendKeys(keys);
        if (shift) acts.keyUp(Keys.SHIFT);
        acts.perform();
    }

    /** Into what has the focus. */
    void type(String text) {
        driver.switchTo().activeElement().sendKeys(text);
    }

    /** Presses the pointer in the middle of it and drags to this part of its width. */
    void drag(String selector, double part) {
        var target = driver.findElement(By.cssSelector(selector));
        int width = target.getSize().width;
        new Actions(driver).moveToElement(target).clickAndHold().moveToElement(target, (int) (width * (part - 0.5)), 0).release().perform();
    }

    void tab() {
        driver.switchTo().activeElement().sendKeys(Keys.TAB);
    }

    /** What the page has reported as an error since the last call: exceptions, files that did not load, refused styles. */
    List<String> errors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream().filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                .map(LogEntry::toString).toList();
    }

    void screenshot(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
