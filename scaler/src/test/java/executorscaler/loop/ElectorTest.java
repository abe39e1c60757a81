package executorscaler.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules S11 and S19: who leads, by a clock that is moved by hand. */
@Tag("unit")
class ElectorTest {

    private static final Instant START = FakeTime.START;

    /** Two clocks that have nothing to do with each other, as on a machine. */
    private final FakeTime clock = new FakeTime(Duration.ofDays(40));
    private final ArrayList<String> changes = new ArrayList<>();

    private Elector elector(SimLease lease, String identity) {
        var made = new ArrayList<Elector>();
        made.add(new Elector(lease, identity, clock, () -> changes.add(identity + " " + made.getFirst().role().getClass().getSimpleName())));
        return made.getFirst();
    }

    /** How many seconds it takes, at a turn when the elector asks for one; -1: not within two minutes. */
    private long secondsUntil(Elector elector, BooleanSupplier so) {
        var start = clock.elapsed();
        while (clock.elapsed().minus(start).compareTo(Duration.ofMinutes(2)) < 0) {
            var pause = elector.turn();
            if (so.getAsBoolean()) return clock.elapsed().minus(start).toSeconds();
            clock.pass(pause);
        }
        return -1;
    }

    private static Lease lease(String holder, int durationSeconds, Instant renewed) {
        return new Lease(holder, durationSeconds, Optional.of(renewed), Optional.of(renewed), 3, 100);
    }

    static Stream<Arguments> takeOvers() {
        return Stream.of(
                Arguments.of("never held, as the chart ships it", SimLease.neverHeld(), 0),
                Arguments.of("given back as client-go does", new SimLease(Optional.of(lease("", 1, START))), 0),
                Arguments.of("emptied by a person, whose leader may not know yet", new SimLease(Optional.of(lease("", 12, START))), 12),
                Arguments.of("not there: deleted, maybe, under a leader who does not know yet", new SimLease(Optional.empty()), 12),
                Arguments.of("held by somebody who is gone", new SimLease(Optional.of(lease("b", 12, START))), 12),
                Arguments.of("renewed an hour ago by a clock that is late", new SimLease(Optional.of(lease("b", 12, START.minusSeconds(3600)))), 12),
                Arguments.of("renewed in an hour by a clock that is early", new SimLease(Optional.of(lease("b", 12, START.plusSeconds(3600)))), 12),
                Arguments.of("a newer version that asks for more time", new SimLease(Optional.of(lease("b", 30, START))), 30),
                Arguments.of("a duration that would never end", new SimLease(Optional.of(lease("b", 1_000_000, START))), 60),
                Arguments.of("a duration that is none", new SimLease(Optional.of(lease("b", -4, START))), 12));
    }

    @ParameterizedTest(name = "{0}: taken after {2} s")
    @MethodSource("takeOvers")
    void aLeaseIsTakenWhenItHasNotChangedForAWholeDuration(String what, SimLease lease, long seconds) {
        var elector = elector(lease, "a");
        assertThat(secondsUntil(elector, () -> elector.role().writes())).isEqualTo(seconds);
        assertThat(lease.now()).hasValueSatisfying(now -> {
            assertThat(now.holder()).isEqualTo("a");
            assertThat(now.durationSeconds()).isEqualTo(12);
            assertThat(now.acquired()).contains(clock.now());
            assertThat(elector.role()).isEqualTo(new Role.Leader("a", now.version(), clock.now()));
            assertThat(elector.wonAt()).isEqualTo(now.version());
        });
    }

