package executorscaler.loop;

import executorscaler.act.CloudWriter;
import executorscaler.act.ClusterWriter;
import executorscaler.act.NoticeWriter;
import executorscaler.act.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * A write of a story at which something goes wrong.
 *
 * @param write counted from 0 over all that the processes of the story write
 */
record CrashPoint(int write, Way way) {

    /** No write of any story. */
    static final CrashPoint NONE = new CrashPoint(-1, Way.UNANSWERED);

    /** What goes wrong. */
    enum Way {
        /** The process dies before the write goes out. */
        NOT_SENT,
        /** The process dies when the write has had its effect: nobody remembers it. */
        NOT_RECORDED,
        /** The write has its effect, and the process is told that it failed. */
        UNANSWERED
    }

    @Override
    public String toString() {
        return way + " at write " + write;
    }

    /** The way of a story's writes to the world: counts and names them, and does what the point says. A process that is dead writes nothing. */
    static final class Writes {
        private final CrashPoint point;
        final List<String> names = new ArrayList<>();
        private boolean dead;

        Writes(CrashPoint point) {
            this.point = point;
        }

        /** Whether the process has died since somebody was told so. */
        boolean diedJustNow() {
            boolean so = dead;
            dead = false;
            return so;
        }

        ClusterWriter to(ClusterWriter world) {
            return PortCall.port(ClusterWriter.class, world, this::fate);
        }

        CloudWriter to(CloudWriter world) {
            return PortCall.port(CloudWriter.class, world, this::fate);
        }

        NoticeWriter to(NoticeWriter world) {
            return PortCall.port(NoticeWriter.class, world, this::fate);
        }

        private Object fate(PortCall call) throws Throwable {
            if (dead) return new Outcome.Failed("the process is dead");
            if (call.asks()) return call.perform();
            boolean here = names.size() == point.write;
            names.add(call.about());
            if (!here) return call.perform();
            dead = point.way != Way.UNANSWERED;
            if (point.way == Way.NOT_SENT) return new Outcome.Failed("the process died");
            return call.perform() instanceof Outcome.Done ? new Outcome.Failed("the reply was lost") : new Outcome.Failed("died");
        }
    }
}
