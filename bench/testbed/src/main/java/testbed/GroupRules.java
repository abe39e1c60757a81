package testbed;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.Instance;

/**
 * What EC2 Auto Scaling does and Moto does not: bounds, lack of capacity, activities, lifecycle hooks, instances that are still Pending, and an order of capacity that is
 * answered when it is accepted and not when its instances are there. Whoever asks after such an order still sees what came of it: calls of one kind wait for it.
 */
final class GroupRules {
    /** AWS goes on trying to launch what it could not. */
    private static final Duration RETRY = Duration.ofSeconds(20);
    private static final int KEPT_ACTIVITIES = 500;

    private final Moto moto;
    private final AwsFaults faults;
    // Held over calls to Moto: a check of bounds and the change that follows are one step in AWS, too. Given back by the thread that launches.
    private final Semaphore lock = new Semaphore(1, true);
    private final Executor launcher;
    // The desired capacity AWS accepted but cannot meet, or may not while a process is suspended, by group. Guarded by lock, as all below.
    private final Map<String, Integer> unmet = new HashMap<>();
    private final Map<String, Instant> lastRefusal = new HashMap<>();
    private final List<Activity> newestFirst = new ArrayList<>();
    private final Map<String, Instant> firstSeen = new HashMap<>();

    /** With the threads on which accepted orders are carried out. */
    GroupRules(Moto moto, AwsFaults faults, Executor launcher) {
        this.moto = moto;
        this.faults = faults;
        this.launcher = launcher;
        faults.whenLimitLifted(this::meetWhatIsUnmet);
    }

    AwsAnswer answer(AwsRequest request, Function<AwsRequest, AwsAnswer> forward) {
        return switch (request.action()) {
            case "SetDesiredCapacity" -> order(request, forward);
            case "UpdateAutoScalingGroup" -> locked(() -> update(request, forward));
            case "TerminateInstanceInAutoScalingGroup" -> locked(() -> terminate(request, forward));
            case "DescribeScalingActivities" -> locked(() -> activities(request));
            case "DescribeAutoScalingGroups" -> locked(() -> describeGroups(forward.apply(request)));
            case "DescribeAutoScalingInstances" -> locked(() -> describeInstances(forward.apply(request)));
            case "RecordLifecycleActionHeartbeat" ->
                locked(() -> faults.hooks().refusal(request).orElseGet(() -> AwsAnswer.success(request.action(), "")));
            case "CompleteLifecycleAction" -> locked(() -> faults.hooks().refusal(request).orElseGet(() -> complete(request)));
            case "ResumeProcesses" -> locked(() -> resume(request, forward));
            case "SetInstanceProtection", "SuspendProcesses", "AttachInstances", "DetachInstances", "EnterStandby",
                    "ExitStandby" ->
                moto.group(request.group()).isEmpty() ? unknownGroup(request) : forward.apply(request);
            default -> forward.apply(request);
        };
    }

    /** Waits until what was accepted so far is carried out. */
    void settle() {
        lock.acquireUninterruptibly();
        lock.release();
    }

    private interface Step {
        AwsAnswer take();
    }

    private AwsAnswer locked(Step step) {
        lock.acquireUninterruptibly();
        try {
            return step.take();
        } finally {
            lock.release();
        }
    }

    /** Accepts or refuses the order; what is accepted is carried out after the answer. */
    private AwsAnswer order(AwsRequest request, Function<AwsRequest, AwsAnswer> forward) {
        lock.acquireUninterruptibly();
        boolean handedOver = false;
        try {
            Optional<AutoScalingGroup> group = moto.group(request.group());
            Optional<AwsAnswer> refused = refusal(request, group);
            if (refused.isPresent()) {
                return refused.get();
            }
            launcher.execute(() -> {
                try {
                    if (!carryOut(request, group.orElseThrow(), forward).ok()) {
                        refuse(group.orElseThrow());
                    }
                } finally {
                    lock.release();
                }
            });
            handedOver = true;
            return AwsAnswer.success(request.action(), "");
        } finally {
            if (!handedOver) {
                lock.release();
            }
        }
    }

    private AwsAnswer setDesired(AwsRequest request, Function<AwsRequest, AwsAnswer> forward) {
        Optional<AutoScalingGroup> group = moto.group(request.group());
        return refusal(request, group).orElseGet(() -> carryOut(request, group.orElseThrow(), forward));
    }

    private static Optional<AwsAnswer> refusal(AwsRequest request, Optional<AutoScalingGroup> group) {
        if (group.isEmpty()) {
            return Optional.of(unknownGroup(request));
        }
        int wanted = desired(request);
        if (wanted > group.get().maxSize()) {
            return Optional.of(invalid(request, "New SetDesiredCapacity value " + wanted + " is above max value " + group.get().maxSize()
                    + " for the AutoScalingGroup."));
        }
        if (wanted < group.get().minSize()) {
            return Optional.of(invalid(request, "New SetDesiredCapacity value " + wanted + " is below min value " + group.get().minSize()
                    + " for the AutoScalingGroup."));
        }
        return Optional.empty();
    }

