package executorscaler.config;

import java.util.OptionalInt;

/**
 * From a least number, 0 where it is left out, to a most, which must be said: it is what bounds the bill.
 *
 * @param said whether the most was
 */
record Range(int least, int most, boolean said) {

    static Range read(YamlSection section, String leastKey, String mostKey, int bound) {
        var least = section.whole(leastKey, 0, bound);
        OptionalInt most = section.requiredWhole(mostKey, 0, bound);
        if (least.isPresent() && most.isPresent() && most.getAsInt() < least.getAsInt()) {
            section.problem(mostKey, "must not be below " + leastKey + " " + least.getAsInt() + ", was " + most.getAsInt());
        }
        int from = least.orElse(0);
        return new Range(from, Math.max(from, most.orElse(from)), most.isPresent());
    }
}
