package executorscaler.cli;

import static executorscaler.cli.Ended.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that print what has to be allowed elsewhere, on the example of the docs. */
@Tag("unit")
class RightsCommandsTest {

    private static final String CONFIG = Path.of("../docs/examples/platform.yaml").toString();

    @TempDir
    private Path temp = Path.of("");

    @Test
    void iamPrintsAPolicyForTheGroupsOfTheConfig() {
        var ended = run("iam", "--config", CONFIG, "--region", "eu-central-1", "--account", "111122223333");
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out().stripTrailing()).isEqualTo("""
                {
                  "Version" : "2012-10-17",
                  "Statement" : [ {
                    "Sid" : "Look",
                    "Effect" : "Allow",
                    "Action" : [ "autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeScalingActivities", "ec2:DescribeInstanceTypes", \
                "ec2:DescribeInstances", "ec2:DescribeSpotPriceHistory" ],
                    "Resource" : [ "*" ]
                  }, {
                    "Sid" : "ScaleNamed",
                    "Effect" : "Allow",
                    "Action" : [ "autoscaling:ResumeProcesses", "autoscaling:SetDesiredCapacity", "autoscaling:SetInstanceProtection", \
                "autoscaling:SuspendProcesses", "autoscaling:TerminateInstanceInAutoScalingGroup" ],
                    "Resource" : [ "arn:aws:autoscaling:eu-central-1:111122223333:autoScalingGroup:*:autoScalingGroupName/compute-optimized", \
                "arn:aws:autoscaling:eu-central-1:111122223333:autoScalingGroup:*:autoScalingGroupName/general-purpose", \
                "arn:aws:autoscaling:eu-central-1:111122223333:autoScalingGroup:*:autoScalingGroupName/gpu-nodes" ]
                  }, {
                    "Sid" : "TagNamed",
                    "Effect" : "Allow",
                    "Action" : [ "autoscaling:CreateOrUpdateTags", "autoscaling:DeleteTags" ],
                    "Resource" : [ "arn:aws:autoscaling:eu-central-1:111122223333:autoScalingGroup:*:autoScalingGroupName/compute-optimized", \
                "arn:aws:autoscaling:eu-central-1:111122223333:autoScalingGroup:*:autoScalingGroupName/general-purpose", \
                "arn:aws:autoscaling:eu-central-1:111122223333:autoScalingGroup:*:autoScalingGroupName/gpu-nodes" ],
                    "Condition" : {
                      "ForAllValues:StringEquals" : {
                        "aws:TagKeys" : [ "executor-scaler/held-since" ]
                      }
                    }
                  } ]
                }""");
    }

    @Test
    void aclPrintsOneCommandWithoutAnyPassword() throws IOException {
        assertThat(run("acl", "--config", CONFIG).out().stripTrailing()).isEqualTo(
                "ACL SETUSER executor-scaler reset on >PASSWORD resetchannels ~jobs ~jobs:running +client|tracking +info +llen");
        var password = Files.writeString(temp.resolve("password"), "topsecret");
        var ended = run("acl", "--config", file("redis: {url: 'rediss://reader@cache/2', passwordFile: '" + password + "'}\n"
                + "executors: [{name: e, deployment: a/b, queue: {kind: list, waiting: w, running: 'r:{pod}', delayed: d}, busy: queue, maxReplicas: 5}]\n"));
        assertThat(ended.out().stripTrailing()).isEqualTo(
                "ACL SETUSER reader reset on >PASSWORD resetchannels ~d ~r:* ~w +client|tracking +info +llen +select +zcount +zrange");
        assertThat(run("acl", "--config", CONFIG, "--user", "somebody").out()).startsWith("ACL SETUSER somebody ");
    }

    @Test
    void withoutPoolsAPolicyAllowsNothingAndSaysWhy() throws IOException {
        var ended = run("iam", "--config",
                file("redis: {url: redis://cache}\nexecutors: [{name: e, deployment: a/b, queue: {kind: list, waiting: w, running: r}, maxReplicas: 5}]\n"));
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).contains("\"Statement\" : [ ]");
        assertThat(ended.err()).contains("no pools and no autoDiscovery");
    }

    @ParameterizedTest
    @ValueSource(strings = {"iam", "acl"})
    void aConfigThatIsWrongIsListedAndNothingIsPrinted(String command) throws IOException {
        var ended = run(command, "--config", file("executers: []\n"));
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err()).contains("executers", "redis.url");
        assertThat(ended.out()).isEmpty();
        assertThat(run(command).exitCode()).as("wrong usage").isEqualTo(2);
    }

    private String file(String yaml) throws IOException {
        return Files.writeString(temp.resolve("config.yaml"), yaml).toString();
    }
}
