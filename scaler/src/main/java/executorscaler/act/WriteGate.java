package executorscaler.act;

import java.util.Optional;
import java.util.function.Supplier;

/** Whether this process may write. Asked at the moment of every write, since what was so when the plan was made may be so no longer (S11, S19). */
@FunctionalInterface
public interface WriteGate {

    /** Always open: for a process that writes as if it were the only one. */
    WriteGate OPEN = Optional::empty;

    /** Why nothing may be written now, in plain words; empty: it may be. */
    Optional<String> refusal();

    /** The write's outcome, or why it was not begun. */
    default Outcome through(Supplier<Outcome> write) {
        return refusal().<Outcome>map(Outcome.Refused::new).orElseGet(write);
    }
}
