package testbed;

import java.time.Instant;
import java.util.UUID;

/** A scaling activity as DescribeScalingActivities tells it. */
record Activity(String id, String group, String description, String cause, Instant at, String statusCode, String statusMessage) {

    static Activity launched(String group, String instanceId) {
        return new Activity(UUID.randomUUID().toString(), group, "Launching a new EC2 instance: " + instanceId,
                "an instance was started in response to a difference between desired and actual capacity", Instant.now(), "Successful", "");
    }

    /** In the words AWS uses when a zone has no more machines of a type. */
    static String noCapacity(String instanceType, String zone) {
        return "We currently do not have sufficient " + instanceType + " capacity in the Availability Zone you requested (" + zone
                + "). Our system will be working on provisioning additional capacity. You can currently get " + instanceType
                + " capacity by not specifying an Availability Zone in your request or choosing us-east-1b, us-east-1c."
                + " Launching EC2 instance failed.";
    }

    /** A launch that failed, in AWS's words. */
    static Activity refused(String group, String message) {
        return new Activity(UUID.randomUUID().toString(), group, "Launching a new EC2 instance.  Status Reason: " + message,
                "an instance was started in response to a difference between desired and actual capacity", Instant.now(), "Failed", message);
    }

    /** A launch that has not got as far as an instance. */
    static Activity begun(String group) {
        return new Activity(UUID.randomUUID().toString(), group, "Launching a new EC2 instance",
                "an instance was started in response to a difference between desired and actual capacity", Instant.now(), "PreInService", "");
    }

    String xml() {
        boolean begun = statusCode.equals("PreInService");
        return "<member>" + tag("ActivityId", id) + tag("AutoScalingGroupName", group) + tag("Description", description) + tag("Cause", cause)
                + tag("StartTime", at.toString()) + (begun ? "" : tag("EndTime", at.toString())) + tag("StatusCode", statusCode)
                + (statusMessage.isEmpty() ? "" : tag("StatusMessage", statusMessage)) + tag("Progress", "100")
                + tag("Details", "{\"Availability Zone\":\"" + AwsCredentials.ZONE + "\"}") + "</member>";
    }

    private static String tag(String name, String text) {
        return "<" + name + ">" + AwsAnswer.escape(text) + "</" + name + ">";
    }
}
