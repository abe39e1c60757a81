package executorscaler.config;

/**
 * How often the world is looked at when nothing wakes us.
 *
 * @param intervalMillis longest pause between two ticks
 * @param queuePollMillis how often the queues are asked whether anything changed
 * @param cloudPollSeconds how often the Auto Scaling Groups are read while nothing is on its way (every second while something is)
 */
public record ControlConfig(int intervalMillis, int queuePollMillis, int cloudPollSeconds) {

    public static final ControlConfig DEFAULT = new ControlConfig(5000, 50, 10);

    public ControlConfig {
        if (intervalMillis < 10) throw new IllegalArgumentException("control.intervalMillis must be at least 10, was " + intervalMillis);
        if (queuePollMillis < 5) throw new IllegalArgumentException("control.queuePollMillis must be at least 5, was " + queuePollMillis);
        if (cloudPollSeconds < 1) throw new IllegalArgumentException("control.cloudPollSeconds must be at least 1, was " + cloudPollSeconds);
    }
}
