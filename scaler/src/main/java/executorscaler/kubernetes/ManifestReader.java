package executorscaler.kubernetes;

import executorscaler.config.Config;
import executorscaler.observe.ClusterReader;
import executorscaler.snapshot.Budget;
import executorscaler.snapshot.Daemon;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesList;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A cluster from a file: what {@code kubectl get nodes,pods,deployments,replicasets,daemonsets,pdb,pvc,pv,storageclasses,namespaces,priorityclasses -A -o yaml} prints (a {@code List}), or several YAML
 * documents, or JSON. Other kinds in it are passed over. It never changes and nothing of it is ever missing, but for what pods name: of a kind of which the file
 * has no object, nobody knows whether the cluster has none or the file was not given them.
 */
public final class ManifestReader implements ClusterReader {

    private final Mapping mapping = new Mapping();
    private final TreeMap<String, Template> deployments = new TreeMap<>();
    private final TreeMap<String, Claim> claims = new TreeMap<>();
    private final TreeMap<String, Volume> volumes = new TreeMap<>();
    private final TreeMap<String, VolumeClass> volumeClasses = new TreeMap<>();
    private final TreeMap<String, NamespaceLabels> namespaces = new TreeMap<>();
    private final TreeMap<String, PriorityLevel> priorities = new TreeMap<>();
    private final TreeMap<String, Node> nodes = new TreeMap<>();
    private final TreeMap<String, Pod> pods = new TreeMap<>();
    private final TreeMap<String, Daemon> daemons = new TreeMap<>();
    private final TreeMap<String, Budget> budgets = new TreeMap<>();

    /**
     * Reads the file once.
     *
     * @throws ManifestException where the file is missing, is no YAML, or holds an object that cannot be read
     */
    public ManifestReader(Path file) {
        Object parsed;
        try {
            parsed = new KubernetesSerialization().unmarshal(new ByteArrayInputStream(Files.readAllBytes(file)));
        } catch (NoSuchFileException missing) {
            throw new ManifestException(file, "no such file", missing);
        } catch (IOException unreadable) {
            throw new ManifestException(file, Api.words(unreadable), unreadable);
        } catch (RuntimeException unparsable) { // fabric8 wraps the parser's exception, whose message has line and column
            throw new ManifestException(file, Api.words(unparsable).replaceAll("\\s*at \\[Source: [^;]*; line", " at [line"), unparsable);
        }
        for (var object : objects(file, parsed)) {
            try {
                add(object);
            } catch (Unreadable | RuntimeException unreadable) {
                throw new ManifestException(file, object.getKind() + " " + Mapping.path(object) + ": " + Api.words(unreadable), unreadable);
            }
        }
    }

    @Override
    public Cluster read(Config config, Instant now) {
        var references = references();
        var seen = List.copyOf(pods.values());
        var executors = new ArrayList<Executor>();
        var asked = new TreeMap<String, String>();
        config.executors().forEach(executor -> asked.put(executor.name(), executor.path()));
        asked.forEach((name, path) -> {
            var deployment = deployments.get(path);
            if (deployment != null) executors.add(references.executor(deployment, name, seen));
        });
        return new Cluster(executors, List.copyOf(nodes.values()), references.pods(seen), List.copyOf(daemons.values()),
                List.copyOf(budgets.values()),
                List.of());
    }

    private References references() {
        return new References(new Knowledge(known("persistentvolumeclaims", claims), known("persistentvolumes", volumes),
                known("storageclasses", volumeClasses), known("namespaces", namespaces), known("priorityclasses", priorities)), mapping::shared);
    }

    private static <R> Known<R> known(String resource, Map<String, R> records) {
        return records.isEmpty() ? Known.unknown(resource + ": none in the file") : Known.of(List.copyOf(records.values()));
    }

    private void add(HasMetadata object) throws Unreadable {
        var path = Mapping.path(object);
        switch (object) {
            case io.fabric8.kubernetes.api.model.Node node -> nodes.put(path, mapping.node(node));
            case io.fabric8.kubernetes.api.model.Pod pod -> pods.put(path, mapping.pod(pod));
            case Deployment deployment -> deployments.put(path, mapping.template(deployment));
            case DaemonSet daemonSet -> daemons.put(path, mapping.daemon(daemonSet));
            case PodDisruptionBudget budget -> budgets.put(path, mapping.budget(budget));
            case PersistentVolumeClaim claim -> claims.put(path, Claim.of(claim));
            case PersistentVolume volume -> volumes.put(path, Volume.of(volume));
            case StorageClass storage -> volumeClasses.put(path, VolumeClass.of(storage));
            case Namespace namespace -> namespaces.put(path, NamespaceLabels.of(namespace));
            case PriorityClass priority -> priorities.put(path, PriorityLevel.of(priority));
            default -> {
            } // a dump may hold more than is asked about
        }
    }

    private static List<HasMetadata> objects(Path file, Object parsed) {
        var objects = new ArrayList<HasMetadata>();
        switch (parsed) {
            case KubernetesList list -> objects.addAll(list.getItems());
            case HasMetadata object -> objects.add(object);
            case Collection<?> documents -> documents.forEach(document -> objects.addAll(objects(file, document)));
            case null, default ->
                throw new ManifestException(file, "holds no Kubernetes objects", new IllegalArgumentException("not a Kubernetes object"));
        }
        return objects;
    }
}
