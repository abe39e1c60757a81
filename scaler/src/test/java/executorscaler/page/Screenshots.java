package executorscaler.page;

import executorscaler.demo.DemoProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
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
            Awaitility.await().atMost(Duration.ofMinutes(2))
                    .until(() -> browser.text("#headline").contains("jobs running on 50 executors") && demo.said().contains("40 jobs arrive"));
            browser.screenshot(images.resolve("page.png"));
            browser.scheme("dark");
            browser.screenshot(images.resolve("page-dark.png"));
        }
    }
}
