package executorscaler.plan;

import executorscaler.snapshot.Author;
import executorscaler.snapshot.Executor;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who else writes the replicas of executors. What somebody lowered while there is work is put back once, and after that no more than once a minute; what somebody
 * raised is left for the window, and a minute at least (rule S12). So whoever else insists on another number is told of and not fought.
 */
final class Owners {

    /** Between two writes over somebody else's. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Somebody who has written a number is told of for so long. */
    private static final Duration TOLD = Duration.ofMinutes(5);

    private final World world;
    private final SortedMap<String, Memory.Claim> claims = new TreeMap<>(); // by executor

    Owners(World world) {
        this.world = world;
    }

    /** For the next tick. */
    SortedMap<String, Memory.Claim> claims() {
        return claims;
    }

    /** Notes whose the number is. Of a Deployment that was made anew nothing of the old one is remembered. */
    void look(Executor executor) {
        var author = executor.author();
        var was = world.memory.claims().get(executor.name());
        int replicas = world.replicas(executor);
        if (was == null) {
            note(executor, new Memory.Claim(executor.uid(), author, replicas, Author.UNKNOWN, replicas, Instant.EPOCH, Instant.EPOCH));
        } else if (!was.uid().equals(executor.uid())) {
            note(executor, new Memory.Claim(executor.uid(), author, replicas, Author.UNKNOWN, replicas, world.now, Instant.EPOCH));
        } else if (author.other() && (!author.equals(was.author()) || replicas != was.replicas())) {
            note(executor, new Memory.Claim(was.uid(), author, replicas, author, before(was), world.now, was.answered()));
        } else {
            note(executor, new Memory.Claim(was.uid(), author, replicas, was.other(), was.before(), was.since(), was.answered()));
        }
    }

    /** An executor that is not there now: it may come back as it was. */
    void keep(String executor) {
        var was = world.memory.claims().get(executor);
        if (was != null) claims.put(executor, was);
    }

    /** Whoever insists writes again before we have answered: what there was before that still counts. */
    private int before(Memory.Claim was) {
        boolean unanswered = was.author().other() && was.author().equals(was.other()) && !world.moment.reached(was.since().plus(PATIENCE));
        return unanswered ? Math.max(was.replicas(), was.before()) : was.replicas();
    }

    private void note(Executor executor, Memory.Claim claim) {
        boolean over = !claim.since().equals(Instant.EPOCH) && !claim.author().other() && world.moment.past(claim.since().plus(TOLD));
        boolean rested = !claim.answered().equals(Instant.EPOCH) && world.moment.reached(claim.answered().plus(PATIENCE));
        claims.put(executor.name(), new Memory.Claim(claim.uid(), claim.author(), claim.replicas(), over ? Author.UNKNOWN : claim.other(),
                over ? claim.replicas() : claim.before(), over ? Instant.EPOCH : claim.since(), rested ? Instant.EPOCH : claim.answered()));
    }

    /** Who has lowered the number since we looked last, and from what; empty: nobody, or it has been put back. */
    Optional<Memory.Claim> loweredBy(Executor executor) {
        return claim(executor).filter(claim -> claim.author().other() && claim.author().equals(claim.other()) && claim.replicas() < claim.before());
    }

    /** From when on it may be put back again; empty: now. */
    Optional<Instant> patience(Executor executor) {
        return claim(executor).map(Memory.Claim::answered).filter(at -> !at.equals(Instant.EPOCH)).map(at -> at.plus(PATIENCE));
    }

    /** Until when a number that somebody else wrote is left as it is, on the way down. */
    Optional<Instant> leftUntil(Executor executor, int windowSeconds) {
        var window = Duration.ofSeconds(windowSeconds);
        return claim(executor).filter(claim -> claim.author().other() && !claim.since().equals(Instant.EPOCH))
                .map(claim -> claim.since().plus(window.compareTo(PATIENCE) > 0 ? window : PATIENCE)).filter(until -> !world.moment.reached(until));
    }

    /** Who else writes the number, while it is theirs, or has been of late; of deploys and people only the latter. */
    Optional<Reason> told(Executor executor) {
        var claim = claim(executor);
        if (claim.isEmpty()) return Optional.empty();
        var author = claim.get().author();
        var since = claim.get().since();
        if (author.autoscaler()) return Optional.of(new Reason.ScaledByOthers(author.manager(), true, since));
        var other = claim.get().other();
        if (!other.other() || world.moment.past(since.plus(TOLD))) return Optional.empty();
        return Optional.of(new Reason.ScaledByOthers(other.manager(), other.scale(), since));
    }

    private Optional<Memory.Claim> claim(Executor executor) {
        return Optional.ofNullable(claims.get(executor.name()));
    }
}
