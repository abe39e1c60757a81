package executorscaler.aws;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.config.AutoDiscovery;
import executorscaler.config.PoolConfig;
import executorscaler.config.Rule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.TagDescription;

/** Which groups are pools because of their tags, and under which names. */
@Tag("unit")
class DiscoveryTest {

    private static final AutoDiscovery WANTED = new AutoDiscovery(
            List.of(new AutoDiscovery.Tag("enabled", ""), new AutoDiscovery.Tag("cluster", "Owned")));

    private static AutoScalingGroup group(String name, String... tags) {
        var described = new ArrayList<TagDescription>();
        for (var tag : tags) {
            var parts = tag.split("=", -1);
            described.add(TagDescription.builder().key(parts[0]).value(parts[1]).build());
        }
        return AutoScalingGroup.builder().autoScalingGroupName(name).minSize(1).maxSize(7).tags(described).build();
    }

    private static AutoScalingGroup tagged(String name) {
        return group(name, "enabled=true", "cluster=Owned", "other=x");
    }

    private static List<Discovery.Found> among(List<AutoScalingGroup> groups, PoolConfig... configured) {
        return Discovery.among(groups, WANTED, List.of(configured));
    }

    private static String name(String group) {
        return among(List.of(tagged(group))).getFirst().pool().name();
    }

    @Test
    void aGroupMustHaveAllTagsInTheirCase() {
        var groups = List.of(tagged("a"), group("b", "enabled=true"), group("c", "cluster=Owned"), group("d", "enabled=", "cluster=owned"),
                group("e", "Enabled=true", "cluster=Owned"), group("f", "enabled=", "cluster=Owned"), group("g"));
        assertThat(among(groups)).extracting(found -> found.pool().autoScalingGroup()).containsExactly("a", "f");
        assertThat(Discovery.among(groups, AutoDiscovery.NONE, List.of())).as("no tags are no question, and not every group").isEmpty();
    }

    @Test
    void aFoundGroupHasItsOwnBounds() {
        assertThat(among(List.of(tagged("a")))).singleElement().satisfies(found -> {
            assertThat(found.pool().minSize()).isEqualTo(1);
            assertThat(found.pool().maxSize()).isEqualTo(7);
            assertThat(found.trouble()).isEmpty();
        });
    }

    @Test
    void aGroupThatTheConfigNamesOrThatIsBeingDeletedIsNotFound() {
        var going = tagged("b").toBuilder().status("Delete in progress").build();
        assertThat(among(List.of(tagged("a"), going), Configs.pool("a", ""))).isEmpty();
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({"workers, workers", "eks-ng-1-98b9f5c2, eks-ng-1-98b9f5c2", "Workers, workers-7790445c", "workers_a, workers-a-", "Größe 1, gr-e-1-",
            "---, group-"})
    void aNameThatIsNoLabelIsMadeFitAndNumbered(String group, String name) {
        assertThat(name(group)).startsWith(name).satisfies(made -> assertThat(Rule.DNS_LABEL.complaint(made)).isEmpty());
    }

    @ParameterizedTest(name = "a name of {0} characters")
    @ValueSource(ints = {63, 64, 255})
    void longNamesFit(int length) {
        var name = name("a".repeat(length));
        assertThat(Rule.DNS_LABEL.complaint(name)).isEmpty();
        assertThat(name.equals("a".repeat(length))).isEqualTo(length <= 63);
    }

    @Test
    void groupsThatLookAlikeStayTwoAndKeepTheirNames() {
        var alike = List.of("work_ers", "work-ers", "Work.ers", "WORK-ERS");
        var together = among(alike.stream().map(DiscoveryTest::tagged).toList());
        assertThat(together).extracting(found -> found.pool().name()).doesNotHaveDuplicates()
                .containsExactlyElementsOf(alike.stream().map(DiscoveryTest::name).toList());
        assertThat(together).extracting(Discovery.Found::trouble).element(1).isEqualTo("");
        assertThat(together.getFirst().trouble()).isEqualTo(
                "Auto Scaling Group work_ers is called " + name("work_ers") + " here, because its name is no DNS label");
    }

    @Test
    void aNameThatTheConfigUsesForAnotherGroupIsToldApart() {
        var other = new PoolConfig("workers", "another", "", PoolConfig.CapacityType.ON_DEMAND, 0, 1, Configs.pool("a", "").labels(), List.of(), 0,
                PoolConfig.Reserved.BY_FORMULA, 1);
        assertThat(among(List.of(tagged("workers")), other)).singleElement().satisfies(found -> {
            assertThat(found.pool().name()).startsWith("workers-");
            assertThat(found.trouble()).endsWith("here, because a pool of the config has its name");
        });
    }

    @Test
    void theQuestionToAwsNamesKeysAndValues() {
        assertThat(Discovery.filters(WANTED)).extracting(filter -> filter.name() + " " + filter.values()).containsExactly("tag-key [enabled]",
                "tag:cluster [Owned]");
    }
}
