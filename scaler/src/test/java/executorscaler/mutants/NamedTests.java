package executorscaler.mutants;

import java.util.Arrays;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the tests that its arguments name, {@code package.Class} or {@code package.Class#method}, up to the first that fails. */
final class NamedTests {
    static final int PASSED = 0;
    static final int FAILED = 3;
    static final int NOTHING_RUN = 4;

    /** Begins the line of the result. */
    static final String SAYS = "RESULT ";

    private NamedTests() {}

    public static void main(String[] names) {
        int[] run = new int[1];
        var request = LauncherDiscoveryRequestBuilder.request().selectors(Arrays.stream(names).map(NamedTests::selector).toList()).build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) run[0]++;
                if (result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) return;
                var words = result.getThrowable().map(String::valueOf).orElse("").lines().filter(line -> !line.isBlank()).findFirst().orElse("");
                end(FAILED, test.getUniqueId().replaceAll(".*class:|[\\[\\]]", "").replace("/", " ") + ": " + words);
            }
        });
        end(run[0] == 0 ? NOTHING_RUN : PASSED, run[0] + " tests passed");
    }

    /** At once: whatever a test has started ends with the process. */
    private static void end(int code, String words) {
        System.out.println(SAYS + words);
        System.out.flush();
        Runtime.getRuntime().halt(code);
    }

    private static DiscoverySelector selector(String name) {
        return name.contains("#") ? DiscoverySelectors.selectMethod(name) : DiscoverySelectors.selectClass(name);
    }
}