    private static int desired(AwsRequest request) {
        return Integer.parseInt(request.params().getOrDefault("DesiredCapacity", "0"));
    }

    private AwsAnswer carryOut(AwsRequest request, AutoScalingGroup group, Function<AwsRequest, AwsAnswer> forward) {
        int wanted = desired(request) + faults.hooks().of(group.autoScalingGroupName()); // Moto counts those whose hook waits
        if (wanted < group.instances().size() && !mayEnd(group)) {
            unmet.put(group.autoScalingGroupName(), wanted);
            return AwsAnswer.success(request.action(), "");
        }
        int granted = grant(group, wanted);
        AwsAnswer answer = forward.apply(request.with("DesiredCapacity", String.valueOf(granted)));
        if (answer.ok()) {
            noteLaunches(group);
        }
        return answer;
    }

    private static boolean mayEnd(AutoScalingGroup group) {
        return group.suspendedProcesses().stream().noneMatch(process -> "Terminate".equals(process.processName()));
    }

    /** Instances beyond what is desired go as soon as the group may end them, whichever AWS chooses. */
    private AwsAnswer resume(AwsRequest request, Function<AwsRequest, AwsAnswer> forward) {
        String name = request.group();
        if (moto.group(name).isEmpty()) {
            return unknownGroup(request);
        }
        AwsAnswer answer = forward.apply(request);
        AutoScalingGroup group = moto.group(name).orElseThrow();
        Integer wanted = unmet.get(name);
        if (answer.ok() && wanted != null && wanted < group.instances().size() && mayEnd(group)) {
            unmet.remove(name);
            moto.autoScaling().setDesiredCapacity(set -> set.autoScalingGroupName(name).desiredCapacity(wanted));
        }
        return answer;
    }

    /** How many of the wanted instances AWS has room for; what is not met is kept for later answers. */
    private int grant(AutoScalingGroup group, int wanted) {
        String name = group.autoScalingGroupName();
        int room = faults.limit(name).map(limit -> Math.max(limit, group.instances().size())).orElse(wanted);
        if (wanted <= room) {
            unmet.remove(name);
            return wanted;
        }
        unmet.put(name, wanted);
        refuse(group);
        return room;
    }

    private void refuse(AutoScalingGroup group) {
        String name = group.autoScalingGroupName();
        lastRefusal.put(name, Instant.now());
        remember(Activity.refused(name, faults.refusal(name).orElseGet(() -> Activity.noCapacity(instanceType(group), AwsCredentials.ZONE))));
    }

    private String instanceType(AutoScalingGroup group) {
        if (group.launchTemplate() == null) {
            return "m5.large";
        }
        return moto.ec2().describeLaunchTemplateVersions(request -> request.launchTemplateId(group.launchTemplate().launchTemplateId()))
                .launchTemplateVersions().get(0).launchTemplateData().instanceTypeAsString();
    }

    private void noteLaunches(AutoScalingGroup before) {
        Set<String> known = new HashSet<>(before.instances().stream().map(Instance::instanceId).toList());
        for (String id : moto.instanceIds(before.autoScalingGroupName())) {
            if (known.add(id)) {
                firstSeen.put(id, Instant.now());
                remember(Activity.launched(before.autoScalingGroupName(), id));
            }
        }
    }

    private void remember(Activity activity) {
        newestFirst.add(0, activity);
        if (newestFirst.size() > KEPT_ACTIVITIES) {
            newestFirst.remove(newestFirst.size() - 1);
        }
    }

    private AwsAnswer update(AwsRequest request, Function<AwsRequest, AwsAnswer> forward) {
        Optional<AutoScalingGroup> group = moto.group(request.group());
        if (group.isEmpty()) {
            return unknownGroup(request);
        }
        String desired = request.params().get("DesiredCapacity");
        AwsAnswer answer = forward.apply(request.without("DesiredCapacity"));
        if (desired == null || !answer.ok()) {
            return answer;
        }
        AwsRequest set = request.without("DesiredCapacity").with("Action", "SetDesiredCapacity").with("DesiredCapacity", desired);
        AwsAnswer second = setDesired(new AwsRequest("SetDesiredCapacity", set.params(), false), forward);
        return second.ok() ? answer : second;
    }

