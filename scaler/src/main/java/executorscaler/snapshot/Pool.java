package executorscaler.snapshot;

import java.time.Instant;
import java.util.List;

/**
 * A node pool's Auto Scaling Group.
 *
 * @param name the pool's name in the config
 * @param group the ASG's name
 * @param min the ASG's own minimum
 * @param max the ASG's own maximum
 * @param desired desired capacity
 * @param instances all that the group lists, in whatever state
 * @param type the machine that the group launches
 * @param zones availability zones the group launches into
 * @param readAt when the answer came
 */
public record Pool(String name, String group, int min, int max, int desired, List<Instance> instances, MachineType type, List<String> zones,
        Instant readAt) {

    public Pool {
        instances = List.copyOf(instances);
        zones = List.copyOf(zones);
    }

    /**
     * An instance that the group lists.
     *
     * @param privateIp empty where not known
     * @param privateDns empty where not known
     * @param launchedAt when EC2 launched it
     */
    public record Instance(String id, Lifecycle lifecycle, String privateIp, String privateDns, String type, String zone, Instant launchedAt) {
        /** Whether the group counts it towards what it desires. */
        public boolean counts() {
            return lifecycle == Lifecycle.PENDING || lifecycle == Lifecycle.IN_SERVICE;
        }
    }

    /** The ASG's lifecycle states, as far as decisions tell them apart: LEAVING is every Terminating state, OTHER is Standby, Detached and Warmed. */
    public enum Lifecycle {
        PENDING, IN_SERVICE, LEAVING, OTHER
    }
}
