package executorscaler.aws;

import executorscaler.config.PoolConfig;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Pool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateOverrides;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateSpecification;

/**
 * What a group may launch: the instance type of its launch template, or every type that its mixed-instances policy lists, each with its weight.
 *
 * @param offers in the policy's order, never empty
 * @param spot whether any of its instances may be spot instances
 * @param troubles what of it cannot be as the group says
 */
record Offers(List<Pool.Offer> offers, boolean spot, List<String> troubles) {

    private static final int MAX_WEIGHT = 999;
    private static final long MIB = 1024L * 1024;

    /** @throws NoMachineType where nothing is known that it launches */
    static Offers of(PoolConfig config, AutoScalingGroup group, Catalog catalog) throws NoMachineType {
        var reading = new Reading(config, group, catalog);
        reading.name();
        return reading.offers();
    }

    /** Units of capacity that an instance of this type fills: as the group weighs it. */
    static int weightOf(List<Pool.Offer> offers, String type) {
        return offers.stream().filter(offer -> offer.type().name().equals(type)).mapToInt(Pool.Offer::weight).findFirst().orElse(1);
    }

    /** With prices by type: dollars an hour, empty where not known. */
    Offers priced(Function<String, OptionalDouble> prices) {
        return new Offers(offers.stream().map(offer -> new Pool.Offer(offer.type(), offer.weight(), prices.apply(offer.type().name()))).toList(),
                spot,
                troubles);
    }

    /** With one more trouble, unless it is empty. */
    Offers and(String trouble) {
        if (trouble.isEmpty()) return this;
        var more = new ArrayList<>(List.of(trouble));
        more.addAll(troubles);
        return new Offers(offers, spot, List.copyOf(more));
    }

    private static final class Reading {
        private final PoolConfig config;
        private final AutoScalingGroup group;
        private final Catalog catalog;
        private final SequencedMap<String, String> weights = new LinkedHashMap<>(); // as they are written, by type
        private final List<String> troubles = new ArrayList<>();
        private boolean spot;

        Reading(PoolConfig config, AutoScalingGroup group, Catalog catalog) {
            this.config = config;
            this.group = group;
            this.catalog = catalog;
            spot = config.capacityType() == PoolConfig.CapacityType.SPOT || sellsSpot();
        }

        /** Without a distribution, or without this number, everything is on demand (API_InstancesDistribution). */
        private boolean sellsSpot() {
            var mixed = group.mixedInstancesPolicy();
            if (mixed == null || mixed.instancesDistribution() == null) return false;
            var percent = mixed.instancesDistribution().onDemandPercentageAboveBaseCapacity();
            return percent != null && percent < 100;
        }

        private List<LaunchTemplateOverrides> overrides() {
            var mixed = group.mixedInstancesPolicy();
            return mixed == null || mixed.launchTemplate() == null ? List.of() : mixed.launchTemplate().overrides();
        }

        private @Nullable LaunchTemplateSpecification template() {
            var mixed = group.mixedInstancesPolicy();
            if (mixed != null && mixed.launchTemplate() != null) return mixed.launchTemplate().launchTemplateSpecification();
            return group.launchTemplate();
        }

        void name() throws NoMachineType {
            if (config.instanceType().isEmpty()) byGroup();
            else
                byConfig(config.instanceType());
        }

        /** As the config says, unless the group is known to launch something else. */
        private void byConfig(String said) throws NoMachineType {
            var overrides = overrides();
            boolean listed = !overrides.isEmpty() && overrides.stream().allMatch(one -> one.instanceType() != null);
            if (listed && overrides.stream().noneMatch(one -> said.equals(one.instanceType()))) {
                byGroup();
                contradicted(said, "the group launches", weights.keySet(), weights.keySet());
                return;
            }
            // A policy without such a list may choose by requirements: whoever says a type then, says by which to plan.
            var launched = group.mixedInstancesPolicy() == null ? Launched.by(group) : Launched.NOTHING;
            if (launched.contradicts(said) && !launched.now().isEmpty()) {
                launched.now().forEach(type -> weights.put(type, ""));
                contradicted(said, "the group launches", launched.now(), launched.now());
                return;
            }
            if (launched.contradicts(said)) contradicted(said, "the group's instances are", launched.types(), Set.of(said));
            weights.put(said, overrides.stream().filter(one -> said.equals(one.instanceType())).map(Reading::weight).findFirst().orElse(""));
        }

