package executorscaler.loop;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for election by a Lease, and says whether this process leads. Only the monotonic clock counts: a candidate takes over when the Lease has not changed
 * for a whole {@link #DURATION} before its own eyes, and a leader leads until {@link #RENEW_DEADLINE} after the <em>start</em> of its last good renewal,
 * whether or not a call hangs meanwhile (S19). In between are five seconds, longer than any single write may take.
 *
 * <p>Times that others have written are never compared with a clock. Every write to the Lease is conditional on its resource version.
 *
 * <p>{@link #turn} is called by one thread, again and again; {@link #start} begins such a thread. {@link #role} is for any.
 */
public final class Elector implements Leadership {

    /** How long others wait after they have seen the last renewal. */
    static final Duration DURATION = Duration.ofSeconds(12);
    /** How long a renewal is good for the leader itself. */
    static final Duration RENEW_DEADLINE = Duration.ofSeconds(7);
    /** Between two renewals. */
    static final Duration PERIOD = Duration.ofSeconds(2);
    /** Between two looks of a candidate, which only read; and after a call that was not answered. */
    static final Duration LOOK = Duration.ofSeconds(1);

    /** How often a renewal is written again in the same turn because somebody has edited the Lease in between. */
    private static final int SECOND_TRIES = 2;
    /** A Lease may ask for a longer wait, as a newer version of this service might; one that an edit has made endless is not waited for. */
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Logger LOG = LoggerFactory.getLogger(Elector.class);

    private final LeaseStore store;
    private final String identity;
    private final Clock clock;
    private final Runnable changed;

    private volatile @Nullable Held held; // written by the turning thread
    private volatile String leader = ""; // written by the turning thread
    private volatile String trouble = "";
    private volatile boolean resigned;
    private volatile @Nullable Thread thread;
    private volatile long wonAt;

    private @Nullable Seen seen; // of the turning thread
    private Duration standsFrom; // of the turning thread
    private @Nullable Role told; // of the turning thread

    /**
     * The Lease while it is ours.
     *
     * @param until monotonic
     */
    private record Held(Role.Leader role, Lease lease, Duration until) {}

    /**
     * What a candidate last saw.
     *
     * @param lease empty: there was none
     * @param since monotonic: when the answer came that first showed it so
     */
    private record Seen(Optional<Lease> lease, Duration since) {}

    /**
     * An elector that has not looked yet.
     *
     * @param identity of this process and no other: new with each start
     * @param changed called after the role has changed, on the turning thread
     */
    public Elector(LeaseStore store, String identity, Clock clock, Runnable changed) {
        this.store = store;
        this.identity = identity;
        this.clock = clock;
        this.changed = changed;
        this.standsFrom = clock.elapsed();
    }

    @Override
    public Role role() {
        var mine = held;
        if (mine != null && !resigned && clock.elapsed().compareTo(mine.until) < 0) return mine.role;
        return new Role.Follower(identity, leader.equals(identity) ? "" : leader, resigned ? "this process is ending" : trouble);
    }

    /** Resource version of the newest write that won, also after the term has ended; 0: this process has never led. */
    public long wonAt() {
        return wonAt;
    }

    /** Turns on a thread of its own until {@link #release}. */
    public void start() {
        thread = Thread.ofVirtual().name("elector").start(() -> {
            while (!resigned) {
                Duration pause;
                try {
                    pause = turn();
                } catch (RuntimeException bug) { // the Lease runs out by itself, and the next turn stands again
                    LOG.error("while standing for election", bug);
                    pause = PERIOD;
                }
                try {
                    Thread.sleep(pause);
                } catch (InterruptedException stop) {
                    return;
                }
            }
        });
    }

    /** One renewal or one look; returns how long to wait for the next. */
    public Duration turn() {
        if (resigned) return PERIOD;
        var pause = PERIOD;
        try {
            var mine = held;
            if (mine != null && clock.elapsed().compareTo(mine.until) >= 0) {
                lose();
                mine = null;
            }
            if (mine != null) {
                renew(mine, SECOND_TRIES);
            } else {
                pause = stand();
            }
            trouble = "";
        } catch (LeaseStore.Unanswered unanswered) {
            trouble = String.valueOf(unanswered.getMessage());
            pause = LOOK;
        }
        var role = role();
        if (!role.equals(told)) {
            told = role;
            changed.run();
        }
        return pause;
    }

    /** From now on nothing is written any more, though the Lease is held: the first thing on the way out, before the work is stopped. */
    public void resign() {
        resigned = true;
    }

    /** Ends the thread and gives the Lease back, if it is ours: the last thing, when no write of ours can be under way any more. */
    public void release(Duration atMost) {
        resign();
        var giving = Thread.ofVirtual().name("release").start(this::giveBack);
        try {
            if (!giving.join(atMost)) giving.interrupt();
        } catch (InterruptedException impatient) {
            giving.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void giveBack() {
        try {
            var turning = thread;
            if (turning != null) {
                turning.interrupt();
                turning.join();
            }
            var mine = held;
            if (mine == null) return; // a follower has nothing to give
            if (store.replace(mine.lease.givenBack(clock.now())).isPresent()) return;
            // The answer to the last renewal may have been lost, and the version with it.
            var now = store.read();
            if (now.isPresent() && now.get().holder().equals(identity)) store.replace(now.get().givenBack(clock.now()));
        } catch (LeaseStore.Unanswered unanswered) {
            LOG.info("the lease is not given back, it will run out: {}", unanswered.getMessage());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void renew(Held mine, int secondTries) throws LeaseStore.Unanswered {
        var start = clock.elapsed();
        var written = store.replace(mine.lease.renewedAt(clock.now()));
        if (written.isPresent()) {
            held = new Held(mine.role, written.get(), start.plus(RENEW_DEADLINE));
            return;
        }
        // A renewal of ours whose answer was lost, or somebody's edit: it is ours for as long as it says so.
        var now = store.read();
        if (now.isPresent() && now.get().holder().equals(identity)) {
            var still = new Held(mine.role, now.get(), mine.until);
            held = still;
            // At once, or whoever edits it more often than we renew it would end the term.
            if (secondTries > 0 && clock.elapsed().compareTo(mine.until) < 0) renew(still, secondTries - 1);
        } else {
            lose();
            look(now);
        }
    }

    /** Takes the Lease if it is free or has run out; returns how long to wait for the next look. */
    private Duration stand() throws LeaseStore.Unanswered {
        var asked = clock.elapsed();
        var now = store.read();
        var since = look(now);
        var wait = now.isPresent() && now.get().free() ? Duration.ZERO : patience(now).minus(asked.minus(since));
        var mayStand = standsFrom.minus(asked);
        if (mayStand.compareTo(wait) > 0) wait = mayStand;
        if (wait.isPositive()) return wait.compareTo(LOOK) < 0 ? wait : LOOK;
        take(now);
        return held == null ? LOOK : PERIOD;
    }

    private void take(Optional<Lease> now) throws LeaseStore.Unanswered {
        var start = clock.elapsed();
        var wall = clock.now();
        var claim = now.orElse(new Lease(identity, 0, Optional.empty(), Optional.empty(), 0, 0)).takenBy(identity, DURATION, wall);
        var written = now.isPresent() ? store.replace(claim) : store.create(claim);
        if (written.isEmpty()) return; // somebody was first
        leader = identity;
        wonAt = written.get().version(); // first: whoever sees the new term must not see the old version
        held = new Held(new Role.Leader(identity, written.get().version(), wall), written.get(), start.plus(RENEW_DEADLINE));
    }

    /** Notes what is there; returns since when it has been just so. */
    private Duration look(Optional<Lease> now) {
        leader = now.map(Lease::holder).orElse("");
        var before = seen;
        if (before == null || !before.lease.equals(now)) {
            before = new Seen(now, clock.elapsed());
            seen = before;
        }
        return before.since;
    }

    private static Duration patience(Optional<Lease> lease) {
        var asked = Duration.ofSeconds(lease.map(Lease::durationSeconds).orElse(0));
        if (asked.compareTo(LONGEST) > 0) asked = LONGEST;
        return asked.compareTo(DURATION) > 0 ? asked : DURATION;
    }

    /** Whoever has lost it does not stand again for a whole duration: by then every step has ended that was begun before. */
    private void lose() {
        held = null;
        seen = null;
        standsFrom = clock.elapsed().plus(DURATION);
    }
}
