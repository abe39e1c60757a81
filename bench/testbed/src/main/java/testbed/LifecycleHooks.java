package testbed;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.w3c.dom.Element;

/**
 * Lifecycle hooks at the end of instances, which Moto does not heed: an instance that its group ends waits in Terminating:Wait until somebody completes the action,
 * and meanwhile the group does not desire it any more.
 */
final class LifecycleHooks {

    private final Map<String, Waiting> waiting = new ConcurrentHashMap<>(); // by instance id

    private record Waiting(String group, String hook) {
    }

    /** From now on the group wants to be rid of the instance. */
    void wait(String group, String instanceId, String hook) {
        waiting.put(instanceId, new Waiting(group, hook));
    }

    void clear() {
        waiting.clear();
    }

    boolean none() {
        return waiting.isEmpty();
    }

    /** How many instances of the group are no part of its desired capacity any more. */
    int of(String group) {
        return (int) waiting.values().stream().filter(each -> each.group().equals(group)).count();
    }

    /** The lifecycle state that the instance shows. */
    void show(Element instance) {
        if (waiting.containsKey(Xml.text(instance, "InstanceId"))) {
            Xml.child(instance, "LifecycleState").ifPresent(state -> state.setTextContent("Terminating:Wait"));
        }
    }

    /** The refusal of a call about a hook that does not wait. */
    Optional<AwsAnswer> refusal(AwsRequest request) {
        Waiting found = waiting.get(request.params().getOrDefault("InstanceId", ""));
        boolean waits = found != null && found.group().equals(request.group()) && found.hook().equals(request.params().get("LifecycleHookName"));
        return waits
                ? Optional.empty()
                : Optional.of(AwsAnswer.error(request, 400, "ValidationError",
                        "No active Lifecycle Action found with instance ID " + request.params().get("InstanceId")));
    }

    /** The action is completed: nobody waits for the instance any more. */
    void complete(String instanceId) {
        waiting.remove(instanceId);
    }
}
