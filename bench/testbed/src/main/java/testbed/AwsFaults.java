package testbed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The knobs of the proxy before AWS, and the record of the calls it saw. Safe for any thread. */
public final class AwsFaults {
    private static final int KEPT_CALLS = 20_000;

    private record Armed(Fault fault, int left) {
    }

    // Guarded by this.
    private final Map<String, List<Armed>> armed = new HashMap<>();
    // Guarded by this.
    private final List<AwsCall> calls = new ArrayList<>();
    // Guarded by this.
    private final List<AwsAnswered> answered = new ArrayList<>();
    private final Map<String, Integer> limits = new ConcurrentHashMap<>();
    private final Map<String, String> refusals = new ConcurrentHashMap<>();
    private final Set<String> beginning = ConcurrentHashMap.newKeySet();
    private final LifecycleHooks hooks = new LifecycleHooks();
    private volatile Duration pending = Duration.ZERO;
    private volatile LimitLifted limitLifted = group -> {
    };

    /** Told when a group may grow again. */
    interface LimitLifted {
        void on(String group);
    }

    AwsFaults() {
    }

    /** From now on every call of this action meets the fault, until {@link #clear}. */
    public AwsFaults on(String action, Fault fault) {
        return on(action, fault, Integer.MAX_VALUE);
    }

    /** The next calls of this action meet the fault, this many times; faults of one action take turns in the order they were armed. */
    public synchronized AwsFaults on(String action, Fault fault, int times) {
        armed.computeIfAbsent(action, any -> new ArrayList<>()).add(new Armed(fault, times));
        return this;
    }

    public AwsFaults throttle(String action, int times) {
        return on(action, new Fault.Throttle(), times);
    }

    public AwsFaults delay(String action, Duration time, int times) {
        return on(action, new Fault.Delay(time), times);
    }

    public AwsFaults fail(String action, int status, String code, int times) {
        return on(action, new Fault.Fail(status, code, "made to fail by the test bed"), times);
    }

    public AwsFaults dropAnswer(String action, int times) {
        return on(action, new Fault.DropAnswer(), times);
    }

    /** Before the next call of this action is done, this happens. */
    public AwsFaults meanwhile(String action, Runnable what) {
        return on(action, new Fault.Meanwhile(what), 1);
    }

    /** The group's activities show a launch that has begun and names no instance yet. */
    public AwsFaults beginsLaunch(String group) {
        beginning.add(group);
        return this;
    }

    /** The group's desired capacity may rise, but no new instance comes, and its activities say why. */
    public AwsFaults refuseCapacity(String group) {
        return limitCapacity(group, 0);
    }

    /** As {@link #refuseCapacity(String)}, and the activities say why in these words. */
    public AwsFaults refuseCapacity(String group, String message) {
        refusals.put(group, message);
        return refuseCapacity(group);
    }

    /** As {@link #refuseCapacity(String)}, but instances come until the group has this many. */
    public AwsFaults limitCapacity(String group, int instances) {
        limits.put(group, instances);
        return this;
    }

    /** Ends the lack of capacity; the instances still wanted come at once. */
    public AwsFaults allowCapacity(String group) {
        limits.remove(group);
        refusals.remove(group);
        limitLifted.on(group);
        return this;
    }

    /** New instances are in lifecycle state Pending for this long before they are InService. */
    public AwsFaults pending(Duration time) {
        pending = time;
        return this;
    }

    /** The group ends the instance for good, desires one less, and a lifecycle hook of this name waits for somebody to complete it. */
    public AwsFaults endsWithHook(String group, String instanceId, String hook) {
        hooks.wait(group, instanceId, hook);
        return this;
    }

    /** Ends all faults, lacks of capacity and waits; the record of calls stays. */
    public void clear() {
        synchronized (this) {
            armed.clear();
        }
        pending = Duration.ZERO;
        hooks.clear();
        beginning.clear();
        List.copyOf(limits.keySet()).forEach(this::allowCapacity);
    }

    /** The calls so far, oldest first; of very many the newest 20,000. */
    public synchronized List<AwsCall> calls() {
        return List.copyOf(calls);
    }

    /** The calls of one action so far, oldest first. */
    public List<AwsCall> calls(String action) {
        return calls().stream().filter(call -> call.action().equals(action)).toList();
    }

    /** What AWS has answered to the calls of one action, oldest first; an answer that was dropped is among them. */
    public synchronized List<AwsAnswered> answered(String action) {
        return answered.stream().filter(each -> each.call().action().equals(action)).toList();
    }

    public synchronized void clearCalls() {
        calls.clear();
        answered.clear();
    }

    synchronized void record(AwsCall call) {
        keep(calls, call);
    }

    synchronized void record(AwsAnswered answer) {
        keep(answered, answer);
    }

    private static <T> void keep(List<T> all, T newest) {
        if (all.size() >= KEPT_CALLS) {
            all.subList(0, KEPT_CALLS / 10).clear();
        }
        all.add(newest);
    }

    synchronized Optional<Fault> next(String action) {
        List<Armed> queue = armed.get(action);
        if (queue == null || queue.isEmpty()) {
            return Optional.empty();
        }
        Armed first = queue.remove(0);
        if (first.left == Integer.MAX_VALUE) {
            queue.add(0, first);
        } else if (first.left > 1) {
            queue.add(0, new Armed(first.fault, first.left - 1));
        }
        return Optional.of(first.fault);
    }

    Optional<Integer> limit(String group) {
        return Optional.ofNullable(limits.get(group));
    }

    Optional<String> refusal(String group) {
        return Optional.ofNullable(refusals.get(group));
    }

    Set<String> beginning() {
        return beginning;
    }

    LifecycleHooks hooks() {
        return hooks;
    }

    Duration pending() {
        return pending;
    }

    void whenLimitLifted(LimitLifted listener) {
        limitLifted = listener;
    }
}
