package executorscaler.snapshot;

/**
 * A port of the node that a pod takes for itself.
 *
 * @param address the node's address it is bound to, {@code 0.0.0.0} for all of them
 * @param protocol TCP, UDP or SCTP
 */
public record HostPort(String address, String protocol, int port) {

    private static final String ALL = "0.0.0.0";

    /** Whether no two pods of one node may have both. */
    public boolean conflicts(HostPort other) {
        return port == other.port && protocol.equals(other.protocol)
                && (address.equals(other.address) || address.equals(ALL) || other.address.equals(ALL));
    }
}
