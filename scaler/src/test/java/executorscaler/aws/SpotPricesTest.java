package executorscaler.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import executorscaler.loop.FakeTime;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.DescribeSpotPriceHistoryRequest;
import software.amazon.awssdk.services.ec2.model.DescribeSpotPriceHistoryResponse;
import software.amazon.awssdk.services.ec2.model.SpotPrice;

/** When spot prices are asked for, and which of them counts. */
@Tag("unit")
class SpotPricesTest {

    private static final List<String> ZONES = List.of("us-east-1a", "us-east-1b");

    private final FakeTime time = new FakeTime();
    private final List<DescribeSpotPriceHistoryRequest> asked = new ArrayList<>();
    private List<SpotPrice> history = history("c5.large us-east-1a 0.03", "c5.large us-east-1b 0.05", "c5.large us-east-1c 0.09",
            "m5.large us-east-1a x");
    private boolean broken;
    private final SpotPrices prices = new SpotPrices(new Ec2Client() {

        @Override
        public DescribeSpotPriceHistoryResponse describeSpotPriceHistory(DescribeSpotPriceHistoryRequest request) {
            asked.add(request);
            if (broken) throw AwsServiceException.builder().statusCode(503).message("no").build();
            return DescribeSpotPriceHistoryResponse.builder().spotPriceHistory(history).build();
        }

        @Override
        public String serviceName() {
            return "ec2";
        }

        @Override
        public void close() {
            // nothing to close
        }
    }, time);

    private static List<SpotPrice> history(String... lines) {
        return Arrays.stream(lines).map(line -> line.split(" ", -1))
                .map(words -> SpotPrice.builder().instanceType(words[0]).availabilityZone(words[1]).spotPrice(words[2]).build()).toList();
    }

    private OptionalDouble look(String type) {
        prices.refresh(List.of(type), ZONES, time.now());
        return prices.highest(type, ZONES);
    }

    @Test
    void theHighestOfTheZonesCountsAndWhatIsNoPriceDoesNot() {
        assertThat(look("c5.large")).hasValue(0.05);
        assertThat(prices.highest("m5.large", ZONES)).isEmpty();
        assertThat(asked).singleElement().satisfies(request -> {
            assertThat(request.productDescriptions()).containsExactly("Linux/UNIX");
            assertThat(request.startTime()).isEqualTo(FakeTime.START);
            assertThat(request.filters()).singleElement().satisfies(filter -> assertThat(filter.values()).isEqualTo(ZONES));
        });
    }

    @Test
    void pricesAreKeptForTenMinutesUnlessAnotherTypeIsAskedFor() {
        look("c5.large");
        time.seconds(599);
        look("c5.large");
        assertThat(asked).hasSize(1);
        time.seconds(1);
        history = history("c5.large us-east-1a 0.01", "c5.large us-east-1b 0.02");
        assertThat(look("c5.large")).hasValue(0.02);
        look("r5.large");
        assertThat(asked).hasSize(3);
    }

    @Test
    void whereEc2DoesNotAnswerTheLastPricesStandAndItIsAskedAgainAfterAMinute() {
        look("c5.large");
        broken = true;
        time.seconds(600);
        assertThat(look("c5.large")).hasValue(0.05);
        time.seconds(30);
        look("r5.large");
        assertThat(asked).as("an error is not answered by more calls").hasSize(2);
        time.seconds(30);
        broken = false;
        look("c5.large");
        assertThat(asked).hasSize(3);
    }

    @Test
    void withoutSpotNothingIsAsked() {
        prices.refresh(List.of(), ZONES, time.now());
        assertThat(asked).isEmpty();
    }
}
