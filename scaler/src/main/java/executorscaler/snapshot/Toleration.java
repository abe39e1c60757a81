package executorscaler.snapshot;

/**
 * A pod's toleration as the API has it.
 *
 * @param key empty: every key (only with {@code exists})
 * @param exists operator Exists; otherwise Equal
 * @param value compared where the operator is Equal
 * @param effect the effect's API name ({@code NoSchedule}, ...), empty: every effect
 */
public record Toleration(String key, boolean exists, String value, String effect) {

    public boolean tolerates(Taint taint) {
        if (!effect.isEmpty() && !effect.equals(apiName(taint.effect()))) return false;
        if (key.isEmpty()) return exists;
        return key.equals(taint.key()) && (exists || value.equals(taint.value()));
    }

    private static String apiName(Taint.Effect effect) {
        return switch (effect) {
            case NO_SCHEDULE -> "NoSchedule";
            case PREFER_NO_SCHEDULE -> "PreferNoSchedule";
            case NO_EXECUTE -> "NoExecute";
        };
    }
}
