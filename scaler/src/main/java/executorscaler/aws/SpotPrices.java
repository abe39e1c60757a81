package executorscaler.aws;

import executorscaler.loop.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;

/**
 * What spot instances cost now. Asked for every ten minutes, all types and zones at once, and within a short time: a look does not wait for prices. Where EC2
 * does not answer, the last prices stand. One thread.
 */
final class SpotPrices {

    private static final Logger LOG = LoggerFactory.getLogger(SpotPrices.class);

    private static final Duration FRESH = Duration.ofMinutes(10);
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);
    private static final Duration AT_MOST = Duration.ofSeconds(3);
    private static final String LINUX = "Linux/UNIX";

    private record Place(String type, String zone) {}

    private final Ec2Client ec2;
    private final Clock clock;
    private final Map<Place, Double> prices = new HashMap<>();
    private final TreeSet<String> askedTypes = new TreeSet<>();
    private final TreeSet<String> askedZones = new TreeSet<>();
    private @Nullable Duration next;
    private String lastTrouble = "";

    SpotPrices(Ec2Client ec2, Clock clock) {
        this.ec2 = ec2;
        this.clock = clock;
    }

    /** To be called before {@link #highest}, with everything that will be asked for. */
    void refresh(Collection<String> types, Collection<String> zones, Instant now) {
        if (types.isEmpty() || zones.isEmpty()) return;
        boolean known = askedTypes.containsAll(types) && askedZones.containsAll(zones);
        if (next != null && clock.elapsed().compareTo(next) < 0 && (known || !lastTrouble.isEmpty())) return;
        try {
            var filter = Filter.builder().name("availability-zone").values(zones).build();
            // From now on: the price in force for each type and zone, and nothing of the past.
            for (var price : ec2.describeSpotPriceHistoryPaginator(request -> request.startTime(now).productDescriptions(LINUX)
                    .instanceTypesWithStrings(types).filters(filter)
                    .overrideConfiguration(override -> override.apiCallTimeout(AT_MOST))).spotPriceHistory()) {
                note(price.instanceTypeAsString(), price.availabilityZone(), price.spotPrice());
            }
            askedTypes.clear();
            askedTypes.addAll(types);
            askedZones.clear();
            askedZones.addAll(zones);
            lastTrouble = "";
            next = clock.elapsed().plus(FRESH);
        } catch (SdkException trouble) {
            var words = AwsWords.of(trouble);
            if (!words.equals(lastTrouble)) LOG.warn("DescribeSpotPriceHistory: {}; spot prices stay as they were", words);
            lastTrouble = words;
            next = clock.elapsed().plus(AFTER_FAILURE);
        }
    }

    private void note(@Nullable String type, @Nullable String zone, @Nullable String price) {
        if (type == null || zone == null || price == null) return;
        try {
            double dollars = Double.parseDouble(price);
            if (dollars >= 0 && dollars < Double.POSITIVE_INFINITY) prices.put(new Place(type, zone), dollars);
        } catch (NumberFormatException noPrice) {
            LOG.debug("spot price of {} in {} is no number: {}", type, zone, price);
        }
    }

    /** Dollars an hour, the highest of these zones; empty where none is known. */
    OptionalDouble highest(String type, List<String> zones) {
        return zones.stream().map(zone -> prices.get(new Place(type, zone))).filter(price -> price != null).mapToDouble(Double::doubleValue).max();
    }
}
