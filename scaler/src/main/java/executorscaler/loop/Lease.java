package executorscaler.loop;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A Lease of coordination.k8s.io/v1, with the fields that client-go's elector writes.
 *
 * @param holder who leads; empty: nobody
 * @param durationSeconds how long others are to wait after the last renewal; 0: not given
 * @param acquired by the holder's wall clock, when it won; to be read by people
 * @param renewed by the holder's wall clock, the last renewal; compared with itself alone, never with another clock
 * @param transitions how often the holder has changed
 * @param version the object's resource version
 */
public record Lease(String holder, int durationSeconds, Optional<Instant> acquired, Optional<Instant> renewed, int transitions, long version) {

    /** Whether nobody holds it for certain: it was never held, or it was given back as client-go does. An emptied holder alone may be a person's edit. */
    public boolean free() {
        return holder.isEmpty() && (renewed.isEmpty() || durationSeconds == 1);
    }

    Lease takenBy(String identity, Duration duration, Instant now) {
        int changes = identity.equals(holder) ? transitions : transitions + 1;
        return new Lease(identity, (int) duration.toSeconds(), Optional.of(now), Optional.of(now), changes, version);
    }

    Lease renewedAt(Instant now) {
        return new Lease(holder, durationSeconds, acquired, Optional.of(now), transitions, version);
    }

    Lease givenBack(Instant now) {
        return new Lease("", 1, Optional.of(now), Optional.of(now), transitions, version);
    }
}
