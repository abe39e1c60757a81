package executorscaler.aws;

import executorscaler.config.AutoDiscovery;
import executorscaler.config.PoolConfig;
import executorscaler.loop.Clock;
import executorscaler.snapshot.Pool;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;

/** Looks at the groups once and makes pools of them, with whatever else has to be asked for. One thread. */
final class GroupLook {

    /** DescribeAutoScalingGroups takes this many names and answers at most this many groups a page. */
    private static final int BATCH = 100;

    private final AwsClients aws;
    private final Clock clock;
    private final Machines machines;
    private final MachineTypes types;
    private final Activities activities;
    private final SpotPrices prices;

    GroupLook(AwsClients aws, Clock clock) {
        this.aws = aws;
        this.clock = clock;
        machines = new Machines(aws.machines());
        types = new MachineTypes(aws.machines(), clock);
        activities = new Activities(aws.groups(), clock);
        prices = new SpotPrices(aws.machines(), clock);
    }

    /**
     * What to look for.
     *
     * @param pools named by the config
     * @param discovery tags by which others are found
     */
    record Asked(List<PoolConfig> pools, AutoDiscovery discovery) {}

    /** @throws SdkException where the groups could not be described, all of them or some */
    GroupReading look(Asked asked) {
        var startedAt = clock.now();
        var groups = groups(asked);
        var ids = new HashSet<String>();
        for (var group : groups.values()) group.instances().forEach(instance -> ids.add(instance.instanceId()));
        var known = machines.of(ids, startedAt);
        var pools = new TreeMap<String, Pool>();
        var troubles = new TreeMap<String, String>();
        var found = found(asked, groups, troubles);
        var offered = new TreeMap<String, Offers>();
        for (var one : found) {
            try {
                offered.put(one.pool().name(), Offers.of(one.pool(), one.group(), types).and(one.trouble()));
            } catch (NoMachineType unknown) {
                troubles.put(one.pool().name(), unknown.why());
            }
        }
        priceSpot(found, offered, startedAt);
        for (var one : found) {
            var offers = offered.get(one.pool().name());
            if (offers != null) pools.put(one.pool().name(), Mapping.pool(one.pool(), one.group(), known, offers, List.of(), startedAt));
        }
        var failures = activities.of(pools.values(), startedAt);
        pools.replaceAll((_, pool) -> Mapping.with(pool, failures.getOrDefault(pool.group(), List.of())));
        return new GroupReading(startedAt, asked, pools, troubles);
    }

    private void priceSpot(List<Discovery.Found> found, Map<String, Offers> offered, Instant now) {
        var names = new TreeSet<String>();
        var zones = new TreeSet<String>();
        for (var one : found) {
            var offers = offered.get(one.pool().name());
            if (offers == null || !offers.spot()) continue;
            offers.offers().forEach(offer -> names.add(offer.type().name()));
            zones.addAll(one.group().availabilityZones());
        }
        prices.refresh(names, zones, now);
        for (var one : found) {
            offered.computeIfPresent(one.pool().name(),
                    (_, offers) -> offers.spot() ? offers.priced(type -> prices.highest(type, one.group().availabilityZones())) : offers);
        }
    }

    private List<Discovery.Found> found(Asked asked, Map<String, AutoScalingGroup> groups, Map<String, String> troubles) {
        var found = new ArrayList<Discovery.Found>();
        for (var pool : asked.pools()) {
            var group = groups.get(pool.autoScalingGroup());
            if (group != null) found.add(new Discovery.Found(pool, group, ""));
            else
                troubles.put(pool.name(), "Auto Scaling Group " + pool.autoScalingGroup() + " does not exist in region " + aws.region());
        }
        found.addAll(Discovery.among(groups.values(), asked.discovery(), asked.pools()));
        return found;
    }

    /** All pages or none: a reading that lacks a page would show groups as gone that are not. */
    private Map<String, AutoScalingGroup> groups(Asked asked) {
        var groups = new TreeMap<String, AutoScalingGroup>();
        // No filters and no names at all would mean every group of the account, so neither is ever asked without one.
        if (asked.discovery().on()) {
            var filters = Discovery.filters(asked.discovery());
            for (var group : aws.groups().describeAutoScalingGroupsPaginator(request -> request.filters(filters).maxRecords(BATCH))
                    .autoScalingGroups()) {
                groups.put(group.autoScalingGroupName(), group);
            }
        }
        var names = asked.pools().stream().map(PoolConfig::autoScalingGroup).distinct().filter(name -> !groups.containsKey(name)).sorted().toList();
        for (int from = 0; from < names.size(); from += BATCH) {
            var batch = names.subList(from, Math.min(names.size(), from + BATCH));
            for (var group : aws.groups().describeAutoScalingGroupsPaginator(request -> request.autoScalingGroupNames(batch).maxRecords(BATCH))
                    .autoScalingGroups()) {
                groups.put(group.autoScalingGroupName(), group);
            }
        }
        return groups;
    }
}
