package executorscaler.loop;

import executorscaler.act.WriteGate;
import java.util.Optional;

/** Which role this process has now. Asked again wherever the answer matters: leadership ends by the passing of time, and nobody says so. */
@FunctionalInterface
public interface Leadership {

    /** By the monotonic clock at the moment of the call. Any thread may ask; never waits. */
    Role role();

    /** Without an election. */
    static Leadership alone(String why) {
        var role = new Role.Alone(why);
        return () -> role;
    }

    /** Open while this process writes, in whichever term. */
    default WriteGate gate() {
        return () -> role().writes() ? Optional.empty() : Optional.of("this process is not the leader");
    }

    /** Open for as long as the role is this one: what was planned in one term is not performed in the next. */
    default WriteGate gate(Role begun) {
        if (!begun.writes()) return () -> Optional.of("this process is not the leader");
        return () -> role().equals(begun) ? Optional.empty() : Optional.of("this process is no longer the leader that planned it");
    }
}
