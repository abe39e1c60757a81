package executorscaler.aws;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.snapshot.Pool.LaunchFailure;
import executorscaler.snapshot.Pool.LaunchFailure.Cause;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.autoscaling.model.Activity;

/** Messages of scaling activities as people have met them, in AWS's words. */
@Tag("unit")
class LaunchFailuresTest {

    private static final Instant BEGAN = Instant.parse("2026-11-21T12:00:00Z");

    @ParameterizedTest(name = "{0} {1} {2}: {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', nullValues = "-", value = {
            "NO_CAPACITY | us-east-1a | m5.large | We currently do not have sufficient m5.large capacity in the Availability Zone you requested (us-east-1a). Our system will be working on provisioning additional capacity. You can currently get m5.large capacity by not specifying an Availability Zone in your request or choosing us-east-1b, us-east-1c. Launching EC2 instance failed.",
            "NO_CAPACITY | us-west-1c | t3.xlarge | Could not launch On-Demand Instances. InsufficientInstanceCapacity - We currently do not have sufficient t3.xlarge capacity in the Availability Zone you requested (us-west-1c). Our system will be working on provisioning additional capacity. You can currently get t3.xlarge capacity by not specifying an Availability Zone in your request or choosing us-west-1a. Launching EC2 instance failed.",
            "NO_CAPACITY | - | c5.4xlarge | We currently do not have sufficient c5.4xlarge capacity in zones with support for 'gp2' volumes. Our system will be working on provisioning additional capacity. Launching EC2 instance failed.",
            "NO_CAPACITY | - | - | Could not launch Spot Instances. InsufficientInstanceCapacity - There is no Spot capacity available that matches your request. Launching EC2 instance failed.",
            "NO_CAPACITY | - | - | There is no Spot capacity available that matches your request. Launching EC2 instance failed.",
            "NO_CAPACITY | - | - | Could not launch Spot Instances. UnfulfillableCapacity - Unable to fulfill capacity due to your request configuration. Please adjust your request and try again. Launching EC2 instance failed.",
            "NO_CAPACITY | us-east-2c | p3.8xlarge | Could not launch Spot Instances. InvalidFleetConfiguration - Your requested instance type (p3.8xlarge) is not supported in your requested Availability Zone (us-east-2c). Launching EC2 instance failed.",
            "NO_CAPACITY | us-west-2-lax-1a | g4dn.2xlarge | Your requested instance type (g4dn.2xlarge) is not supported in your requested Availability Zone (us-west-2-lax-1a). Please retry your request by not specifying an Availability Zone or choosing us-west-2a. Launching EC2 instance failed.",
            "NO_CAPACITY | - | - | Could not launch Spot Instances. SpotMaxPriceTooLow - Your Spot request price of 0.24156 is lower than the minimum required Spot request fulfillment price of 0.6034. Launching EC2 instance failed.",
            "NO_CAPACITY | - | - | Your Spot request price of 0.001 is lower than the minimum required Spot request fulfillment price of 0.0031. Launching EC2 instance failed.",
            "NO_CAPACITY | - | - | Could not launch On-Demand Instances. InsufficientFreeAddressesInSubnet - There are not enough free addresses in subnet 'subnet-0ab1' to satisfy the requested number of instances. Launching EC2 instance failed.",
            "NO_CAPACITY | - | - | Insufficient capacity. Launching EC2 instance failed.",
            "NO_CAPACITY | - | - | Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: Server.InsufficientInstanceCapacity: Insufficient capacity to satisfy instance request",
            "NO_CAPACITY | - | - | Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: Server.SpotInstanceTermination: Spot instance termination",
            "QUOTA | - | - | Could not launch On-Demand Instances. VcpuLimitExceeded - You have requested more vCPU capacity than your current vCPU limit of 8 allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit. Launching EC2 instance failed.",
            "QUOTA | - | - | You have requested more instances (7) than your current instance limit of 6 allows for the specified instance type. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit. Launching EC2 instance failed.",
            "QUOTA | - | - | Could not launch Spot Instances. MaxSpotInstanceCountExceeded - Max spot instance count exceeded. Launching EC2 instance failed.",
            "QUOTA | - | - | Max spot instance count exceeded. Placing Spot instance request failed.",
            "QUOTA | - | - | You've reached your quota for maximum Fleet Requests for this account. Launching EC2 instance failed.",
            "QUOTA | - | - | This account is currently blocked and not recognized as a valid account. Launching EC2 instance failed.",
            "QUOTA | - | - | Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: Client.VolumeLimitExceeded: Volume limit exceeded",
            "TEMPLATE | - | - | Could not launch On-Demand Instances. InvalidAMIID.NotFound - The image id '[ami-02c7e84c65fcfecee]' does not exist. Launching EC2 instance failed.",
            "TEMPLATE | - | - | The image id '[ami-02c7e84c65fcfecee]' does not exist. Launching EC2 instance failed.",
            "TEMPLATE | - | - | The key pair 'ops' does not exist. Launching EC2 instance failed.",
            "TEMPLATE | - | - | The security group 'sg-1234' does not exist. Launching EC2 instance failed.",
            "TEMPLATE | - | - | Could not launch On-Demand Instances. InvalidParameterCombination - The specified instance type is not eligible for Free Tier. Launching EC2 instance failed.",
            "TEMPLATE | - | - | Could not launch Spot Instances. UnauthorizedOperation - You are not authorized to perform this operation. Launching EC2 instance failed.",
            "TEMPLATE | - | - | The requested configuration is currently not supported. Please check the documentation for supported configurations. Launching EC2 instance failed.",
            "TEMPLATE | - | - | Value (ephemeral) for parameter virtualName is invalid. Expected format: 'ephemeralNUMBER'. Launching EC2 instance failed.",
            "TEMPLATE | - | - | Invalid IAM Instance Profile name. Launching EC2 instance failed.",
            "TEMPLATE | - | - | Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: Client.InternalError: Client error on launch",
            "TEMPLATE | - | - | Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state",
            "OTHER | - | - | Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: Server.InternalError: Internal error on launch",
            "OTHER | - | - | Authentication Failure. Launching EC2 instance failed.",
            "OTHER | - | - | Something that nobody has met yet. Launching EC2 instance failed."})
    void messages(Cause cause, String zone, String type, String message) {
        assertThat(LaunchFailures.said(message)).containsExactly(new LaunchFailures.Said(cause, zone == null ? "" : zone, type == null ? "" : type));
    }

    @Test
    void aMessageOfAFleetMayNameSeveralZonesAndTypes() {
        var message = "Could not launch On-Demand Instances. InsufficientInstanceCapacity - We currently do not have sufficient m5.large capacity in the "
                + "Availability Zone you requested (us-east-1a). Our system will be working on provisioning additional capacity. "
                + "InsufficientInstanceCapacity - We currently do not have sufficient c5.large capacity in the Availability Zone you requested (us-east-1b). "
                + "Unsupported - Your requested instance type (r5.large) is not supported in your requested Availability Zone (us-east-1a). "
                + "Launching EC2 instance failed.";
        assertThat(LaunchFailures.said(message)).containsExactly(new LaunchFailures.Said(Cause.NO_CAPACITY, "us-east-1a", "m5.large"),
                new LaunchFailures.Said(Cause.NO_CAPACITY, "us-east-1b", "c5.large"),
                new LaunchFailures.Said(Cause.NO_CAPACITY, "us-east-1a", "r5.large"));
    }

    private static Activity.Builder failed(String message) {
        return Activity.builder().activityId("a-1").description("Launching a new EC2 instance.  Status Reason: " + message).statusCode("Failed")
                .statusMessage(message).startTime(BEGAN).endTime(BEGAN.plusSeconds(2))
                .details("{\"Subnet ID\":\"subnet-1\",\"Availability Zone\":\"us-east-1a\"}");
    }

    @Test
    void whereAMessageNamesNoZoneTheActivitysDetailsDo() {
        var message = "There is no Spot capacity available that matches your request. Launching EC2 instance failed.";
        assertThat(LaunchFailures.of(failed(message).build()))
                .containsExactly(new LaunchFailure("a-1", BEGAN.plusSeconds(2), Cause.NO_CAPACITY, "us-east-1a", "", message));
        var several = failed(message).details("{\"Availability Zone\":\"us-east-1a, us-east-1b\"}").endTime(null).build();
        assertThat(LaunchFailures.of(several)).containsExactly(new LaunchFailure("a-1", BEGAN, Cause.NO_CAPACITY, "", "", message));
        assertThat(LaunchFailures.of(failed(message).details("no JSON").build())).extracting(LaunchFailure::zone).containsExactly("");
    }

    @Test
    void aQuotaIsOfNoZone() {
        assertThat(LaunchFailures.of(failed("Max spot instance count exceeded. Launching EC2 instance failed.").build())).singleElement()
                .satisfies(one -> {
                    assertThat(one.cause()).isEqualTo(Cause.QUOTA);
                    assertThat(one.zone()).isEmpty();
                });
    }

    @Test
    void whatIsNoFailedLaunchIsNone() {
        var message = "Insufficient capacity. Launching EC2 instance failed.";
        assertThat(List.of(failed(message).statusCode("Successful").build(), failed(message).statusCode("InProgress").build(),
                failed(message).description("Terminating EC2 instance: i-1").build(), failed("").build(),
                failed("Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: "
                        + "Client.UserInitiatedShutdown: User initiated shutdown").statusCode("Cancelled").build()))
                .allSatisfy(activity -> assertThat(LaunchFailures.of(activity)).isEmpty());
        assertThat(LaunchFailures.of(failed(message).statusCode("Cancelled").build())).hasSize(1);
    }
}
