package executorscaler.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One kind of object, listed once and then watched, and whether what we hold of it can be relied on. {@link #check} is called by one thread, again and again;
 * all else may be called by any.
 *
 * <p>fabric8's informer does the watching: it lists with a limit (without one it would list at resource version 0 and might see the past) and reconnects
 * without end. It tells nobody when it cannot reconnect, which is why its state is sampled here and, when it stays bad, the question is asked again by a
 * plain call whose answer can be told to a human.
 *
 * @param <T> the API's object
 * @param <R> what is kept of it
 */
final class WatchCache<T extends HasMetadata, R> implements AutoCloseable {

    /** How long a watch may be gone before its cache counts as unknown: the normal end of a watch every few minutes is mended in a tenth of a second. */
    static final Duration GRACE = Duration.ofSeconds(3);

    /** When an informer that does not mend itself, though the server answers, is thrown away for a new one. */
    private static final Duration REPLACE_AFTER = Duration.ofSeconds(30);
    private static final Duration ASK_EVERY = Duration.ofSeconds(3);
    /** How long a new leader waits for an event before it lists anew: in a busy kind there are many a second, and a list of 100,000 pods is dear. */
    private static final Duration CATCH_UP = Duration.ofMillis(500);
    private static final long PAGE = 500;
    private static final Logger LOG = LoggerFactory.getLogger(WatchCache.class);

    private final String resource;
    private final String url;
    private final Map<String, String> selection;
    private final Supplier<Informable<T>> source;
    private final CompactStore<T, R> store;

    private volatile SharedIndexInformer<T> informer;
    private volatile boolean closed;
    private volatile Duration lastGood;
    private volatile String heard = ""; // from the informer, when it lists or first watches; it says nothing when it cannot reconnect
    private volatile String asked = ""; // our own question's answer, which names the verb
    private Duration lastAsked; // of the checking thread
    private volatile long listedFor; // the version for whose sake it was listed anew
    private @Nullable Duration behindSince; // of the checking thread

    /**
     * Starts to list and watch; returns at once.
     *
     * @param resource how to name it in errors, e.g. {@code deployments jobs/render}
     * @param url the collection's path
     * @param selection query parameters that select of the collection what is watched
     * @param source of new informers
     * @param now monotonic time
     */
    WatchCache(String resource, String url, Map<String, String> selection, Supplier<Informable<T>> source, CompactStore<T, R> store, Duration now) {
        this.resource = resource;
        this.url = url;
        this.selection = selection;
        this.source = source;
        this.store = store;
        this.lastGood = now;
        this.lastAsked = now;
        this.informer = informer();
    }

    /** The records in the order of their paths. */
    List<R> list() {
        return store.list();
    }

    /** Whether everything has been listed since the start (or since the informer had to be replaced). */
    boolean synced() {
        return informer.hasSynced();
    }

    /**
     * Whether it is as new as this resource version: it has been shown something at least as new, or was listed anew, from a quorum, after that version was
     * written. A kind that lives in an etcd of its own counts otherwise, and only the second says something there.
     */
    boolean reaches(long version) {
        return synced() && (listedFor >= version || number(informer.lastSyncResourceVersion()) >= version);
    }

    /** Lists anew where nothing at least as new as {@code version} has come by itself within a moment, as in a kind in which nothing happens. */
    void catchUp(long version, Duration now) {
        if (closed || listedFor >= version || reaches(version)) {
            behindSince = null;
            return;
        }
        var since = behindSince;
        if (since == null) {
            behindSince = now;
        } else if (now.minus(since).compareTo(CATCH_UP) >= 0) {
            behindSince = null;
            informer.stop();
            lastGood = now;
            listedFor = version;
            informer = informer();
        }
    }

    private static long number(@Nullable String version) {
        try {
            return version == null || version.isEmpty() ? 0 : Long.parseLong(version);
        } catch (NumberFormatException opaque) {
            return 0; // as in Mapping: nobody can say which of two such versions is newer
        }
    }

    /** Whether something is known of why it has not listed. */
    boolean answered() {
        return !heard.isEmpty() || !asked.isEmpty();
    }

    /** Why this cache cannot be relied on, in plain words; empty: it can. */
    Optional<String> trouble(Duration now) {
        boolean synced = synced();
        if (synced && now.minus(lastGood).compareTo(GRACE) <= 0) return store.broken().map(bug -> resource + ": cannot read " + bug);
        var because = asked.isEmpty() ? heard : asked;
        return Optional.of(resource + (synced ? ": not watched any more" : ": not listed yet") + (because.isEmpty() ? "" : ": " + because));
    }

    /** Looks whether the watch stands; where it does not, finds out why (by single calls, a few seconds apart) and at last starts again. */
    void check(Duration now, Api api) {
        if (closed) return;
        if (synced() && informer.isRunning() && informer.isWatching()) {
            lastGood = now;
            heard = "";
            asked = "";
            return;
        }
        var silent = now.minus(lastGood);
        if (silent.compareTo(GRACE) < 0 || now.minus(lastAsked).compareTo(ASK_EVERY) < 0) return;
        lastAsked = now;
        asked = ask(api);
        if (asked.isEmpty() && (!informer.isRunning() || silent.compareTo(REPLACE_AFTER) > 0)) {
            LOG.warn("the watch of {} does not mend itself, starting a new one: {}", resource, heard);
            informer.stop();
            lastGood = now;
            informer = informer();
        }
    }

    @Override
    public void close() {
        closed = true;
        informer.stop();
    }

    private SharedIndexInformer<T> informer() {
        var made = source.get().withLimit(PAGE).runnableInformer(0);
        made.removeNamespaceIndex();
        made.itemStore(store);
        made.exceptionHandler((_, failure) -> {
            heard = inWords(failure);
            return !closed; // never give up: by default fabric8 would, and for good
        });
        var started = made.start();
        started.whenComplete((_, failure) -> {
            if (failure != null && !closed) heard = inWords(failure);
        }).exceptionally(_ -> null);
        return made;
    }

    /** Lists one object and opens a watch for a moment, as the informer would; what refuses either, or empty. */
    private String ask(Api api) {
        try {
            var parameters = new LinkedHashMap<>(selection);
            parameters.put("limit", "1");
            var listed = api.get(Api.query(url, parameters));
            if (!listed.ok()) return refusal("list", listed.status(), api.message(listed));
            var watch = new LinkedHashMap<>(selection);
            watch.put("watch", "true");
            watch.put("timeoutSeconds", "1");
            watch.put("resourceVersion", api.listVersion(listed));
            var watched = api.get(Api.query(url, watch));
            return watched.ok() ? "" : refusal("watch", watched.status(), api.message(watched));
        } catch (Api.NoAnswer silence) {
            return Api.words(silence);
        }
    }

    private String inWords(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof KubernetesClientException refused && refused.getCode() >= 400) {
                return refusal("list or watch", refused.getCode(), Api.words(refused));
            }
        }
        return Api.words(failure);
    }

    private String refusal(String verb, int status, String message) {
        return switch (status) {
            case 401 -> "the API server does not accept our credentials (401)";
            case 403 -> "missing right to " + verb + " " + resource + " (403): " + message;
            default -> "cannot " + verb + " " + resource + " (" + status + "): " + message;
        };
    }
}
