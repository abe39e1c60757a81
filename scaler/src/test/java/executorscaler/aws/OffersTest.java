package executorscaler.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import executorscaler.config.PoolConfig;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Pool;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateOverrides;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateSpecification;

/** What a group may launch, by every way that AWS has to say it. */
@Tag("unit")
class OffersTest {

    /** Templates named after the type that they name; types c5.*, m5.* and r5.* are known, of 4 vCPUs and 8 GiB. */
    private static final class FourCpus implements Catalog {
        @Override
        public Template template(LaunchTemplateSpecification template) throws NoMachineType {
            return switch (template.launchTemplateName()) {
                case "silent" -> throw new NoMachineType("launch template silent version 1: no answer from AWS in time");
                case "by-requirements" -> new Template("", false);
                case "on-the-spot" -> new Template("c5.xlarge", true);
                default -> new Template(template.launchTemplateName(), false);
            };
        }

        @Override
        public Map<String, MachineType> types(Collection<String> names) {
            var types = new TreeMap<String, MachineType>();
            names.stream().filter(name -> name.matches("[cmr]5\\..*"))
                    .forEach(name -> types.put(name, new MachineType(name, 4, 8L << 30, Collections.emptySortedMap(), 0, "amd64")));
            return types;
        }

        @Override
        public String unknown(String name) {
            return "nobody knows " + name;
        }
    }

    private static Offers offers(String instanceType, Consumer<AutoScalingGroup.Builder> group) throws NoMachineType {
        var builder = AutoScalingGroup.builder().autoScalingGroupName("g");
        group.accept(builder);
        return Offers.of(Configs.pool("g", instanceType), builder.build(), new FourCpus());
    }

    private static String names(Offers offers) {
        return offers.offers().stream().map(offer -> offer.type().name() + "=" + offer.weight()).collect(Collectors.joining(" "));
    }

    private static Consumer<AutoScalingGroup.Builder> overridden(LaunchTemplateOverrides... overrides) {
        return group -> group.mixedInstancesPolicy(
                mixed -> mixed.launchTemplate(template -> template.launchTemplateSpecification(named("m5.large")).overrides(overrides)));
    }

    private static LaunchTemplateSpecification named(String template) {
        return LaunchTemplateSpecification.builder().launchTemplateName(template).version("1").build();
    }

    private static LaunchTemplateOverrides type(String type, @Nullable String weight) {
        return LaunchTemplateOverrides.builder().instanceType(type).weightedCapacity(weight).build();
    }

    private static LaunchTemplateOverrides requirements() {
        return LaunchTemplateOverrides.builder().instanceRequirements(needs -> needs.vCpuCount(cpus -> cpus.min(2))).build();
    }

    private static Instance instance(String type) {
        return Instance.builder().instanceId("i-" + type).instanceType(type).build();
    }

    @Test
    void everyTypeOfAPolicyIsAnOfferInItsOrderWithItsWeight() throws NoMachineType {
        var offers = offers("", overridden(type("r5.xlarge", "2"), type("c5.large", null), type("m5.4xlarge", "8")));
        assertThat(names(offers)).isEqualTo("r5.xlarge=2 c5.large=1 m5.4xlarge=8");
        assertThat(offers.troubles()).isEmpty();
        assertThat(Offers.weightOf(offers.offers(), "m5.4xlarge")).isEqualTo(8);
        assertThat(Offers.weightOf(offers.offers(), "another")).isEqualTo(1);
    }

    @Test
    void withoutOverridesTheTemplateOfThePolicyOrOfTheGroupTells() throws NoMachineType {
        assertThat(names(offers("", overridden()))).isEqualTo("m5.large=1");
        assertThat(names(offers("", group -> group.launchTemplate(named("c5.large"))))).isEqualTo("c5.large=1");
    }

    @Test
    void anOverrideMayHaveATemplateOfItsOwn() throws NoMachineType {
        var own = LaunchTemplateOverrides.builder().launchTemplateSpecification(named("c5.xlarge")).weightedCapacity("4").build();
        var plain = LaunchTemplateOverrides.builder().weightedCapacity("2").build();
        assertThat(names(offers("", overridden(own, plain, type("r5.large", "1"))))).isEqualTo("c5.xlarge=4 m5.large=2 r5.large=1");
    }

    @Test
    void theConfigsTypeIsTheOnlyOfferAndKeepsItsWeight() throws NoMachineType {
        var policy = overridden(type("r5.xlarge", "2"), type("c5.large", "3"));
        assertThat(names(offers("c5.large", policy))).isEqualTo("c5.large=3");
    }

