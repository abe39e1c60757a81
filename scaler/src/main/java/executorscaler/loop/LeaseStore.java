package executorscaler.loop;

import java.util.Optional;

/** One Lease where all candidates see it. Each call is one attempt with a time-out of its own. */
public interface LeaseStore {

    /** The Lease as it is, from a quorum; empty: there is none. */
    Optional<Lease> read() throws Unanswered;

    /** Makes it; empty: somebody was first. Gives it back with the version that it has now. */
    Optional<Lease> create(Lease lease) throws Unanswered;

    /** Writes over the version that {@code lease} names and no other; empty: it has another one by now, or is gone. */
    Optional<Lease> replace(Lease lease) throws Unanswered;

    /** No answer, or a refusal; whether a write had an effect is not known. The message says why in plain words. */
    final class Unanswered extends Exception {
        private static final long serialVersionUID = 1L;

        public Unanswered(String message) {
            super(message);
        }
    }
}
