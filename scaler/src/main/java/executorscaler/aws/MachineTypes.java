package executorscaler.aws;

import executorscaler.loop.Clock;
import executorscaler.snapshot.MachineType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateSpecification;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.InstanceType;

/**
 * What kinds of machine groups launch, by EC2. Instance types do not change and are kept for hours, and so are numbered launch template versions;
 * {@code $Latest} and {@code $Default} are looked up anew every minute. Where EC2 does not answer, the last answer stands. One thread.
 */
final class MachineTypes implements Catalog {

    private static final Duration HOURS = Duration.ofHours(12);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration UNTIL_UNKNOWN_IS_ASKED_AGAIN = Duration.ofMinutes(10);

    /** EC2 takes at most 200 values in one filter, and answers at most 100 types a page. */
    private static final int BATCH = 100;

    private record Kept<T>(T value, Duration at) {}

    private final Ec2Client ec2;
    private final Clock clock;
    private final Map<String, Kept<MachineType>> types = new HashMap<>();
    private final Map<String, Duration> unknown = new HashMap<>(); // when EC2 said so
    private final Map<String, Kept<Template>> templates = new HashMap<>();

    MachineTypes(Ec2Client ec2, Clock clock) {
        this.ec2 = ec2;
        this.clock = clock;
    }

    private boolean younger(Duration at, Duration lifetime) {
        return clock.elapsed().minus(at).compareTo(lifetime) < 0;
    }

    @Override
    public Template template(LaunchTemplateSpecification template) throws NoMachineType {
        var version = template.version() == null ? "$Default" : template.version();
        var name = template.launchTemplateName() == null ? template.launchTemplateId() : template.launchTemplateName();
        var key = template.launchTemplateId() + "/" + name + "/" + version;
        var kept = templates.get(key);
        if (kept != null && younger(kept.at(), version.startsWith("$") ? MINUTE : HOURS)) return kept.value();
        try {
            var versions = ec2.describeLaunchTemplateVersions(request -> {
                if (template.launchTemplateId() != null) request.launchTemplateId(template.launchTemplateId());
                else
                    request.launchTemplateName(name);
                request.versions(version);
            }).launchTemplateVersions();
            var data = versions.isEmpty() ? null : versions.get(0).launchTemplateData();
            if (data == null) throw new NoMachineType("launch template " + name + " has no version " + version);
            var market = data.instanceMarketOptions();
            var type = data.instanceTypeAsString();
            var said = new Template(type == null ? "" : type, market != null && "spot".equals(market.marketTypeAsString()));
            templates.put(key, new Kept<>(said, clock.elapsed()));
            return said;
        } catch (SdkException trouble) {
            if (kept != null) return kept.value();
            throw new NoMachineType("launch template " + name + " version " + version + ": " + AwsWords.of(trouble));
        }
    }

    @Override
    public Map<String, MachineType> types(Collection<String> names) throws NoMachineType {
        var asked = names.stream().filter(this::mustBeAsked).sorted().toList();
        try {
            for (int from = 0; from < asked.size(); from += BATCH) ask(asked.subList(from, Math.min(asked.size(), from + BATCH)));
        } catch (SdkException trouble) {
            var missing = new ArrayList<>(asked);
            missing.removeAll(types.keySet());
            if (!missing.isEmpty()) throw new NoMachineType("EC2 instance type " + String.join(", ", missing) + ": " + AwsWords.of(trouble));
        }
        var known = new TreeMap<String, MachineType>();
        for (var name : names) {
            var kept = types.get(name);
            if (kept != null) known.put(name, kept.value());
        }
        return known;
    }

    private boolean mustBeAsked(String name) {
        var kept = types.get(name);
        if (kept != null) return !younger(kept.at(), HOURS);
        var missed = unknown.get(name);
        return missed == null || !younger(missed, UNTIL_UNKNOWN_IS_ASKED_AGAIN);
    }

    private void ask(List<String> names) {
        // By filter, not by name: with one unknown name among the names the whole call is an error.
        var filter = Filter.builder().name("instance-type").values(names).build();
        for (var info : ec2.describeInstanceTypesPaginator(request -> request.filters(filter)).instanceTypes()) {
            types.put(info.instanceTypeAsString(), new Kept<>(Mapping.machineType(info), clock.elapsed()));
        }
        for (var name : names) {
            if (types.containsKey(name)) unknown.remove(name);
            else
                unknown.put(name, clock.elapsed());
        }
    }

    @Override
    public String unknown(String name) {
        // A name that the SDK knows but the region does not have is worth telling apart from a misspelled one.
        boolean elsewhere = InstanceType.fromValue(name) != InstanceType.UNKNOWN_TO_SDK_VERSION;
        return "EC2 does not know instance type " + name + (elsewhere ? " in this region" : "");
    }
}
