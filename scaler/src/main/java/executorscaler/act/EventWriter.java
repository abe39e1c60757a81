package executorscaler.act;

/** The cluster's events, as far as we write them. */
@FunctionalInterface
public interface EventWriter {

    /** Returns at once and never throws: what cannot be told is lost, since nothing depends on it. */
    void tell(ClusterEvent event);
}
