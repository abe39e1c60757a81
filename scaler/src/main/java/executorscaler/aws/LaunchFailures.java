package executorscaler.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import executorscaler.snapshot.Pool.LaunchFailure;
import executorscaler.snapshot.Pool.LaunchFailure.Cause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.ScalingActivityStatusCode;

/**
 * Scaling activities to failed launches. AWS says why in prose, at times with one of EC2's error codes in it: {@code Could not launch Spot Instances. CODE -
 * words}, or {@code Termination Reason: Client.CODE: words} for an instance that ended as soon as it began. Codes as in EC2's API reference, "Error codes";
 * prose as in the Auto Scaling user guide, "Troubleshoot: EC2 instance launch failures".
 */
final class LaunchFailures {

    private static final Pattern CODE = Pattern
            .compile("(?:Instances\\. |Launching EC2 instance failed\\.? |Termination Reason: (?:Client|Server)\\.)([A-Z][A-Za-z.]+[a-z])(?: - |:)");
    private static final Pattern ZONE = Pattern.compile("Availability Zone(?: you requested)? \\(([a-z]{2}(?:-[a-z]+)+-[0-9]+[a-z0-9-]*)\\)");
    private static final Pattern TYPE = Pattern.compile("(?:sufficient |instance type \\()([a-z][a-z0-9-]*\\.[a-z0-9-]+)");

    /** Another zone, another type or a later time will do. */
    private static final Set<String> CAPACITY = Set.of("InsufficientInstanceCapacity", "InsufficientHostCapacity", "InsufficientCapacity",
            "InsufficientReservedInstanceCapacity", "InsufficientCapacityOnOutpost", "ReservationCapacityExceeded", "UnfulfillableCapacity",
            "SpotMaxPriceTooLow", "InsufficientFreeAddressesInSubnet", "SpotInstanceTermination", "SpotInstanceShutdown");
    private static final List<String> CAPACITY_WORDS = List.of("do not have sufficient", "insufficient capacity", "no spot capacity available",
            "lower than the minimum required spot request fulfillment price", "is not supported in your requested availability zone",
            "availability zone is no longer supported", "not enough free addresses", "does not have sufficient compatible and available capacity",
            "unable to fulfill capacity", "no available capacity");

    /** The account may have no more. */
    private static final List<String> QUOTA_WORDS = List.of("max spot instance count exceeded", "vcpu limit of", "instance limit of",
            "you've reached your quota", "limit exceeded", "account is currently blocked", "pending verification",
            "instance(s) are already running");

    /** The template, or what it names, or a right is wrong. */
    private static final Set<String> TEMPLATE = Set.of("UnauthorizedOperation", "AccessDenied", "AuthFailure", "OptInRequired", "Unsupported",
            "MissingParameter", "InternalError");
    private static final List<String> TEMPLATE_WORDS = List.of("does not exist", "not authorized", "not currently supported",
            "currently not supported", "is invalid", "invalid iam instance profile", "invalid device name", "not supported for instance-store",
            "may not be used with instances of type", "client error on launch", "accept terms", "invalid launch template", "is not valid");

    private LaunchFailures() {}

    /**
     * What one message says.
     *
     * @param zone empty: not said
     * @param type empty: not said
     */
    record Said(Cause cause, String zone, String type) {}

    /** A launch that came to nothing, by each zone and type that its message names; empty where the activity is not one. */
    static List<LaunchFailure> of(Activity activity) {
        var status = activity.statusCode();
        var message = Objects.requireNonNullElse(activity.statusMessage(), "");
        if ((status != ScalingActivityStatusCode.FAILED && status != ScalingActivityStatusCode.CANCELLED) || message.isEmpty()) return List.of();
        var description = Objects.requireNonNullElse(activity.description(), "");
        if (!description.startsWith("Launching") && !description.startsWith("Plac")) return List.of(); // "Placing" or "Placed Spot instance request"
        if (message.contains("UserInitiatedShutdown")) return List.of(); // somebody ended it; AWS could make it
        var at = activity.endTime() == null ? activity.startTime() : activity.endTime();
        var zone = zone(activity.details());
        return said(message).stream().map(said -> new LaunchFailure(Objects.requireNonNullElse(activity.activityId(), ""),
                Objects.requireNonNullElse(at, Instant.EPOCH), said.cause(),
                said.zone().isEmpty() && said.cause() == Cause.NO_CAPACITY ? zone : said.zone(), said.type(), message)).toList();
    }

    /** One for each sentence that names another zone or type; one where none does. */
    static List<Said> said(String message) {
        var cause = cause(message);
        if (cause != Cause.NO_CAPACITY) return List.of(new Said(cause, "", "")); // a quota or a template has no zone
        var said = new ArrayList<Said>();
        // "We currently do not have sufficient T capacity in the Availability Zone you requested (Z)." begins what belongs together.
        for (var part : message.split("(?=We currently do not have|Your requested instance type)", -1)) {
            var one = new Said(cause, first(ZONE, part), first(TYPE, part));
            if ((!one.zone().isEmpty() || !one.type().isEmpty()) && !said.contains(one)) said.add(one);
        }
        return said.isEmpty() ? List.of(new Said(cause, "", "")) : said;
    }

    private static Cause cause(String message) {
        var code = first(CODE, message);
        var words = message.toLowerCase(Locale.ROOT);
        // A type that a zone does not have is there in another zone, whatever code that comes with.
        if (CAPACITY.contains(code) || any(CAPACITY_WORDS, words)) return Cause.NO_CAPACITY;
        if (code.endsWith("LimitExceeded") || code.endsWith("CountExceeded") || code.equals("PendingVerification") || code.equals("Blocked")
                || any(QUOTA_WORDS, words))
            return Cause.QUOTA;
        if (message.contains("Server.InternalError")) return Cause.OTHER; // AWS's own, and gone the next time; Client.InternalError is a key's
        if (TEMPLATE.contains(code) || code.startsWith("Invalid") || any(TEMPLATE_WORDS, words)) return Cause.TEMPLATE;
        return Cause.OTHER;
    }

    private static boolean any(List<String> phrases, String words) {
        return phrases.stream().anyMatch(words::contains);
    }

    private static String first(Pattern pattern, String text) {
        var found = pattern.matcher(text);
        return found.find() ? found.group(1) : "";
    }

    /** Where the launch was tried, by the activity's details: {@code {"Subnet ID":"subnet-1","Availability Zone":"us-east-1a"}}. Several: not said. */
    private static String zone(String details) {
        if (details == null || details.isEmpty()) return "";
        try {
            var named = new ObjectMapper().readTree(details).path("Availability Zone").asText("");
            var zones = new TreeSet<>(Stream.of(named.split(",", -1)).map(String::strip).toList());
            return zones.size() == 1 ? zones.first() : "";
        } catch (JsonProcessingException noDetails) {
            return "";
        }
    }
}