    @Test
    void whereThePolicyListsOtherTypesThanTheConfigThePolicyCounts() throws NoMachineType {
        var offers = offers("c5.metal", overridden(type("r5.xlarge", "2"), type("c5.large", "3")));
        assertThat(names(offers)).isEqualTo("r5.xlarge=2 c5.large=3");
        assertThat(offers.troubles())
                .containsExactly("the config says c5.metal, the group launches r5.xlarge, c5.large: planned as r5.xlarge, c5.large");
    }

    /** The group names version 3 of a template, {@code $Latest}, or a launch configuration; its instances were launched by a version, or by a configuration. */
    @ParameterizedTest(name = "config {0}, group of {1}, instances {2}: {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", value = {"c5.large | 3 | - | c5.large=1 | -",
            "c5.large | 3 | c5.large by 3 | c5.large=1 | -", "c5.large | 3 | c5.large by 3, m5.large by 2 | c5.large=1 | -",
            "c5.large | $Latest | c5.large by 2, m5.large by 3 | c5.large=1 | -",
            "c5.large | 3 | m5.large by 3, c5.large by 2 | m5.large=1 | the config says c5.large, the group launches m5.large: planned as m5.large",
            "c5.large | 3 | m5.large by 3 | m5.large=1 | the config says c5.large, the group launches m5.large: planned as m5.large",
            "c5.large | 3 | m5.large by 3, r5.large by 2 | m5.large=1 | the config says c5.large, the group launches m5.large: planned as m5.large",
            "c5.large | 3 | m5.large by 2 | c5.large=1 | the config says c5.large, the group's instances are m5.large: planned as c5.large",
            "c5.large | $Latest | m5.large by 3 | c5.large=1 | the config says c5.large, the group's instances are m5.large: planned as c5.large",
            "c5.large | conf | m5.large by conf | m5.large=1 | the config says c5.large, the group launches m5.large: planned as m5.large",
            "c5.large | conf | m5.large by old | c5.large=1 | the config says c5.large, the group's instances are m5.large: planned as c5.large",
            "c5.large | 3 | m5.large by 3 leaving | c5.large=1 | -"})
    void whatTheGroupIsKnownToLaunchCountsAndWhatContradictsTheConfigIsTold(String said, String by, @Nullable String instances, String planned,
            @Nullable String trouble) throws NoMachineType {
        var offers = offers(said, group -> {
            if (by.equals("conf")) group.launchConfigurationName("conf");
            else
                group.launchTemplate(version(by));
            group.instances(instances == null ? List.of() : Arrays.stream(instances.split(", ", -1)).map(OffersTest::launched).toList());
        });
        assertThat(names(offers)).isEqualTo(planned);
        assertThat(offers.troubles()).isEqualTo(trouble == null ? List.of() : List.of(trouble));
    }

    /** {@code m5.large by 3}, {@code m5.large by conf}, {@code m5.large by 3 leaving}. */
    private static Instance launched(String words) {
        var parts = words.split(" ", -1);
        var instance = instance(parts[0]).toBuilder().lifecycleState(parts.length > 3 ? "Terminating" : "InService");
        return (parts[2].matches("[0-9]+") ? instance.launchTemplate(version(parts[2])) : instance.launchConfigurationName(parts[2])).build();
    }

    private static LaunchTemplateSpecification version(String version) {
        return LaunchTemplateSpecification.builder().launchTemplateId("lt-1").launchTemplateName("workers").version(version).build();
    }

    @Test
    void typesThatNobodyKnowsAreNamedAndLeftOut() throws NoMachineType {
        var offers = offers("", overridden(type("x9.large", "1"), type("c5.large", "2"), type("y9.large", "1")));
        assertThat(names(offers)).isEqualTo("c5.large=2");
        assertThat(offers.troubles()).containsExactly("nobody knows x9.large", "nobody knows y9.large");
    }

    @Test
    void aGroupOfUnknownTypesAloneHasNoOffer() {
        assertThatThrownBy(() -> offers("", overridden(type("x9.large", "1"), type("y9.large", "1")))).isInstanceOf(NoMachineType.class)
                .hasMessage("nobody knows x9.large; nobody knows y9.large");
    }

    @Test
    void aTemplateThatCannotBeReadIsNotLeftOut() {
        var own = LaunchTemplateOverrides.builder().launchTemplateSpecification(named("silent")).build();
        assertThatThrownBy(() -> offers("", overridden(type("c5.large", "1"), own))).isInstanceOf(NoMachineType.class)
                .hasMessageContaining("no answer from AWS in time");
    }

