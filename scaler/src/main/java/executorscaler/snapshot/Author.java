package executorscaler.snapshot;

import java.time.Instant;

/**
 * Who wrote a Deployment's {@code spec.replicas} last, by its {@code metadata.managedFields}.
 *
 * @param manager the name under which it writes, e.g. {@code kubectl-client-side-apply}; empty: nobody knows
 * @param scale whether it wrote through the scale subresource, as autoscalers and {@code kubectl scale} do, and deploys do not
 * @param at when, to the second; {@link Instant#EPOCH}: not told, as the API server tells no time of writes through the scale subresource
 */
public record Author(String manager, boolean scale, Instant at) {

    /** The name under which this service writes. */
    public static final String OURSELVES = "executor-scaler";

    /** The name under which the horizontal pod autoscaler writes: it is part of that process. */
    public static final String HORIZONTAL_POD_AUTOSCALER = "kube-controller-manager";

    /** Nobody knows. */
    public static final Author UNKNOWN = new Author("", false, Instant.EPOCH);

    /** Somebody else. */
    public boolean other() {
        return !manager.isEmpty() && !manager.equals(OURSELVES);
    }

    /** Another autoscaler: a person would have come by kubectl. */
    public boolean autoscaler() {
        return other() && scale && !manager.startsWith("kubectl");
    }

    /** A deploy, which writes the number of its manifest. */
    public boolean deploy() {
        return other() && !scale;
    }
}
