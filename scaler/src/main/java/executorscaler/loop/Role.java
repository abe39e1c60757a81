package executorscaler.loop;

import java.time.Instant;

/** What this process is among those that look after the same cluster. */
public sealed interface Role {

    /**
     * There is no election: this process writes as if it were the only one.
     *
     * @param why in plain words
     */
    record Alone(String why) implements Role {}

    /**
     * This process holds the Lease, and is the only one that writes.
     *
     * @param identity of this process, as the Lease names its holder
     * @param version resource version of the write to the Lease that won: what is older than this was seen before it led (S17)
     * @param since when it won
     */
    record Leader(String identity, long version, Instant since) implements Role {}

    /**
     * This process looks, decides and reports, and writes nothing.
     *
     * @param leader the holder that the Lease names; empty: nobody, or nobody knows
     * @param trouble why the Lease can be neither read nor had, in plain words; empty: nothing is wrong
     */
    record Follower(String identity, String leader, String trouble) implements Role {}

    /** Whether a process of this role writes. */
    default boolean writes() {
        return !(this instanceof Follower);
    }
}
