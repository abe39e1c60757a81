package executorscaler.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import executorscaler.config.Config;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The IAM policy with which the service can do what a config asks of it, and no more. Which actions know resources, and which conditions, is in the Service
 * Authorization Reference ("Actions, resources, and condition keys" for EC2 Auto Scaling, EC2 and SQS): what reads takes no resource.
 */
public final class IamPolicy {

    private static final Pattern QUEUE_REGION = Pattern.compile("https?://sqs\\.([a-z0-9-]+)\\.amazonaws\\..*");

    /**
     * Where the groups are; {@code *} stands for any.
     *
     * @param partition e.g. {@code aws} or {@code aws-cn}
     * @param region e.g. {@code eu-central-1}
     * @param account twelve digits
     */
    public record Place(String partition, String region, String account) {}

    private final Config config;
    private final Place place;
    private final ObjectNode policy = JsonNodeFactory.instance.objectNode().put("Version", "2012-10-17");

    private IamPolicy(Config config, Place place) {
        this.config = config;
        this.place = place;
    }

    /** The policy as JSON, two spaces deep; without any statement where the config uses nothing of AWS. */
    public static String json(Config config, Place place) {
        var policy = new IamPolicy(config, place);
        policy.write();
        try {
            return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(policy.policy);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("a tree of plain values is always writable", broken);
        }
    }

    private void write() {
        policy.putArray("Statement");
        var named = config.nodePools().stream().map(pool -> group(literal(pool.autoScalingGroup()))).distinct().sorted().toList();
        boolean discovers = config.autoDiscovery().on();
        if (!named.isEmpty() || discovers) add("Look", looks(), List.of("*"), _ -> {});
        if (!named.isEmpty()) groups("Named", named, _ -> {});
        if (discovers) groups("Discovered", List.of(group("*")), this::discovered);
        if (config.notices().on()) add("Notices", List.of("sqs:ReceiveMessage", "sqs:DeleteMessage"), List.of(queue()), _ -> {});
    }

    private List<String> looks() {
        var actions = new ArrayList<>(
                List.of("autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeScalingActivities", "ec2:DescribeInstances",
                        "ec2:DescribeInstanceTypes", "ec2:DescribeSpotPriceHistory"));
        // Only where the config does not say what machines a group launches.
        if (config.autoDiscovery().on() || config.nodePools().stream().anyMatch(pool -> pool.instanceType().isEmpty()))
            actions.add("ec2:DescribeLaunchTemplateVersions");
        return actions;
    }

    /** What is done to groups, in two statements: which tag may be written is a condition that the other actions would never meet. */
    private void groups(String which, List<String> resources, Consumer<ObjectNode> condition) {
        var actions = new ArrayList<>(List.of("autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup",
                "autoscaling:SuspendProcesses", "autoscaling:ResumeProcesses"));
        if (config.scaleInProtection()) actions.add("autoscaling:SetInstanceProtection");
        if (config.notices().on())
            actions.addAll(List.of("autoscaling:RecordLifecycleActionHeartbeat", "autoscaling:CompleteLifecycleAction"));
        add("Scale" + which, actions, resources, condition);
        add("Tag" + which, List.of("autoscaling:CreateOrUpdateTags", "autoscaling:DeleteTags"), resources, conditions -> {
            condition.accept(conditions);
            conditions.putObject("ForAllValues:StringEquals").putArray("aws:TagKeys").add(HoldTag.KEY);
        });
    }

    private void discovered(ObjectNode conditions) {
        for (var tag : config.autoDiscovery().tags()) {
            var operator = tag.value().isEmpty() ? "StringLike" : "StringEquals";
            conditions.withObjectProperty(operator).put("aws:ResourceTag/" + tag.key(), tag.value().isEmpty() ? "*" : tag.value());
        }
    }

    private void add(String id, Collection<String> actions, Collection<String> resources, Consumer<ObjectNode> condition) {
        var statement = policy.withArrayProperty("Statement").addObject().put("Sid", id).put("Effect", "Allow");
        var allowed = statement.putArray("Action");
        actions.stream().sorted().forEach(allowed::add);
        var on = statement.putArray("Resource");
        resources.forEach(on::add);
        var conditions = JsonNodeFactory.instance.objectNode();
        condition.accept(conditions);
        if (!conditions.isEmpty()) statement.set("Condition", conditions);
    }

    private String group(String name) {
        return "arn:" + place.partition() + ":autoscaling:" + place.region() + ":" + place.account() + ":autoScalingGroup:*:autoScalingGroupName/"
                + name;
    }

    private String queue() {
        var url = config.notices().queueUrl();
        var region = QUEUE_REGION.matcher(url);
        return "arn:" + place.partition() + ":sqs:" + (region.matches() ? region.group(1) : place.region()) + ":" + config.notices().account() + ":"
                + url.substring(url.lastIndexOf('/') + 1);
    }

    /** A name that stands for itself: in an ARN of a policy three characters mean something else (IAM User Guide, "Policy variables"). */
    private static String literal(String name) {
        return name.replaceAll("[$*?]", "\\${$0}");
    }
}
