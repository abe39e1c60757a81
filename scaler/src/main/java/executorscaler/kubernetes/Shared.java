package executorscaler.kubernetes;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** One instance for all equal values, for as long as somebody holds it. Safe for use by several threads. */
final class Shared<T> {

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<T, WeakReference<T>> known = new WeakHashMap<>(); // guarded by lock

    /** The instance that equal values share. */
    T of(T value) {
        lock.lock();
        try {
            var reference = known.get(value);
            var first = reference == null ? null : reference.get();
            if (first != null) return first;
            known.put(value, new WeakReference<>(value));
            return value;
        } finally {
            lock.unlock();
        }
    }
}
