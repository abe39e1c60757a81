package executorscaler.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import executorscaler.config.PoolConfig;
import executorscaler.plan.Price;
import executorscaler.report.TickView.PoolView;
import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Pool;
import executorscaler.snapshot.Pool.Lifecycle;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Dollars of a pool of at most 20 nodes at $0.34 an hour each: always on it would cost $6.80 an hour. */
@Tag("unit")
class SpendingTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final Spending spending = new Spending();

    @Test
    void whatRunsIsPaidWhetherItStaysOrGoes() {
        assertThat(spending.rates(List.of(pool(group(Lifecycle.IN_SERVICE, Lifecycle.PENDING, Lifecycle.LEAVING, Lifecycle.OTHER))))).singleElement()
                .satisfies(rate -> {
                    assertThat(rate.perHour()).as("a warm one that is stopped costs no hours").isEqualTo(3 * 0.34, within(1e-9));
                    assertThat(rate.alwaysOn()).isEqualTo(6.8, within(1e-9));
                    assertThat(rate.node()).isEqualTo(new Price(0.34, Price.Source.CONFIG));
                });
    }

    @Test
    void whatWasThereAtOneTickCountsUntilTheNext() {
        assertThat(spending.until(NOON)).as("nothing was seen before").isEmpty();
        spending.rates(List.of(pool(group(Lifecycle.IN_SERVICE, Lifecycle.IN_SERVICE))));
        assertPaid(NOON.plusSeconds(60), 2 * 0.34 / 60, 6.8 / 60);
        spending.rates(List.of(pool(group())));
        assertPaid(NOON.plusSeconds(120), 0, 6.8 / 60);
    }

    @Test
    void aGroupThatCannotBeReadCostsNobodyKnowsWhat() {
        assertThat(spending.until(NOON)).isEmpty();
        spending.rates(List.of(pool(group(Lifecycle.IN_SERVICE))));
        assertThat(spending.rates(List.of(pool(Optional.empty())))).isEmpty();
        assertThat(spending.until(NOON.plusSeconds(60))).isEmpty();
    }

    @Test
    void theSumIsKnownOnlyWhereEveryPartIs() {
        var two = pool(group(Lifecycle.IN_SERVICE, Lifecycle.LEAVING));
        assertThat(Spending.perHour(List.of(two, pool(group()), two)).orElseThrow()).isEqualTo(4 * 0.34, within(1e-9));
        assertThat(Spending.perHour(List.of(two, pool(Optional.empty())))).as("a group that cannot be read").isEmpty();
    }

    @Test
    void aMachineOfWhichNothingIsKnownIsNotFree() {
        var unknown = new MachineType("x9.large", 0, 0, new TreeMap<>(), 0, "amd64");
        var view = pool(group(unknown, Lifecycle.IN_SERVICE), OptionalDouble.empty());
        assertThat(Spending.perHour(view)).isEmpty();
        assertThat(spending.rates(List.of(view))).isEmpty();
        assertThat(Spending.perHour(pool(group(unknown), OptionalDouble.empty()))).as("of none of them it is known").hasValue(0);
        assertThat(Spending.perHour(pool(group(unknown, Lifecycle.IN_SERVICE), OptionalDouble.of(0)))).as("if the config says so").hasValue(0);
    }

    @Test
    void aClockThatIsSetCostsNothing() {
        assertThat(spending.until(NOON)).isEmpty();
        spending.rates(List.of(pool(group(Lifecycle.IN_SERVICE))));
        assertPaid(NOON.minusSeconds(3600), 0, 0);
        assertThat(spending.until(NOON)).as("an hour in which nothing was seen").isEmpty();
    }

    private void assertPaid(Instant now, double dollars, double alwaysOn) {
        assertThat(spending.until(now)).singleElement().satisfies(paid -> {
            assertThat(paid.dollars()).isEqualTo(dollars, within(1e-9));
            assertThat(paid.alwaysOn()).isEqualTo(alwaysOn, within(1e-9));
        });
    }

    private static PoolView pool(Optional<Pool> group) {
        return pool(group, OptionalDouble.of(0.34));
    }

    private static PoolView pool(Optional<Pool> group, OptionalDouble hourlyPrice) {
        var config = new PoolConfig("compute", "compute-asg", "c5.2xlarge", PoolConfig.CapacityType.ON_DEMAND, 0, 20, new TreeMap<>(), List.of(), 0,
                PoolConfig.Reserved.BY_FORMULA, 600, hourlyPrice, 0);
        return new PoolView(config, group, 0, List.of(), List.of());
    }

    private static Optional<Pool> group(Lifecycle... lifecycles) {
        return group(new MachineType("c5.2xlarge", 8, 16L << 30, new TreeMap<>(), 58, "amd64"), lifecycles);
    }

    private static Optional<Pool> group(MachineType type, Lifecycle... lifecycles) {
        var instances = IntStream.range(0, lifecycles.length)
                .mapToObj(i -> new Pool.Instance("i-" + i, lifecycles[i], "", "", type.name(), "us-east-1a", NOON)).toList();
        return Optional.of(new Pool("compute", "compute-asg", 0, 20, lifecycles.length, instances, type, List.of("us-east-1a"), NOON));
    }
}
