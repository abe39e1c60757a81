package executorscaler.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import executorscaler.config.Config;
import executorscaler.config.ConfigReader;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What AWS has to allow follows from the config and from the calls in the code, and is no more than that. */
@Tag("unit")
class IamPolicyTest {

    private static final IamPolicy.Place PLACE = new IamPolicy.Place("aws", "eu-central-1", "111122223333");
    private static final String POOL = "nodePools: [{name: p, autoScalingGroup: executors-c5, instanceType: c5.large, maxSize: 5}]";
    private static final String DISCOVERY = "autoDiscovery: {tags: [team, kind=executor]}";
    private static final String NOTICES = "notices: {queueUrl: 'https://sqs.us-east-1.amazonaws.com/444455556666/notices'}";
    private static final String EVERYTHING = "nodePools: [{name: p, autoScalingGroup: executors-c5, maxSize: 5}]\n" + DISCOVERY + "\n" + NOTICES;

    /** Methods of the SDK's clients that call nobody. */
    private static final Set<String> QUIET = Set.of("builder", "close", "serviceClientConfiguration", "serviceName");

    @Test
    void withEverythingOnItAllowsWhatTheCodeCallsAndNothingElse() {
        assertThat(actions(policy(EVERYTHING))).isEqualTo(called());
    }

    /** Every operation of AWS that a method of ours names, read off the compiled classes: a call that is added without its right fails here. */
    private static Set<String> called() {
        var classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("executorscaler");
        var calls = new TreeSet<String>();
        for (var type : classes) {
            for (var call : type.getMethodCallsFromSelf()) {
                var owner = call.getTargetOwner().getName();
                if (!owner.startsWith("software.amazon.awssdk.services.") || !owner.endsWith("Client") || QUIET.contains(call.getName())) continue;
                var service = owner.substring("software.amazon.awssdk.services.".length()).replaceFirst("\\..*", "");
                var operation = call.getName().replaceFirst("Paginator$", "");
                calls.add(service + ":" + operation.substring(0, 1).toUpperCase(Locale.ROOT) + operation.substring(1));
            }
        }
        return calls;
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(delimiter = '|', value = {"scaleInProtection | true | autoscaling:SetInstanceProtection | true",
            "scaleInProtection | false | autoscaling:SetInstanceProtection | false", "deleteNodes | true | ec2:DescribeInstances | true",
            "balanceSimilarPools | true | sqs:ReceiveMessage | false", "balanceSimilarPools | true | autoscaling:CompleteLifecycleAction | false",
            "balanceSimilarPools | true | ec2:DescribeLaunchTemplateVersions | false"})
    void aRightIsThereOnlyWhereTheConfigUsesIt(String key, String value, String action, boolean there) {
        assertThat(actions(policy(POOL + "\n" + key + ": " + value)).contains(action)).isEqualTo(there);
    }

    @Test
    void withNoticesTheirQueueIsNamedAndHooksAreAnswered() {
        var policy = policy(POOL + "\n" + NOTICES);
        assertThat(actions(policy)).contains("sqs:ReceiveMessage", "sqs:DeleteMessage", "autoscaling:CompleteLifecycleAction",
                "autoscaling:RecordLifecycleActionHeartbeat");
        assertThat(statement(policy, "Notices").path("Resource").toString()).isEqualTo("[\"arn:aws:sqs:us-east-1:444455556666:notices\"]");
    }

    @Test
    void whatChangesAGroupIsAllowedOnTheGroupsOfTheConfigAlone() {
        var policy = policy("nodePools: [{name: a, autoScalingGroup: g1, maxSize: 1}, {name: b, autoScalingGroup: 'g?$*', maxSize: 1}]");
        var group = "arn:aws:autoscaling:eu-central-1:111122223333:autoScalingGroup:*:autoScalingGroupName/";
        assertThat(texts(statement(policy, "ScaleNamed").path("Resource"))).containsExactlyInAnyOrder(group + "g1", group + "g${?}${$}${*}");
        for (var statement : policy.path("Statement")) {
            boolean reads = texts(statement.path("Action")).stream().allMatch(action -> action.contains(":Describe"));
            assertThat(texts(statement.path("Resource")).equals(Set.of("*"))).as(statement.path("Sid").asText()).isEqualTo(reads);
        }
    }

    @Test
    void onDiscoveredGroupsEveryTagOfTheConfigIsACondition() {
        var condition = statement(policy(DISCOVERY), "ScaleDiscovered").path("Condition");
        assertThat(condition.toString())
                .isEqualTo("{\"StringLike\":{\"aws:ResourceTag/team\":\"*\"},\"StringEquals\":{\"aws:ResourceTag/kind\":\"executor\"}}");
        assertThat(statement(policy(DISCOVERY), "TagDiscovered").path("Condition").toString()).contains("aws:ResourceTag/kind", "aws:TagKeys");
    }

    @Test
    void ofTagsOnlyOurOwnMayBeWritten() {
        assertThat(statement(policy(POOL), "TagNamed").path("Condition").toString())
                .isEqualTo("{\"ForAllValues:StringEquals\":{\"aws:TagKeys\":[\"" + HoldTag.KEY + "\"]}}");
    }

    @Test
    void withoutPoolsAndNoticesNothingIsAllowed() {
        var policy = policy("executors: [{name: e, deployment: a/b, queue: {kind: list, waiting: w, running: r}, maxReplicas: 5}]");
        assertThat(policy.path("Statement")).isEmpty();
    }

    private static JsonNode statement(JsonNode policy, String id) {
        return StreamSupport.stream(policy.path("Statement").spliterator(), false).filter(one -> one.path("Sid").asText().equals(id)).findFirst()
                .orElseThrow();
    }

    private static Set<String> actions(JsonNode policy) {
        var all = new TreeSet<String>();
        for (var statement : policy.path("Statement")) all.addAll(texts(statement.path("Action")));
        return all;
    }

    private static Set<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).collect(Collectors.toCollection(TreeSet::new));
    }

    private static JsonNode policy(String yaml) {
        try {
            return new ObjectMapper().readTree(IamPolicy.json(config(yaml), PLACE));
        } catch (JsonProcessingException broken) {
            throw new AssertionError(broken);
        }
    }

    private static Config config(String yaml) {
        return switch (ConfigReader.read("redis: {url: 'redis://cache'}\n" + yaml)) {
            case ConfigReader.Valid valid -> valid.config();
            case ConfigReader.Invalid invalid -> throw new AssertionError(invalid.problems().toString());
        };
    }
}
