package executorscaler.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where notices are read, and where not. */
@Tag("unit")
class NoticesConfigTest {

    private static final String REST = "redis: {url: redis://cache}\nnodePools: [{name: p, autoScalingGroup: g, maxSize: 3}]\n";

    @Test
    void withoutAQueueNothingIsRead() {
        assertThat(ConfigReader.read(REST)).isInstanceOfSatisfying(ConfigReader.Valid.class,
                valid -> assertThat(valid.config().notices().on()).isFalse());
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://sqs.eu-central-1.amazonaws.com/123456789012/notices",
            "https://eu-central-1.queue.amazonaws.com/123456789012/n_1",
            "http://127.0.0.1:5000/queue/123456789012/notices", "http://127.0.0.1:5000/123456789012/notices"})
    void theAddressNamesTheAccount(String url) {
        assertThat(ConfigReader.read(REST + "notices: {queueUrl: \"" + url + "\"}")).isInstanceOfSatisfying(ConfigReader.Valid.class, valid -> {
            assertThat(valid.config().notices().account()).isEqualTo("123456789012");
            assertThat(valid.config().notices().on()).isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"notices", "arn:aws:sqs:eu-central-1:123456789012:notices", "https://sqs.eu-central-1.amazonaws.com/1234/notices",
            "https://sqs.eu-central-1.amazonaws.com/123456789012/notices.fifo"})
    void whatIsNoQueueIsNamed(String url) {
        assertThat(ConfigReader.read(REST + "notices: {queueUrl: \"" + url + "\"}")).isInstanceOfSatisfying(ConfigReader.Invalid.class,
                invalid -> assertThat(invalid.problems()).singleElement()
                        .satisfies(problem -> assertThat(problem.path()).isEqualTo("notices.queueUrl")));
    }
}