    private AwsAnswer terminate(AwsRequest request, Function<AwsRequest, AwsAnswer> forward) {
        String id = request.params().getOrDefault("InstanceId", "");
        Optional<AutoScalingGroup> found = moto.groups().stream()
                .filter(group -> group.instances().stream().anyMatch(instance -> instance.instanceId().equals(id))).findFirst();
        if (found.isEmpty()) {
            return invalid(request, "Instance Id not found - No managed instance found for instance ID: " + id);
        }
        AutoScalingGroup group = found.get();
        String name = group.autoScalingGroupName();
        int desired = unmet.getOrDefault(name, group.desiredCapacity());
        boolean decrement = Boolean.parseBoolean(request.params().getOrDefault("ShouldDecrementDesiredCapacity", "false"));
        if (decrement && desired - 1 < group.minSize()) {
            return invalid(request, "Currently, desiredSize equals minSize (" + group.minSize() + "). Terminating instance without replacement"
                    + " will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min"
                    + " size.");
        }
        // Where AWS has no room the replacement does not come, so Moto must not start one.
        boolean replaced = !decrement && faults.limit(name).map(limit -> group.instances().size() <= limit).orElse(true);
        AwsAnswer answer = forward.apply(request.with("ShouldDecrementDesiredCapacity", String.valueOf(!replaced)));
        if (answer.ok() && !decrement && !replaced) {
            unmet.put(name, desired);
            refuse(group);
        } else if (answer.ok() && decrement && unmet.containsKey(name)) {
            unmet.put(name, desired - 1);
        } else if (answer.ok() && replaced) {
            noteLaunches(group);
        }
        return answer;
    }

    private AwsAnswer complete(AwsRequest request) {
        String id = request.params().getOrDefault("InstanceId", "");
        moto.autoScaling().terminateInstanceInAutoScalingGroup(ended -> ended.instanceId(id).shouldDecrementDesiredCapacity(true));
        faults.hooks().complete(id);
        return AwsAnswer.success(request.action(), "");
    }

    private AwsAnswer activities(AwsRequest request) {
        String name = request.group();
        if (!name.isEmpty()) {
            Optional<AutoScalingGroup> group = moto.group(name);
            if (group.isEmpty()) {
                return unknownGroup(request);
            }
            if (unmet.getOrDefault(name, 0) > group.get().instances().size()
                    && lastRefusal.getOrDefault(name, Instant.MIN).plus(RETRY).isBefore(Instant.now())) {
                refuse(group.get());
            }
        }
        int most = Integer.parseInt(request.params().getOrDefault("MaxRecords", "100"));
        StringBuilder members = new StringBuilder();
        faults.beginning().stream().filter(name::equals).forEach(group -> members.append(Activity.begun(group).xml()));
        newestFirst.stream().filter(activity -> name.isEmpty() || activity.group().equals(name)).limit(most)
                .forEach(activity -> members.append(activity.xml()));
        return AwsAnswer.success(request.action(), "<Activities>" + members + "</Activities>");
    }

    private AwsAnswer describeGroups(AwsAnswer answer) {
        if (!answer.ok() || (unmet.isEmpty() && faults.pending().isZero() && faults.hooks().none())) {
            return answer;
        }
        Document document = Xml.parse(answer.body());
        for (Element group : Xml.members(document.getDocumentElement(), "AutoScalingGroups")) {
            String name = Xml.text(group, "AutoScalingGroupName");
            Xml.child(group, "DesiredCapacity").ifPresent(element -> {
                int desired = unmet.getOrDefault(name, Integer.parseInt(element.getTextContent()));
                element.setTextContent(String.valueOf(desired - faults.hooks().of(name)));
            });
            Xml.members(group, "Instances").forEach(this::age);
        }
        return new AwsAnswer(answer.status(), answer.contentType(), Xml.write(document));
    }

    private AwsAnswer describeInstances(AwsAnswer answer) {
        if (!answer.ok() || (faults.pending().isZero() && faults.hooks().none())) {
            return answer;
        }
        Document document = Xml.parse(answer.body());
        Xml.members(document.getDocumentElement(), "AutoScalingInstances").forEach(this::age);
        return new AwsAnswer(answer.status(), answer.contentType(), Xml.write(document));
    }

    // Known from its launch through the proxy, else from the first answer that named it.
    private void age(Element instance) {
        Instant seen = firstSeen.computeIfAbsent(Xml.text(instance, "InstanceId"), any -> Instant.now());
        if (seen.plus(faults.pending()).isAfter(Instant.now())) {
            Xml.child(instance, "LifecycleState").filter(state -> "InService".equals(state.getTextContent()))
                    .ifPresent(state -> state.setTextContent("Pending"));
        }
        faults.hooks().show(instance);
    }

    private void meetWhatIsUnmet(String name) {
        lock.acquireUninterruptibly();
        try {
            Integer wanted = unmet.remove(name);
            Optional<AutoScalingGroup> group = moto.group(name);
            if (wanted != null && group.isPresent()) {
                moto.autoScaling().setDesiredCapacity(request -> request.autoScalingGroupName(name).desiredCapacity(wanted));
                noteLaunches(group.get());
            }
        } finally {
            lock.release();
        }
    }

    private static AwsAnswer unknownGroup(AwsRequest request) {
        return invalid(request, "AutoScalingGroup name not found - no such group: " + request.group());
    }

    private static AwsAnswer invalid(AwsRequest request, String message) {
        return AwsAnswer.error(request, 400, "ValidationError", message);
    }
}
