package executorscaler.kubernetes;

import executorscaler.snapshot.PodShape;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts objects that cannot be read and tells of each once. Safe for use by several threads. */
final class Quarantine {

    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);
    private static final int REMEMBERED = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<String> told = new HashSet<>(); // guarded by lock
    private long count; // guarded by lock

    /** Notes an object whose shape says that it could not be read. */
    void note(HasMetadata object, PodShape shape) {
        for (var name : shape.notModelled()) {
            if (name.startsWith(PodShapes.UNREADABLE)) note(object, name.substring(PodShapes.UNREADABLE.length()));
        }
    }

    /** Notes an object that could not be read because of {@code reason}. */
    void note(HasMetadata object, String reason) {
        var words = object.getKind() + " " + Mapping.path(object) + ": " + reason;
        lock.lock();
        try {
            if (told.size() >= REMEMBERED) told.clear(); // rather tell again than keep for ever
            if (!told.add(words)) return;
            count++;
        } finally {
            lock.unlock();
        }
        LOG.warn("cannot be read: {}", words);
    }

    /** How many since the start, each object and value once. */
    long count() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }
}