        /** Short, because sentences quote it. */
        private void contradicted(String said, String reality, Set<String> types, Set<String> planned) {
            troubles.add("the config says " + said + ", " + reality + " " + String.join(", ", types) + ": planned as " + String.join(", ", planned));
        }

        private void byGroup() throws NoMachineType {
            var overrides = overrides();
            if (overrides.isEmpty()) {
                name(template(), "");
                return;
            }
            for (var override : overrides) {
                if (override.instanceType() != null) weights.put(override.instanceType(), weight(override));
                else if (override.instanceRequirements() != null) byInstances();
                else
                    name(override.launchTemplateSpecification() == null ? template() : override.launchTemplateSpecification(), weight(override));
            }
        }

        private void name(@Nullable LaunchTemplateSpecification template, String weight) throws NoMachineType {
            var said = template == null ? new Catalog.Template("", false) : catalog.template(template);
            spot |= said.spot();
            if (said.type().isEmpty()) byInstances();
            else
                weights.put(said.type(), weight);
        }

        /** Nobody names the machines. What the group has launched tells; but it may launch others. */
        private void byInstances() throws NoMachineType {
            var types = new TreeSet<String>();
            for (var instance : group.instances()) {
                if (instance.instanceType() != null && !instance.instanceType().isEmpty()) types.add(instance.instanceType());
            }
            var subject = "Auto Scaling Group " + group.autoScalingGroupName() + " does not name the instance types that it launches";
            if (types.isEmpty()) {
                throw new NoMachineType(subject + ", and has no instance that would tell: set the pool's instanceType in the config");
            }
            types.forEach(type -> weights.putIfAbsent(type, ""));
            var trouble = subject + ": planned as if they were those of its instances, " + String.join(", ", types)
                    + "; set the pool's instanceType in the config";
            if (!troubles.contains(trouble)) troubles.add(trouble);
        }

        Offers offers() throws NoMachineType {
            var types = catalog.types(weights.keySet());
            var offers = new ArrayList<Pool.Offer>();
            var unknown = new ArrayList<String>();
            weights.forEach((name, weight) -> {
                var type = types.get(name);
                if (type == null) unknown.add(catalog.unknown(name));
                else
                    offers.add(new Pool.Offer(type, units(type, weight), OptionalDouble.empty()));
            });
            if (offers.isEmpty()) throw new NoMachineType(String.join("; ", unknown));
            troubles.addAll(unknown);
            return new Offers(List.copyOf(offers), spot, List.copyOf(troubles));
        }

        private static String weight(LaunchTemplateOverrides override) {
            return Objects.requireNonNullElse(override.weightedCapacity(), "");
        }

        private int units(MachineType type, String weight) {
            if (!weight.isEmpty()) {
                if (weight.matches("[0-9]{1,3}") && Integer.parseInt(weight) >= 1) return Integer.parseInt(weight);
                troubles.add("instance type " + type.name() + ": WeightedCapacity must be from 1 to " + MAX_WEIGHT + ", was '" + weight
                        + "'; taken as 1");
            }
            // API_AutoScalingGroup: a group that chooses by requirements may count vCPUs or MiB in place of instances.
            return switch (Objects.requireNonNullElse(group.desiredCapacityType(), "units")) {
                case "vcpu" -> Math.max(1, type.vcpus());
                case "memory-mib" -> Math.clamp(type.memoryBytes() / MIB, 1, Integer.MAX_VALUE);
                default -> 1;
            };
        }
    }
}
