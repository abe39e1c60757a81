package executorscaler.config;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a group's tags {@code k8s.io/cluster-autoscaler/node-template/autoscaling-options/NAME} may say of scaling it (Cluster Autoscaler's AWS README), under
 * the names and in the notation that Cluster Autoscaler reads.
 */
public enum AutoscalingOption {
    /** As {@link ScaleDownConfig#utilizationThreshold()}. */
    UTILIZATION_THRESHOLD("scaledownutilizationthreshold", false, 0),
    /** The same for nodes with devices, of the devices alone. */
    DEVICE_UTILIZATION_THRESHOLD("scaledowngpuutilizationthreshold", false, 0),
    /** As {@link ScaleDownConfig#idleSeconds()}. */
    UNNEEDED_TIME("scaledownunneededtime", true, 0),
    /** As {@link ScaleDownConfig#unreadySeconds()}. */
    UNREADY_TIME("scaledownunreadytime", true, 0),
    /** As {@link PoolConfig#maxProvisionSeconds()}. */
    PROVISION_TIME("maxnodeprovisiontime", true, 1);

    private static final int WEEK_IN_SECONDS = 7 * 24 * 3600;
    private static final Pattern SHARE = Pattern.compile("[0-9]{0,3}\\.?[0-9]{0,9}");

    private final String tag;
    private final boolean time;
    private final int least;

    AutoscalingOption(String tag, boolean time, int least) {
        this.tag = tag;
        this.time = time;
        this.least = least;
    }

    /** The option of this name; empty: none that is known here. */
    public static Optional<AutoscalingOption> named(String name) {
        return Stream.of(values()).filter(option -> option.tag.equals(name)).findFirst();
    }

    /** What is wrong with a value, in words with the value; empty: nothing. */
    public String complaint(String written) {
        if (time) return time(written).isPresent() ? "" : "must be a time such as 10m0s, from " + least + "s to 168h, was '" + written + "'";
        return share(written).isPresent() ? "" : "must be a number from 0 to 1, was '" + written + "'";
    }

    /** Its seconds among the options of a group; empty: not said, or not so that it can be read. */
    public OptionalInt seconds(Map<String, String> options) {
        var written = options.get(tag);
        return written == null ? OptionalInt.empty() : time(written);
    }

    /** Its share, 0 to 1, among the options of a group; empty: not said, or not so that it can be read. */
    public OptionalDouble share(Map<String, String> options) {
        var written = options.get(tag);
        return written == null ? OptionalDouble.empty() : share(written);
    }

    private OptionalInt time(String written) {
        var seconds = GoDuration.seconds(written);
        return seconds.isPresent() && seconds.getAsInt() >= least && seconds.getAsInt() <= WEEK_IN_SECONDS ? seconds : OptionalInt.empty();
    }

    private static OptionalDouble share(String written) {
        if (!SHARE.matcher(written).matches() || written.chars().noneMatch(Character::isDigit)) return OptionalDouble.empty();
        double share = Double.parseDouble(written);
        return share <= 1 ? OptionalDouble.of(share) : OptionalDouble.empty();
    }
}
