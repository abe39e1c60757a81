package testbed;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateSpecification;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.InstanceType;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;

/** Talks to a Moto server directly, past the proxy: sets the stage and looks behind it. */
public final class Moto implements AutoCloseable {
    // One of the images Moto knows from the start.
    private static final String IMAGE = "ami-12c6146b";

    // The SDK asks again for what was not answered in time. A busy machine's Moto does it twice then, and making the same thing twice is an error.
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final URI endpoint;
    private final SdkHttpClient http = UrlConnectionHttpClient.builder().socketTimeout(PATIENCE).build();
    private final AutoScalingClient autoScaling;
    private final Ec2Client ec2;

    Moto(URI endpoint) {
        this.endpoint = endpoint;
        StaticCredentialsProvider credentials = StaticCredentialsProvider
                .create(AwsBasicCredentials.create(AwsCredentials.KEY, AwsCredentials.SECRET));
        Region region = Region.of(AwsCredentials.REGION);
        autoScaling = AutoScalingClient.builder().endpointOverride(endpoint).region(region).credentialsProvider(credentials).httpClient(http)
                .build();
        ec2 = Ec2Client.builder().endpointOverride(endpoint).region(region).credentialsProvider(credentials).httpClient(http).build();
    }

    /** The address of Moto itself. */
    public URI endpoint() {
        return endpoint;
    }

    public AutoScalingClient autoScaling() {
        return autoScaling;
    }

    public Ec2Client ec2() {
        return ec2;
    }

    /** Makes the pool's launch template and its group, with as many instances as its minimum. */
    public void create(Pool pool) {
        String template = pool.autoScalingGroup() + "-template";
        ec2.createLaunchTemplate(request -> request.launchTemplateName(template)
                .launchTemplateData(data -> data.imageId(IMAGE).instanceType(InstanceType.fromValue(pool.instanceType()))));
        autoScaling.createAutoScalingGroup(request -> request.autoScalingGroupName(pool.autoScalingGroup())
                .launchTemplate(LaunchTemplateSpecification.builder().launchTemplateName(template).version("$Latest").build())
                .minSize(pool.minSize()).maxSize(pool.maxSize()).desiredCapacity(pool.minSize()).vpcZoneIdentifier(subnet())
                .newInstancesProtectedFromScaleIn(false));
    }

    private String subnet() {
        Filter zone = Filter.builder().name("availability-zone").values(AwsCredentials.ZONE).build();
        return ec2.describeSubnets(request -> request.filters(zone)).subnets().get(0).subnetId();
    }

    /** All groups with their instances. */
    public List<AutoScalingGroup> groups() {
        return autoScaling.describeAutoScalingGroupsPaginator().autoScalingGroups().stream().toList();
    }

    /** The group of this name, as Moto has it. */
    public Optional<AutoScalingGroup> group(String name) {
        return autoScaling.describeAutoScalingGroups(request -> request.autoScalingGroupNames(name)).autoScalingGroups().stream().findFirst();
    }

    /** The ids of a group's instances. */
    public List<String> instanceIds(String group) {
        return group(group).stream().flatMap(found -> found.instances().stream()).map(instance -> instance.instanceId()).toList();
    }

    /** Ends an instance as EC2 does behind the group's back; the group replaces it. */
    public void terminate(String instanceId) {
        ec2.terminateInstances(request -> request.instanceIds(instanceId));
    }

    /** What EC2 says of an instance type. */
    public InstanceTypeInfo instanceType(String name) {
        return ec2.describeInstanceTypes(request -> request.instanceTypes(InstanceType.fromValue(name))).instanceTypes().get(0);
    }

    @Override
    public void close() {
        autoScaling.close();
        ec2.close();
        http.close();
    }
}