    static Stream<Arguments> lifeSigns() {
        return Stream.of(
                Arguments.of("another time",
                        (Consumer<SimLease>) lease -> lease.edit(now -> now.renewedAt(now.renewed().orElseThrow().plusSeconds(2)))),
                Arguments.of("the same time again", (Consumer<SimLease>) lease -> lease.edit(now -> now)),
                Arguments.of("a time that runs backwards", (Consumer<SimLease>) lease -> lease.edit(now -> now.renewedAt(START.minusSeconds(9)))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lifeSigns")
    void aLeaseThatChangesIsNeverTakenWhateverItSays(String what, Consumer<SimLease> renewal) {
        var lease = new SimLease(Optional.of(lease("b", 12, START)));
        var elector = elector(lease, "a");
        assertThat(secondsUntil(elector, () -> {
            renewal.accept(lease);
            return elector.role().writes();
        })).isEqualTo(-1);
        assertThat(elector.role()).isEqualTo(new Role.Follower("a", "b", ""));
        assertThat(lease.now().orElseThrow().transitions()).isEqualTo(3);
    }

    @Test
    void ofTwoThatStandAtTheSameMomentOneWins() {
        var lease = SimLease.neverHeld();
        var a = elector(lease, "a");
        var b = elector(lease, "b");
        // b writes between the look and the write of a
        lease.meanwhile(() -> lease.meanwhile(b::turn));
        a.turn();
        assertThat(b.role().writes()).isTrue();
        assertThat(a.role().writes()).isFalse();
        clock.pass(Elector.PERIOD);
        a.turn();
        assertThat(a.role()).isEqualTo(new Role.Follower("a", "b", ""));
    }

    @ParameterizedTest(name = "after {0} s without an answer it writes: {1}")
    @CsvSource({"0,true", "6,true", "7,false", "8,false"})
    void aLeaderLeadsForSevenSecondsAfterTheStartOfItsLastGoodRenewal(long seconds, boolean writes) {
        var lease = SimLease.neverHeld();
        var elector = elector(lease, "a");
        lease.meanwhile(() -> lease.meanwhile(() -> clock.pass(Duration.ofSeconds(1)))); // the winning write takes a second
        elector.turn();
        lease.silent(true);
        clock.pass(Duration.ofSeconds(seconds).minusSeconds(1));
        assertThat(elector.role().writes()).isEqualTo(writes);
    }

    @ParameterizedTest(name = "{0} s after an answer that took 4 s it writes: {1}")
    @CsvSource({"2, true", "3, false"})
    void aRenewalIsGoodForSevenSecondsAfterItsStart(long seconds, boolean writes) {
        var lease = SimLease.neverHeld();
        var elector = elector(lease, "a");
        elector.turn();
        clock.pass(Elector.PERIOD);
        lease.meanwhile(() -> clock.pass(Duration.ofSeconds(4)));
        elector.turn();
        lease.silent(true);
        clock.pass(Duration.ofSeconds(seconds));
        assertThat(elector.role().writes()).isEqualTo(writes);
    }

    @Test
    void aRenewalThatHangsEndsTheTermWhileItHangs() {
        var lease = SimLease.neverHeld();
        var elector = elector(lease, "a");
        elector.turn();
        clock.pass(Elector.PERIOD);
        var seen = new ArrayList<Boolean>();
        lease.meanwhile(() -> {
            for (int second = 0; second < 20; second += 4) {
                seen.add(elector.role().writes());
                clock.pass(Duration.ofSeconds(4));
            }
        });
        lease.silent(true);
        elector.turn();
        assertThat(seen).as("2, 6, 10, 14 and 18 s after the start of the last good renewal").containsExactly(true, true, false, false, false);
    }

    @ParameterizedTest(name = "the wall clock jumps by {0} s")
    @CsvSource({"3600", "-3600", "31536000"})
    void aJumpOfTheWallClockChangesNothing(long seconds) {
        var lease = SimLease.neverHeld();
        var leader = elector(lease, "a");
        var follower = elector(lease, "b");
        leader.turn();
        follower.turn();
        clock.set(clock.now().plusSeconds(seconds));
        for (int i = 0; i < 20; i++) {
            clock.pass(Elector.PERIOD);
            leader.turn();
            follower.turn();
            assertThat(leader.role().writes()).isTrue();
            assertThat(follower.role().writes()).isFalse();
        }
        lease.silent(true);
        clock.set(clock.now().minusSeconds(seconds));
        clock.pass(Elector.RENEW_DEADLINE);
        assertThat(leader.role().writes()).isFalse();
    }

    @Test
    void aRenewalWhoseAnswerIsLostIsRecognized() {
        var lease = SimLease.neverHeld();
        var elector = elector(lease, "a");
        elector.turn();
        var term = elector.role();
        clock.pass(Elector.PERIOD);
        lease.losesAnswers(true);
        elector.turn();
        lease.losesAnswers(false);
        clock.pass(Elector.PERIOD);
        elector.turn(); // finds its own write
        clock.pass(Elector.PERIOD);
        elector.turn();
        clock.pass(Elector.RENEW_DEADLINE.minusSeconds(1));
        assertThat(elector.role()).as("one term without a gap").isEqualTo(term);
    }

    @Test
    void whoEditsTheLeaseMoreOftenThanItIsRenewedEndsNoTerm() {
        var lease = SimLease.neverHeld();
        var elector = elector(lease, "a");
        elector.turn();
        var term = elector.role();
        for (int second = 0; second < 60; second += 2) {
            clock.pass(Elector.PERIOD);
            lease.edit(now -> now); // a label, say: another version of the same
            elector.turn();
            assertThat(elector.role()).isEqualTo(term);
        }
    }

    @Test
    void aSecondTryThatEndsAfterTheDeadlineDoesNotBringTheTermBack() {
        var lease = SimLease.neverHeld();
        var elector = elector(lease, "a");
        elector.turn();
        clock.pass(Elector.PERIOD);
        lease.edit(now -> now);
        lease.meanwhile(() -> lease.meanwhile(() -> clock.pass(Elector.RENEW_DEADLINE))); // the look after the conflict hangs
        var writes = lease.writes();
        elector.turn();
        assertThat(elector.role().writes()).isFalse();
        assertThat(lease.writes()).as("written although the term had ended").isEqualTo(writes);
    }

    /** A leader that is gone just after a renewal, seen by a candidate that had looked just before it. */
    @Test
    void whoDiesIsFollowedWithinADurationAndALook() {
        var lease = SimLease.neverHeld();
        var leader = elector(lease, "a");
        var candidate = elector(lease, "b");
        leader.turn();
        var looked = candidate.turn();
        clock.pass(Elector.PERIOD.minus(Duration.ofMillis(1)));
        candidate.turn();
        clock.pass(Duration.ofMillis(1));
        leader.turn();
        clock.pass(looked.minus(Duration.ofMillis(1)));
        assertThat(secondsUntil(candidate, () -> candidate.role().writes())).isEqualTo(12);
        assertThat(looked).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aRenewalThatIsNotAnsweredIsTriedAgainBeforeTheNextIsDue() {
        var lease = SimLease.neverHeld();
        var elector = elector(lease, "a");
        assertThat(elector.turn()).isEqualTo(Elector.PERIOD);
        var term = elector.role();
        lease.silent(true);
        clock.pass(Elector.PERIOD);
        for (int second = 2; second < 6; second++) {
            var pause = elector.turn();
            assertThat(pause).isEqualTo(Duration.ofSeconds(1));
            clock.pass(pause);
        }
        lease.silent(false);
        elector.turn();
        clock.pass(Elector.RENEW_DEADLINE.minusSeconds(1));
        assertThat(elector.role()).as("one term").isEqualTo(term);
    }

    static Stream<Arguments> endings() {
        return Stream.of(
                Arguments.of("somebody else holds it", (Consumer<SimLease>) lease -> lease.edit(now -> now.takenBy("b", Elector.DURATION, START))),
                Arguments.of("a person emptied it", (Consumer<SimLease>) lease -> lease.edit(now -> now.givenBack(START))),
                Arguments.of("a person deleted it", (Consumer<SimLease>) SimLease::delete));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endings")
    void aLeaderWhoseLeaseIsNotItsAnyMoreFollowsAtOnceAndDoesNotStandForAWholeDuration(String what, Consumer<SimLease> end) {
        var lease = SimLease.neverHeld();
        var elector = elector(lease, "a");
        elector.turn();
        var term = elector.role();
        clock.pass(Elector.PERIOD);
        end.accept(lease);
        elector.turn();
        assertThat(elector.role().writes()).isFalse();
        assertThat(secondsUntil(elector, () -> elector.role().writes())).isEqualTo(12);
        assertThat(elector.role()).as("another term").isNotEqualTo(term);
        assertThat(changes).containsExactly("a Leader", "a Follower", "a Leader");
    }

    @Test
    void whoWasStoppedWhileTheAnswerCameDoesNotLead() {
        var lease = SimLease.neverHeld();
        var a = elector(lease, "a");
        var b = elector(lease, "b");
        a.turn();
        b.turn();
        clock.pass(Elector.PERIOD);
        a.turn();
        clock.pass(Duration.ofSeconds(20)); // a is stopped
        b.turn();
        clock.pass(Elector.DURATION);
        b.turn();
        assertThat(b.role().writes()).isTrue();
        assertThat(a.role().writes()).as("before its elector has had a turn").isFalse();
        a.turn();
        assertThat(a.role()).isEqualTo(new Role.Follower("a", "b", ""));
    }

    @Test
    void onTheWayOutNothingIsWrittenAndThenTheLeaseIsGivenBack() {
        var lease = SimLease.neverHeld();
        var elector = elector(lease, "a");
        var next = elector(lease, "b");
        elector.turn();
        next.turn();
        elector.resign();
        assertThat(elector.role().writes()).isFalse();
        assertThat(lease.now().orElseThrow().holder()).as("until no write can be under way any more").isEqualTo("a");

        elector.release(Duration.ofSeconds(10));
        assertThat(lease.now()).hasValueSatisfying(now -> {
            assertThat(now.holder()).isEmpty();
            assertThat(now.durationSeconds()).isEqualTo(1);
            assertThat(now.free()).isTrue();
        });
        clock.pass(Elector.PERIOD);
        next.turn();
        assertThat(next.role().writes()).isTrue();
        assertThat(lease.now().orElseThrow().transitions()).isEqualTo(2);
    }

    @Test
    void aLeaseWhoseLastRenewalWasNotAnsweredIsGivenBackToo() {
        var lease = SimLease.neverHeld();
        var elector = elector(lease, "a");
        elector.turn();
        lease.losesAnswers(true);
        elector.turn();
        lease.losesAnswers(false);
        elector.release(Duration.ofSeconds(10));
        assertThat(lease.now()).hasValueSatisfying(now -> assertThat(now.free()).isTrue());
    }

    @Test
    void aFollowerGivesNothingBack() {
        var lease = new SimLease(Optional.of(lease("b", 12, START)));
        var elector = elector(lease, "a");
        elector.turn();
        elector.release(Duration.ofSeconds(10));
        assertThat(lease.now().orElseThrow().holder()).isEqualTo("b");
        assertThat(lease.writes()).isZero();
    }

    @Test
    void whatKeepsItFromTheLeaseIsSaid() {
        var lease = SimLease.neverHeld();
        lease.silent(true);
        var elector = elector(lease, "a");
        elector.turn();
        assertThat(elector.role()).isEqualTo(new Role.Follower("a", "", "no answer within 2000 ms"));
        lease.silent(false);
        elector.turn();
        assertThat(elector.role().writes()).isTrue();
    }
}
