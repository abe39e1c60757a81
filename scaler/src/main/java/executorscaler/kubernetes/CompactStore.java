package executorscaler.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a record in place of each object that an informer brings: the object is mapped once, on its event, and forgotten. Where fabric8 asks for objects
 * back it wants their names only (to find out what a new list no longer has), so it is given empty ones with a name.
 *
 * @param <T> the API's object
 * @param <R> what is kept of it
 */
final class CompactStore<T extends HasMetadata, R> implements ItemStore<T> {

    private static final Logger LOG = LoggerFactory.getLogger(CompactStore.class);

    private final Function<T, Optional<R>> mapping;
    private final BiPredicate<R, R> alike;
    private final Supplier<T> blank;
    private final Runnable changed;

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<String, R> records = new TreeMap<>(); // guarded by lock
    private final Set<String> leftOut = new HashSet<>(); // guarded by lock
    private final TreeMap<String, String> broken = new TreeMap<>(); // guarded by lock; objects that the mapping threw at, and what
    private @Nullable List<R> list; // guarded by lock; null: out of date

    /**
     * @param mapping empty: the object cannot be read and is left out
     * @param alike whether nobody needs to look because one record replaces the other
     * @param blank a new empty object
     * @param changed called after a change that somebody should look at
     */
    CompactStore(Function<T, Optional<R>> mapping, BiPredicate<R, R> alike, Supplier<T> blank, Runnable changed) {
        this.mapping = mapping;
        this.alike = alike;
        this.blank = blank;
        this.changed = changed;
    }

    /** All records in the order of their paths. Costs nothing while nothing changes, else one copy. */
    List<R> list() {
        lock.lock();
        try {
            if (list == null) list = List.copyOf(records.values());
            return list;
        } finally {
            lock.unlock();
        }
    }

    /**
     * An object that the mapping failed on, and how: a bug of ours, and as long as the object is there nobody may rely on the list. Thrown at fabric8 the
     * failure would be logged, the event lost, and the old record would stay.
     */
    Optional<String> broken() {
        lock.lock();
        try {
            return broken.isEmpty() ? Optional.empty() : Optional.of(broken.firstKey() + ": " + broken.firstEntry().getValue());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String getKey(T object) {
        return Mapping.path(object);
    }

    @Override
    public @Nullable T put(String key, T object) {
        Optional<R> record;
        var failure = "";
        try {
            record = mapping.apply(object);
        } catch (RuntimeException bug) {
            LOG.error("cannot map {} {}", object.getKind(), key, bug);
            failure = Api.words(bug);
            record = Optional.empty();
        }
        boolean worthALook;
        lock.lock();
        try {
            if (failure.isEmpty()) {
                broken.remove(key);
            } else {
                broken.put(key, failure);
            }
            var old = record.isPresent() ? records.put(key, record.get()) : records.remove(key);
            if (record.isPresent()) {
                leftOut.remove(key);
            } else {
                leftOut.add(key);
            }
            boolean same = old == null ? record.isEmpty() : record.isPresent() && old.equals(record.get());
            if (!same) list = null;
            worthALook = !same && (old == null || record.isEmpty() || !alike.test(old, record.get()));
        } finally {
            lock.unlock();
        }
        if (worthALook) changed.run();
        return null; // there is no old object to hand back, and nobody listens for it
    }

    @Override
    public @Nullable T remove(String key) {
        boolean known;
        lock.lock();
        try {
            leftOut.remove(key);
            broken.remove(key);
            known = records.remove(key) != null;
            if (known) list = null;
        } finally {
            lock.unlock();
        }
        if (known) changed.run();
        return null;
    }

    @Override
    public Stream<String> keySet() {
        return keys().stream();
    }

    @Override
    public Stream<T> values() {
        return keys().stream().map(this::named);
    }

    @Override
    public int size() {
        lock.lock();
        try {
            return records.size() + leftOut.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable T get(String key) {
        lock.lock();
        try {
            return records.containsKey(key) || leftOut.contains(key) ? named(key) : null;
        } finally {
            lock.unlock();
        }
    }

    /** False: objects are not remembered, so fabric8 must not keep a list of its own of those that came first. */
    @Override
    public boolean isFullState() { return false; }

    private List<String> keys() {
        lock.lock();
        try {
            var keys = new ArrayList<>(records.keySet());
            keys.addAll(leftOut);
            return keys;
        } finally {
            lock.unlock();
        }
    }

    private T named(String key) {
        var object = blank.get();
        int slash = key.indexOf('/');
        var metadata = new ObjectMetaBuilder().withName(key.substring(slash + 1));
        if (slash >= 0) metadata.withNamespace(key.substring(0, slash));
        object.setMetadata(metadata.build());
        return object;
    }
}
