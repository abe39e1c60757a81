package executorscaler.plan;

import java.time.Instant;

/** The time of a tick, and until when all that was asked of it would be answered the same. */
final class Moment {

    private final Instant now;
    private Instant until = Instant.MAX;

    Moment(Instant now) {
        this.now = now;
    }

    /** Whether it is that time or later. */
    boolean reached(Instant time) {
        if (!time.isAfter(now)) return true;
        expect(time);
        return false;
    }

    /** Whether it is later than that. */
    boolean past(Instant time) {
        if (time.isBefore(now)) return true;
        expect(time);
        return false;
    }

    /** Something was asked of the age of a reading: the next one may answer otherwise though it says the same. */
    void readAgain() {
        expect(now);
    }

    /** Before this time nothing that was asked has another answer; it is now where some answer is about to change. */
    Instant until() {
        return until;
    }

    private void expect(Instant time) {
        if (time.isBefore(until)) until = time;
    }
}
