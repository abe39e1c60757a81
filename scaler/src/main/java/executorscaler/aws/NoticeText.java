package executorscaler.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import executorscaler.snapshot.Notice;
import executorscaler.snapshot.Notice.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads an event of EventBridge, as a rule puts it into a queue (EventBridge's documentation, "AWS service event metadata"; EC2's, "Spot Instance interruption
 * notices"; Auto Scaling's, "EventBridge event reference"; Health's, "Amazon EventBridge event pattern"). What is no such event, or not ours, is a notice with
 * its trouble, so that it is counted, said, and deleted.
 */
final class NoticeText {

    /** Two minutes: EC2's documentation, "Spot Instance interruption notices". */
    private static final Duration WARNING = Duration.ofMinutes(2);

    private static final Pattern INSTANCE = Pattern.compile("i-[0-9a-f]{8,17}");
    private static final Pattern HOOK = Pattern.compile("[A-Za-z0-9_/-]{1,255}");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String account;
    private final String region;

    /** What ours is: an empty account is any. */
    NoticeText(String account, String region) {
        this.account = account;
        this.region = region;
    }

    /** What an event is not. */
    private static final class Misread extends Exception {
        private static final long serialVersionUID = 1L;

        Misread(String trouble) {
            super(trouble, null, false, false);
        }
    }

    /** The notice that a message is; any text is one. */
    Notice read(String message, String body, Instant receivedAt) {
        try {
            var event = JSON.readTree(body);
            if (event == null || !event.isObject()) throw new Misread("it is no JSON object");
            var said = time(event.path("time").asText());
            var at = said.isAfter(receivedAt) ? receivedAt : said; // nobody knows what has not been said: a clock is wrong, or a sender lies
            var notice = read(message, event, at, receivedAt);
            var foreign = foreign(event);
            return foreign.isEmpty() || notice.kind() == Kind.OTHER ? notice : troubled(notice, foreign);
        } catch (JsonProcessingException unreadable) {
            return unreadable(message, "it is no JSON", receivedAt);
        } catch (Misread misread) {
            return unreadable(message, String.valueOf(misread.getMessage()), receivedAt);
        }
    }

    private static Notice read(String message, JsonNode event, Instant at, Instant receivedAt) throws Misread {
        var detail = event.path("detail");
        var type = event.path("detail-type").asText();
        return switch (type) {
            case "EC2 Spot Instance Interruption Warning" ->
                notice(message, Kind.INTERRUPTION, from(event, "aws.ec2", detail.path("instance-id")), at, at.plus(WARNING), "", receivedAt);
            case "EC2 Instance Rebalance Recommendation" ->
                notice(message, Kind.REBALANCE, from(event, "aws.ec2", detail.path("instance-id")), at, Instant.MAX, "", receivedAt);
            case "EC2 Instance-terminate Lifecycle Action" ->
                notice(message, Kind.TERMINATING, from(event, "aws.autoscaling", detail.path("EC2InstanceId")), at, Instant.MAX, hook(detail),
                        receivedAt);
            case "EC2 Instance State-change Notification" -> notice(message, kindOf(detail.path("state").asText()),
                    from(event, "aws.ec2", detail.path("instance-id")), at, Instant.MAX, "", receivedAt);
            case "AWS Health Event" -> health(message, event, at, receivedAt);
            case "" -> throw new Misread("it has no detail-type");
            default -> notice(message, Kind.OTHER, List.of(), at, Instant.MAX, "", receivedAt);
        };
    }

    private static Kind kindOf(String state) {
        return switch (state) {
            case "stopping", "stopped", "shutting-down", "terminated" -> Kind.GONE;
            default -> Kind.OTHER;
        };
    }

    private static String hook(JsonNode detail) throws Misread {
        var hook = detail.path("LifecycleHookName").asText();
        if (!HOOK.matcher(hook).matches()) throw new Misread("LifecycleHookName is no name");
        return hook;
    }

    /** Scheduled changes of EC2 alone: all else that Health tells is for people. */
    private static Notice health(String message, JsonNode event, Instant at, Instant receivedAt) throws Misread {
        var detail = event.path("detail");
        boolean scheduled = detail.path("service").asText().equals("EC2") && detail.path("eventTypeCategory").asText().equals("scheduledChange")
                && !detail.path("statusCode").asText().equals("closed");
        if (!scheduled) return notice(message, Kind.OTHER, List.of(), at, Instant.MAX, "", receivedAt);
        source(event, "aws.health");
        var instances = new ArrayList<String>();
        for (var entity : detail.path("affectedEntities")) {
            if (INSTANCE.matcher(entity.path("entityValue").asText()).matches()) instances.add(entity.path("entityValue").asText());
        }
        if (instances.isEmpty()) return notice(message, Kind.OTHER, List.of(), at, Instant.MAX, "", receivedAt);
        try {
            var start = ZonedDateTime.parse(detail.path("startTime").asText(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            return notice(message, Kind.MAINTENANCE, instances, at, start, "", receivedAt);
        } catch (DateTimeParseException unreadable) {
            throw new Misread("startTime is no time");
        }
    }

    private static List<String> from(JsonNode event, String source, JsonNode instance) throws Misread {
        source(event, source);
        if (!INSTANCE.matcher(instance.asText()).matches()) throw new Misread("it names no instance");
        return List.of(instance.asText());
    }

    /** Nobody but AWS can send events of such a source through EventBridge. */
    private static void source(JsonNode event, String source) throws Misread {
        if (!event.path("source").asText().equals(source)) throw new Misread("its source is not " + source);
    }

    private String foreign(JsonNode event) {
        var from = event.path("account").asText();
        if (!account.isEmpty() && !from.equals(account)) return "account " + from + ", not " + account;
        var place = event.path("region").asText();
        return place.equals(region) ? "" : "region " + place + ", not " + region;
    }

    private static Instant time(String text) throws Misread {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException unreadable) {
            throw new Misread("its time is no time");
        }
    }

    private static Notice notice(String message, Kind kind, List<String> instances, Instant at, Instant until, String hook, Instant receivedAt) {
        return new Notice(message, kind, instances, at, until, hook, "", receivedAt);
    }

    private static Notice troubled(Notice notice, String trouble) {
        return new Notice(notice.message(), notice.kind(), notice.instances(), notice.at(), notice.until(), notice.hook(), trouble,
                notice.receivedAt());
    }

    private static Notice unreadable(String message, String trouble, Instant receivedAt) {
        return new Notice(message, Kind.OTHER, List.of(), receivedAt, Instant.MAX, "", trouble, receivedAt);
    }
}
