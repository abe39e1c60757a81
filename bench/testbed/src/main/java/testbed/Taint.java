package testbed;

/** A taint of a pool's nodes; the effect is NoSchedule, PreferNoSchedule or NoExecute. */
public record Taint(String key, String value, String effect) {
}
