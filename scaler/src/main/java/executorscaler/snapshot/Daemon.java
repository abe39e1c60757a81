package executorscaler.snapshot;

/** A DaemonSet: every new node that its pods may run on loses their requests. */
public record Daemon(String namespace, String name, PodShape shape) {}
