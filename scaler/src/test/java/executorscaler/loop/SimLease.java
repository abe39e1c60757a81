package executorscaler.loop;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A Lease that lies in memory, with the versions that an API server would give it, and what can go wrong on the way to it. */
final class SimLease implements LeaseStore {

    private Optional<Lease> lease;
    private long version = 100;
    private int writes;
    private boolean silent;
    private boolean losesAnswers;
    private @Nullable Runnable meanwhile;

    SimLease(Optional<Lease> lease) {
        this.lease = lease;
    }

    /** As the chart ships it. */
    static SimLease neverHeld() {
        return new SimLease(Optional.of(new Lease("", 0, Optional.empty(), Optional.empty(), 0, 100)));
    }

    Optional<Lease> now() {
        return lease;
    }

    int writes() {
        return writes;
    }

    /** From now on no call is answered, and none has an effect. */
    void silent(boolean so) {
        silent = so;
    }

    /** From now on writes have their effect and no answer. */
    void losesAnswers(boolean so) {
        losesAnswers = so;
    }

    /** What happens while the next call is under way. */
    void meanwhile(Runnable what) {
        meanwhile = what;
    }

    /** Somebody else's hand. */
    void edit(UnaryOperator<Lease> change) {
        lease = lease.map(change).map(this::numbered);
    }

    void delete() {
        lease = Optional.empty();
    }

    @Override
    public Optional<Lease> read() throws Unanswered {
        happens();
        return lease;
    }

    @Override
    public Optional<Lease> create(Lease wanted) throws Unanswered {
        happens();
        return lease.isPresent() ? Optional.empty() : written(wanted);
    }

    @Override
    public Optional<Lease> replace(Lease wanted) throws Unanswered {
        happens();
        return lease.filter(now -> now.version() == wanted.version()).isPresent() ? written(wanted) : Optional.empty();
    }

    private void happens() throws Unanswered {
        var what = meanwhile;
        meanwhile = null;
        if (what != null) what.run();
        if (silent) throw new Unanswered("no answer within 2000 ms");
    }

    private Optional<Lease> written(Lease wanted) throws Unanswered {
        writes++;
        lease = Optional.of(numbered(wanted));
        if (losesAnswers) throw new Unanswered("no answer within 2000 ms");
        return lease;
    }

    private Lease numbered(Lease wanted) {
        return new Lease(wanted.holder(), wanted.durationSeconds(), wanted.acquired(), wanted.renewed(), wanted.transitions(), ++version);
    }
}
