package executorscaler.loop;

import executorscaler.act.CloudWriter;
import executorscaler.act.ClusterWriter;
import executorscaler.act.NoticeWriter;
import executorscaler.act.Outcome;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
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
            return proxy(ClusterWriter.class, world);
        }

        CloudWriter to(CloudWriter world) {
            return proxy(CloudWriter.class, world);
        }

        NoticeWriter to(NoticeWriter world) {
            return proxy(NoticeWriter.class, world);
        }

        private <T> T proxy(Class<T> port, T world) {
            return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[]{port}, (_, method, arguments) -> {
                if (dead) return new Outcome.Failed("the process is dead");
                if (method.getName().startsWith("confirm")) return perform(world, method, arguments); // a question
                boolean here = names.size() == point.write;
                names.add(arguments[0] instanceof String ? method.getName() : arguments[0].getClass().getSimpleName());
                if (!here) return perform(world, method, arguments);
                dead = point.way != Way.UNANSWERED;
                if (point.way == Way.NOT_SENT) return new Outcome.Failed("the process died");
                return perform(world, method, arguments) instanceof Outcome.Done
                        ? new Outcome.Failed("the reply was lost")
                        : new Outcome.Failed("died");
            }));
        }

        private static Object perform(Object world, Method method, Object[] arguments) throws Throwable {
            try {
                return method.invoke(world, arguments);
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
            }
        }
    }
}
