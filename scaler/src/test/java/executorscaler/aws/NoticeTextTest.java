package executorscaler.aws;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.snapshot.Notice;
import executorscaler.snapshot.Notice.Kind;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events as AWS documents them, and everything else that may lie in a queue. */
@Tag("unit")
class NoticeTextTest {

    private static final Instant RECEIVED = Instant.parse("2026-11-21T12:00:01Z");
    private static final Instant SAID = Instant.parse("2026-11-21T12:00:00Z");
    private static final NoticeText TEXT = new NoticeText("123456789012", "us-east-1");

    @Test
    void aSpotInterruptionIsTwoMinutesAway() {
        var notice = read(event("EC2 Spot Instance Interruption Warning", "aws.ec2",
                "{\"instance-id\": \"i-0123456789abcdef0\", \"instance-action\": \"terminate\"}"));
        assertThat(notice)
                .isEqualTo(new Notice("m", Kind.INTERRUPTION, List.of("i-0123456789abcdef0"), SAID, SAID.plusSeconds(120), "", "", RECEIVED));
    }

    @Test
    void aRecommendationNamesNoTime() {
        var notice = read(event("EC2 Instance Rebalance Recommendation", "aws.ec2", "{\"instance-id\": \"i-0123456789abcdef0\"}"));
        assertThat(notice.kind()).isEqualTo(Kind.REBALANCE);
        assertThat(notice.until()).isEqualTo(Instant.MAX);
    }

    @Test
    void aLifecycleActionNamesItsHook() {
        var notice = read(event("EC2 Instance-terminate Lifecycle Action", "aws.autoscaling", """
                {"LifecycleActionToken": "71514b9d-6a40-4b26-8523-05e7ee35fa40", "AutoScalingGroupName": "executors-c5",
                 "LifecycleHookName": "drain", "EC2InstanceId": "i-0123456789abcdef0",
                 "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING", "Origin": "AutoScalingGroup", "Destination": "EC2"}"""));
        assertThat(notice.kind()).isEqualTo(Kind.TERMINATING);
        assertThat(notice.hook()).isEqualTo("drain");
        assertThat(notice.trouble()).isEmpty();
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({"stopping, GONE", "stopped, GONE", "shutting-down, GONE", "terminated, GONE", "running, OTHER", "pending, OTHER"})
    void aStateMattersWhereTheInstanceGoes(String state, Kind kind) {
        var notice = read(event("EC2 Instance State-change Notification", "aws.ec2",
                "{\"instance-id\": \"i-0123456789abcdef0\", \"state\": \"" + state + "\"}"));
        assertThat(notice.kind()).isEqualTo(kind);
        assertThat(notice.trouble()).isEmpty();
    }

    @Test
    void maintenanceIsOfSeveralInstancesAtATime() {
        var notice = read(health("EC2", "scheduledChange", "upcoming"));
        assertThat(notice.kind()).isEqualTo(Kind.MAINTENANCE);
        assertThat(notice.instances()).containsExactly("i-0123456789abcdef0", "i-0123456789abcdef1");
        assertThat(notice.until()).isEqualTo(Instant.parse("2026-11-28T13:19:03Z"));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource({"RDS, scheduledChange, upcoming", "EC2, issue, open", "EC2, scheduledChange, closed"})
    void whatElseHealthTellsIsForPeople(String service, String category, String status) {
        var notice = read(health(service, category, status));
        assertThat(notice.kind()).isEqualTo(Kind.OTHER);
        assertThat(notice.trouble()).isEmpty();
    }

    @Test
    void nothingIsSaidInTheFuture() {
        var late = event("EC2 Instance Rebalance Recommendation", "aws.ec2", "{\"instance-id\": \"i-0123456789abcdef0\"}")
                .replace("2026-11-21", "2099-01-01");
        assertThat(read(late).at()).isEqualTo(RECEIVED);
    }

    @Test
    void eventsOfOthersAreForeign() {
        var ours = event("EC2 Spot Instance Interruption Warning", "aws.ec2", "{\"instance-id\": \"i-0123456789abcdef0\"}");
        assertThat(read(ours.replace("123456789012", "999999999999")).trouble()).isEqualTo("account 999999999999, not 123456789012");
        assertThat(read(ours.replace("us-east-1", "eu-central-1")).trouble()).isEqualTo("region eu-central-1, not us-east-1");
        assertThat(new NoticeText("", "us-east-1").read("m", ours, RECEIVED).trouble()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "[]", "null", "{", "{}", "{\"time\": \"now\"}", "{\"time\": \"2026-11-21T12:00:00Z\"}",
            "{\"time\": \"2026-11-21T12:00:00Z\", \"detail-type\": \"EC2 Spot Instance Interruption Warning\"}",
            "{\"time\": \"2026-11-21T12:00:00Z\", \"detail-type\": \"EC2 Spot Instance Interruption Warning\", \"source\": \"aws.ec2\", "
                    + "\"detail\": {\"instance-id\": \"../../etc/passwd\"}}",
            "{\"time\": \"2026-11-21T12:00:00Z\", \"detail-type\": \"EC2 Spot Instance Interruption Warning\", \"source\": \"mine\", "
                    + "\"detail\": {\"instance-id\": \"i-0123456789abcdef0\"}}",
            "{\"time\": \"2026-11-21T12:00:00Z\", \"detail-type\": \"EC2 Instance-terminate Lifecycle Action\", \"source\": \"aws.autoscaling\", "
                    + "\"detail\": {\"EC2InstanceId\": \"i-0123456789abcdef0\", \"LifecycleHookName\": \"a b; c\"}}"})
    void whatIsNoEventIsNamedAndHarmless(String body) {
        var notice = read(body);
        assertThat(notice.kind()).isEqualTo(Kind.OTHER);
        assertThat(notice.instances()).isEmpty();
        assertThat(notice.trouble()).isNotEmpty();
    }

    @Test
    void aMessageAsLargeAsSqsTakesIsHarmless() {
        assertThat(read("x".repeat(256 * 1024)).trouble()).isEqualTo("it is no JSON");
    }

    private static Notice read(String body) {
        return TEXT.read("m", body, RECEIVED);
    }

    private static String event(String type, String source, String detail) {
        return """
                {"version": "0", "id": "12345678-1234-1234-1234-123456789012", "detail-type": "%s", "source": "%s", "account": "123456789012",
                 "time": "2026-11-21T12:00:00Z", "region": "us-east-1", "resources": [], "detail": %s}""".formatted(type, source, detail);
    }

    private static String health(String service, String category, String status) {
        return event("AWS Health Event", "aws.health", """
                {"service": "%s", "eventTypeCode": "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED", "eventTypeCategory": "%s", "statusCode": "%s",
                 "startTime": "Sat, 28 Nov 2026 13:19:03 GMT",
                 "affectedEntities": [{"entityValue": "i-0123456789abcdef0"}, {"entityValue": "i-0123456789abcdef1"}]}"""
                .formatted(service, category, status));
    }
}
