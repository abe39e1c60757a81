package executorscaler.plan.scheduling;

import executorscaler.snapshot.Taint;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Where pods are or can be: a node that is there, or one that is to come. */
interface Site {

    /** The node's name, empty while it has none. */
    String node();

    SortedMap<String, String> labels();

    List<Taint> taints();

    /** In which the node may come up while it is not there. */
    List<String> zones();

    /** The domain that it belongs to by that label; null where it has no such label. */
    @Nullable
    String domain(String topologyKey);
}
