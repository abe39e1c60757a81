package executorscaler.page;

import executorscaler.demo.DemoProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** Takes the pictures of the documentation, by hand: {@code Screenshots docs/images}. Not part of any build, so that no build changes files. */
final class Screenshots {

    private Screenshots() {}

    public static void main(String[] args) throws Exception {
        var images = Path.of(args[0]);
        var directory = Files.createTempDirectory("screenshots");
        try (var demo = DemoProcess.start(directory, Map.of(), "--speed", "20"); var browser = new Browser(directory.resolve("profile"))) {
            browser.size(1440, 900);
            browser.open(demo.page());
            // The second burst: executors at work, and the decisions of both.
            await(browser, "jobs running on 50 executors", () -> demo.said().contains("40 jobs arrive"));
            browser.screenshot(images.resolve("page.png"));
            // The last one, when it is known how long nodes take: what is on its way, and when it will be there.
            await(browser, "Waiting for 2 nodes", () -> true);
            Awaitility.await().atMost(Duration.ofMinutes(1))
                    .until(() -> browser.number("document.querySelectorAll('.node[data-state=booting]').length") == 2);
            browser.scheme("dark");
            browser.screenshot(images.resolve("page-dark.png"));
            browser.size(390, 844);
            browser.screenshot(images.resolve("page-narrow.png"));
            browser.size(1440, 900);
            browser.scheme("light");
            browser.run("select('pool/compute-optimized'); travel(points.find(point => point.running > 0 && point.waiting > 0).tick);");
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> browser.text("#past").contains("as of"));
            browser.screenshot(images.resolve("page-past.png"));
        }
    }

    private static void await(Browser browser, String headline, Callable<Boolean> and) {
        Awaitility.await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(100))
                .until(() -> browser.text("#headline").contains(headline) && and.call());
    }
}
