package executorscaler.kubernetes;

import executorscaler.config.Config;
import executorscaler.loop.Clock;
import executorscaler.loop.Signals;
import executorscaler.observe.ClusterReader;
import executorscaler.snapshot.Budget;
import executorscaler.snapshot.Daemon;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster from watch caches: a read touches no network. Pods, nodes, DaemonSets and disruption budgets are watched in the whole cluster; of Deployments
 * only those that the config names, each by a watch of its own, so that a right on exactly these names is enough. What pods may name (claims, volumes, storage
 * classes, namespaces by label, priority classes) is watched once a pod or executor does.
 *
 * <p>A change that replaces a record by another one raises {@link Signals.Cause#CLUSTER}; a heartbeat changes no record and wakes nobody. One thread of its own
 * looks after the watches and asks the server every second whether it is alive, since a watch whose other end is gone without a word looks like a quiet one.
 */
public final class ClusterCaches implements ClusterReader, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterCaches.class);
    private static final Duration CHECK_EVERY = Duration.ofMillis(200);
    private static final String APPS = "/apis/apps/v1/";

    private final KubernetesClient client;
    private final Signals signals;
    private final Clock clock;
    private final LongSupplier notBefore;
    private final Mapping mapping = new Mapping();
    private final Quarantine quarantine = new Quarantine();

    private final WatchCache<io.fabric8.kubernetes.api.model.Pod, Pod> pods;
    private final WatchCache<io.fabric8.kubernetes.api.model.Node, Node> nodes;
    private final WatchCache<DaemonSet, Daemon> daemons;
    private final WatchCache<PodDisruptionBudget, Budget> budgets;
    private final ConcurrentSkipListMap<String, WatchCache<Deployment, Template>> deployments = new ConcurrentSkipListMap<>(); // by path
    private final OnDemand<PersistentVolumeClaim, Claim> claims;
    private final OnDemand<PersistentVolume, Volume> volumes;
    private final OnDemand<StorageClass, VolumeClass> volumeClasses;
    private final OnDemand<Namespace, NamespaceLabels> namespaces;
    private final OnDemand<PriorityClass, PriorityLevel> priorities;
    private final Pulse pulse;
    private final Thread checker;

    private volatile boolean listed; // all caches have synced once: from then on every change is worth a look
    private volatile boolean closed;
    private @Nullable Instant troubleSince; // of the reading thread
    private @Nullable References references; // of the reading thread

    /**
     * Starts the watches that need no config; returns at once.
     *
     * @param watching {@link KubernetesClients#watching}
     * @param calling {@link KubernetesClients#calling}, for single questions about what is wrong
     * @param signals is told of changes
     * @param notBefore resource version that every cache must have reached, e.g. of the write that won the leadership; 0: none. Until then the source is missing
     */
    public ClusterCaches(KubernetesClient watching, KubernetesClient calling, Signals signals, Clock clock, LongSupplier notBefore) {
        this.client = watching;
        this.notBefore = notBefore;
        this.signals = signals;
        this.clock = clock;
        var api = new Api(calling, Duration.ofSeconds(2));
        this.pulse = new Pulse(api, clock);
        this.claims = onDemand("persistentvolumeclaims", "/api/v1/persistentvolumeclaims", () -> client.persistentVolumeClaims().inAnyNamespace(),
                Claim::of, PersistentVolumeClaim::new);
        this.volumes = onDemand("persistentvolumes", "/api/v1/persistentvolumes", client::persistentVolumes, this::volume, PersistentVolume::new);
        this.volumeClasses = onDemand("storageclasses", "/apis/storage.k8s.io/v1/storageclasses", () -> client.storage().v1().storageClasses(),
                VolumeClass::of, StorageClass::new);
        this.namespaces = onDemand("namespaces", "/api/v1/namespaces", client::namespaces, NamespaceLabels::of, Namespace::new);
        this.priorities = onDemand("priorityclasses", "/apis/scheduling.k8s.io/v1/priorityclasses", () -> client.scheduling().v1().priorityClasses(),
                PriorityLevel::of, PriorityClass::new);
        // Pods, once they are read, ask for the others.
        this.pods = cache("pods", "/api/v1/pods", Map.of(), () -> client.pods().inAnyNamespace(), this::pod, Objects::equals,
                io.fabric8.kubernetes.api.model.Pod::new);
        this.nodes = cache("nodes", "/api/v1/nodes", Map.of(), client::nodes, this::node, Objects::equals, io.fabric8.kubernetes.api.model.Node::new);
        this.daemons = cache("daemonsets", APPS + "daemonsets", Map.of(), () -> client.apps().daemonSets().inAnyNamespace(), this::daemon,
                Objects::equals,
                DaemonSet::new);
        this.budgets = cache("poddisruptionbudgets", "/apis/policy/v1/poddisruptionbudgets", Map.of(),
                () -> client.policy().v1().podDisruptionBudget().inAnyNamespace(), budget -> Optional.of(mapping.budget(budget)), Objects::equals,
                PodDisruptionBudget::new);
        this.checker = Thread.ofVirtual().name("kubernetes-watches").start(() -> lookAfter(api));
    }

    /** Called by one thread. Starts watches for executors that the config newly names, and reports the source as missing until they have listed. */
    @Override
    public Cluster read(Config config, Instant now) {
        watchExactly(config);
        var trouble = trouble(clock.elapsed());
        var podsSeen = pods.list();
        var templates = templates(config);
        // Whoever is seen to name something has asked for it before: it is listed, or awaited.
        var missing = trouble.or(this::awaited).map(words -> {
            var since = troubleSince == null ? now : troubleSince;
            troubleSince = since;
            return new Missing(Missing.Source.KUBERNETES, "", since, words);
        });
        if (missing.isEmpty()) troubleSince = null;
        var completing = references();
        var executors = new ArrayList<Executor>();
        templates.forEach((name, template) -> executors.add(completing.executor(template, name, podsSeen)));
        return new Cluster(executors, nodes.list(), completing.pods(podsSeen), daemons.list(), budgets.list(), missing.stream().toList());
    }

    /**
     * Waits until a read would find nothing missing: for commands that look once.
     *
     * @return whether that was so in time; if not, a read says what is missing
     */
    public boolean awaitListed(Config config, Duration atMost) throws InterruptedException {
        watchExactly(config);
        var deadline = clock.elapsed().plus(atMost);
        while (trouble(clock.elapsed()).isPresent()) {
            if (clock.elapsed().compareTo(deadline) >= 0) return false;
            Thread.sleep(Duration.ofMillis(20));
        }
        return true;
    }

    /** How many objects there were since the start that could not be read in part or as a whole. */
    public long unreadable() {
        return quarantine.count();
    }

    @Override
    public void close() {
        closed = true;
        checker.interrupt();
        caches().forEach(WatchCache::close);
        onDemand().forEach(OnDemand::close);
    }

    private void watchExactly(Config config) {
        var asked = new HashSet<String>();
        for (var executor : config.executors()) {
            if (asked.add(executor.path())) {
                deployments.computeIfAbsent(executor.path(), _ -> deployment(executor.namespace(), executor.deployment()));
            }
        }
        for (var watched : deployments.entrySet()) {
            if (asked.contains(watched.getKey())) continue;
            deployments.remove(watched.getKey());
            watched.getValue().close();
        }
    }

    private SortedMap<String, Template> templates(Config config) {
        var templates = new TreeMap<String, Template>();
        for (var asked : config.executors()) {
            var cache = deployments.get(asked.path());
            if (cache == null) continue;
            for (var found : cache.list()) templates.put(asked.name(), found);
        }
        return templates;
    }

    private References references() {
        var knowledge = new Knowledge(claims.known(), volumes.known(), volumeClasses.known(), namespaces.known(), priorities.known());
        var current = references;
        if (current == null || !current.knowledge().same(knowledge)) current = new References(knowledge, mapping::shared);
        references = current;
        return current;
    }

    private Optional<String> trouble(Duration now) {
        var silence = pulse.trouble(now);
        if (silence.isPresent()) return silence; // the one cause of all other trouble
        var troubles = caches().map(cache -> cache.trouble(now)).flatMap(Optional::stream).toList();
        return troubles.isEmpty() ? awaited().or(this::behind) : Optional.of(String.join("; ", troubles));
    }

    /** Watches come from whichever API server answers, and one may show the past: what was seen before the lease was won decides nothing (S17). */
    private Optional<String> behind() {
        long version = notBefore.getAsLong();
        if (version == 0 || (caches().allMatch(cache -> cache.reaches(version)) && onDemand().allMatch(cache -> cache.reaches(version))))
            return Optional.empty();
        return Optional.of("the caches are older than the lease (resource version " + version + ")");
    }

    private void catchUp() {
        long version = notBefore.getAsLong();
        if (version == 0) return;
        caches().toList().forEach(cache -> cache.catchUp(version, clock.elapsed()));
        onDemand().forEach(cache -> cache.catchUp(version));
    }

    private Optional<String> awaited() {
        return onDemand().map(OnDemand::awaited).flatMap(Optional::stream).findFirst();
    }

    private Stream<OnDemand<?, ?>> onDemand() {
        return Stream.of(claims, volumes, volumeClasses, namespaces, priorities);
    }

    private Stream<WatchCache<?, ?>> caches() {
        return Stream.concat(Stream.of(pods, nodes, daemons, budgets), deployments.values().stream());
    }

    private void lookAfter(Api api) {
        boolean wasTrouble = true;
        while (!closed) {
            try {
                pulse.feel();
                if (!pulse.lost(clock.elapsed())) {
                    caches().toList().forEach(cache -> cache.check(clock.elapsed(), api));
                    onDemand().forEach(cache -> cache.check(api));
                    catchUp();
                }
            } catch (RuntimeException bug) { // without this thread everything would be missing for good
                LOG.error("while looking after the watches", bug);
            }
            boolean trouble = trouble(clock.elapsed()).isPresent();
            if (!trouble) listed = true;
            if (trouble != wasTrouble) signals.raise(Signals.Cause.CLUSTER);
            wasTrouble = trouble;
            try {
                Thread.sleep(CHECK_EVERY);
            } catch (InterruptedException stop) {
                return;
            }
        }
    }

    private void changed() {
        if (listed) signals.raise(Signals.Cause.CLUSTER);
    }

    private <T extends HasMetadata, R> WatchCache<T, R> cache(String resource, String url, Map<String, String> selection,
            Supplier<Informable<T>> source,
            Function<T, Optional<R>> mapping, BiPredicate<R, R> alike, Supplier<T> blank) {
        return new WatchCache<>(resource, url, selection, source, new CompactStore<>(mapping, alike, blank, this::changed), clock.elapsed());
    }

    private <T extends HasMetadata, R> OnDemand<T, R> onDemand(String resource, String url, Supplier<Informable<T>> source, Function<T, R> mapping,
            Supplier<T> blank) {
        return new OnDemand<>(resource,
                () -> cache(resource, url, Map.of(), source, object -> Optional.of(mapping.apply(object)), Objects::equals, blank), clock::elapsed);
    }

    private WatchCache<Deployment, Template> deployment(String namespace, String name) {
        return cache("deployments " + namespace + "/" + name, APPS + "namespaces/" + Api.segment(namespace) + "/deployments",
                Map.of("fieldSelector", "metadata.name=" + name),
                () -> client.apps().deployments().inNamespace(namespace).withField("metadata.name", name), this::template, Template::alike,
                Deployment::new);
    }

    private Optional<Pod> pod(io.fabric8.kubernetes.api.model.Pod pod) {
        var mapped = mapping.pod(pod);
        quarantine.note(pod, mapped.shape());
        if (!mapped.claims().isEmpty()) wantVolumes();
        if (mapped.shape().rules().selectsNamespaces()) namespaces.want();
        return Optional.of(mapped);
    }

    private Optional<Daemon> daemon(DaemonSet daemonSet) {
        var mapped = mapping.daemon(daemonSet);
        quarantine.note(daemonSet, mapped.shape());
        return Optional.of(mapped);
    }

    private Optional<Template> template(Deployment deployment) {
        var mapped = mapping.template(deployment);
        quarantine.note(deployment, mapped.executor().shape());
        if (mapped.hasVolumes()) wantVolumes();
        if (mapped.executor().shape().rules().selectsNamespaces()) namespaces.want();
        if (!mapped.priorityGiven()) priorities.want();
        return Optional.of(mapped);
    }

    private Volume volume(PersistentVolume volume) {
        var mapped = Volume.of(volume);
        if (!mapped.unreadable().isEmpty()) quarantine.note(volume, mapped.unreadable());
        return mapped;
    }

    private void wantVolumes() {
        claims.want();
        volumes.want();
        volumeClasses.want();
    }

    private Optional<Node> node(io.fabric8.kubernetes.api.model.Node node) {
        try {
            return Optional.of(mapping.node(node));
        } catch (Unreadable unreadable) {
            quarantine.note(node, Api.words(unreadable));
            return Optional.empty();
        }
    }
}