    @Test
    void requirementsAreToldByTheInstancesOrNotAtAll() throws NoMachineType {
        assertThatThrownBy(() -> offers("", overridden(requirements()))).hasMessage("Auto Scaling Group g does not name the instance types that it "
                + "launches, and has no instance that would tell: set the pool's instanceType in the config");
        var seen = offers("", overridden(requirements()).andThen(group -> group.instances(instance("m5.large"), instance("c5.large"))));
        assertThat(names(seen)).isEqualTo("c5.large=1 m5.large=1");
        assertThat(seen.troubles()).containsExactly("Auto Scaling Group g does not name the instance types that it launches: planned as if they were "
                + "those of its instances, c5.large, m5.large; set the pool's instanceType in the config");
        assertThat(offers("r5.large", overridden(requirements())).troubles()).as("the operator has said it").isEmpty();
    }

    @Test
    void aTemplateOfRequirementsAndALaunchConfigurationAreToldByTheInstances() throws NoMachineType {
        var template = offers("", group -> group.launchTemplate(named("by-requirements")).instances(instance("m5.large")));
        var launchConfiguration = offers("", group -> group.launchConfigurationName("old").instances(instance("m5.large")));
        assertThat(List.of(template, launchConfiguration)).allSatisfy(seen -> {
            assertThat(names(seen)).isEqualTo("m5.large=1");
            assertThat(seen.troubles()).hasSize(1);
        });
        assertThatThrownBy(() -> offers("", group -> group.launchConfigurationName("old"))).isInstanceOf(NoMachineType.class);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({"0, 1", "1000, 1", "two, 1", "999, 999"})
    void aWeightThatAwsDoesNotKnowIsOneAndATrouble(String written, int weight) throws NoMachineType {
        var offers = offers("", overridden(type("c5.large", written)));
        assertThat(offers.offers().getFirst().weight()).isEqualTo(weight);
        assertThat(offers.troubles()).isEqualTo(weight > 1
                ? List.of()
                : List.of(
                        "instance type c5.large: WeightedCapacity must be from 1 to 999, was '" + written + "'; taken as 1"));
    }

    @ParameterizedTest(name = "counted in {0}: {1}")
    @CsvSource({"units, 1", "vcpu, 4", "memory-mib, 8192"})
    void aGroupMayCountCpusOrMemoryInPlaceOfInstances(String unit, int weight) throws NoMachineType {
        var offers = offers("", overridden(requirements()).andThen(group -> group.desiredCapacityType(unit).instances(instance("c5.large"))));
        assertThat(offers.offers().getFirst().weight()).isEqualTo(weight);
    }

    @ParameterizedTest(name = "{0} % on demand: spot {1}")
    @CsvSource({"0, true", "99, true", "100, false", ", false"})
    void aPolicyBelowAHundredPercentOnDemandBuysSpot(@Nullable Integer onDemand, boolean spot) throws NoMachineType {
        var offers = offers("", overridden(type("c5.large", "1")).andThen(group -> {
            var mixed = group.build().mixedInstancesPolicy().toBuilder();
            group.mixedInstancesPolicy(mixed.instancesDistribution(split -> split.onDemandPercentageAboveBaseCapacity(onDemand)).build());
        }));
        assertThat(offers.spot()).isEqualTo(spot);
    }

    @Test
    void spotMayAlsoBeSaidByTheTemplateOrTheConfig() throws NoMachineType {
        assertThat(offers("", group -> group.launchTemplate(named("on-the-spot"))).spot()).isTrue();
        assertThat(offers("", group -> group.launchTemplate(named("c5.large"))).spot()).isFalse();
        var config = new PoolConfig("g", "g", "c5.large", PoolConfig.CapacityType.SPOT, 0, 1, Collections.emptySortedMap(), List.of(), 0,
                PoolConfig.Reserved.BY_FORMULA, 1);
        assertThat(Offers.of(config, AutoScalingGroup.builder().build(), new FourCpus()).spot()).isTrue();
    }

    @Test
    void anInstancesOwnWeightCountsBeforeThatOfItsType() throws NoMachineType {
        var group = AutoScalingGroup.builder().autoScalingGroupName("g");
        overridden(type("c5.large", "3")).accept(group);
        group.instances(
                Arrays.asList(instance("c5.large"), Instance.builder().instanceId("i-0").instanceType("c5.large").weightedCapacity("2").build(),
                        instance("m5.large")));
        var built = group.build();
        var pool = Mapping.pool(Configs.pool("g", ""), built, Map.of(), Offers.of(Configs.pool("g", ""), built, new FourCpus()), List.of(),
                Instant.EPOCH);
        assertThat(pool.instances().stream().collect(Collectors.toMap(Pool.Instance::id,
                Pool.Instance::weight))).isEqualTo(Map.of("i-0", 2, "i-c5.large", 3, "i-m5.large", 1));
    }
}
