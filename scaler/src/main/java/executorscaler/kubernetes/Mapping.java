package executorscaler.kubernetes;

import executorscaler.snapshot.Budget;
import executorscaler.snapshot.Daemon;
import executorscaler.snapshot.Executor;
import executorscaler.snapshot.Node;
import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Selector;
import executorscaler.snapshot.Taint;
import executorscaler.snapshot.Toleration;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns the API's objects into the snapshot's records. Pure but for the sharing of equal pod shapes; safe for use by several threads. A node that
 * cannot be read is an {@link Unreadable}; all else is kept with what is known of it, on the side that takes nothing away.
 */
final class Mapping {

    /** Annotation on a node that we closed: when, as ISO instant. What is closed without it was closed by somebody else. */
    static final String CORDONED_AT = "executor-scaler/cordoned-at";

    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final String TEMPLATE_HASH = "pod-template-hash";

    /** What the DaemonSet controller adds to its pods, though their template does not say so (Kubernetes documentation: DaemonSet, "Taints and tolerations"). */
    private static final List<Toleration> OF_DAEMONS = List.of(added("not-ready", "NoExecute"), added("unreachable", "NoExecute"),
            added("disk-pressure", "NoSchedule"), added("memory-pressure", "NoSchedule"), added("pid-pressure", "NoSchedule"),
            added("unschedulable", "NoSchedule"));

    private static final Toleration OF_HOST_NETWORK = added("network-unavailable", "NoSchedule");

    private final PodShapes shapes = new PodShapes();

    /**
     * A node.
     *
     * @throws Unreadable where its allocatable resources are no numbers: a node of unknown size takes no part
     */
    Node node(io.fabric8.kubernetes.api.model.Node node) throws Unreadable {
        var metadata = node.getMetadata();
        var spec = node.getSpec();
        var status = node.getStatus();
        var taints = new ArrayList<Taint>();
        List<NodeAddress> addresses = status == null ? List.of() : status.getAddresses();
        if (spec != null) {
            for (var taint : spec.getTaints()) {
                taints.add(new Taint(taint.getKey(), text(taint.getValue()), effect(taint.getEffect())));
            }
        }
        var ready = status == null ? Optional.<NodeCondition>empty() : readiness(status.getConditions());
        boolean isReady = isReady(node);
        var allocatable = Quantities.read(status == null || status.getAllocatable() == null ? Map.of() : status.getAllocatable());
        return new Node(metadata.getName(), text(metadata.getUid()), spec == null ? "" : text(spec.getProviderID()),
                address(addresses, "InternalIP").orElse(""), privateDns(addresses, metadata.getName()), PodShapes.sorted(metadata.getLabels()),
                taints,
                allocatable, isReady, cordon(node), created(metadata), isReady ? Instant.MAX : unreadySince(ready), Annotations.staysFor(metadata),
                Annotations.instance(metadata), AnnouncedNote.read(metadata));
    }

    /** Condition Ready, by the node's own word or the node controller's. */
    static boolean isReady(io.fabric8.kubernetes.api.model.Node node) {
        return node.getStatus() != null && readiness(node.getStatus().getConditions()).filter(condition -> "True".equals(condition.getStatus()))
                .isPresent();
    }

    private static Optional<NodeCondition> readiness(List<NodeCondition> conditions) {
        return conditions.stream().filter(condition -> "Ready".equals(condition.getType())).findFirst();
    }

    /** Of a node that is not ready, since when; a time that cannot be read is not known, and never long enough ago. */
    private static Instant unreadySince(Optional<NodeCondition> condition) {
        try {
            return condition.map(NodeCondition::getLastTransitionTime).map(Instant::parse).orElse(Instant.MAX);
        } catch (DateTimeParseException unreadable) {
            return Instant.MAX;
        }
    }

    /** Whether a node is closed, and by whom. */
    static Node.Cordon cordon(io.fabric8.kubernetes.api.model.Node node) {
        if (node.getSpec() == null || !Boolean.TRUE.equals(node.getSpec().getUnschedulable())) return new Node.Cordon.None();
        var annotations = node.getMetadata().getAnnotations();
        var since = annotations == null ? null : annotations.get(CORDONED_AT);
        if (since == null) return new Node.Cordon.ByOthers();
        try {
            return new Node.Cordon.ByUs(Instant.parse(since));
        } catch (DateTimeParseException notOurs) {
            return new Node.Cordon.ByOthers(); // we write instants: whoever wrote this, it was not us
        }
    }

    /** A pod; never fails, see {@link executorscaler.snapshot.PodShape#notModelled}. */
    Pod pod(io.fabric8.kubernetes.api.model.Pod pod) {
        var metadata = pod.getMetadata();
        var spec = pod.getSpec();
        var status = pod.getStatus();
        List<PodCondition> conditions = status == null ? List.of() : status.getConditions();
        var owner = owner(metadata);
        var annotations = metadata.getAnnotations();
        boolean resident = owner.startsWith("DaemonSet/") || (annotations != null && annotations.containsKey(MIRROR));
        var labels = PodShapes.sorted(metadata.getLabels());
        boolean gated = !spec.getSchedulingGates().isEmpty() || notScheduled(conditions, "SchedulingGated").isPresent();
        return new Pod(metadata.getNamespace(), metadata.getName(), text(metadata.getUid()), owner,
                shapes.of(spec, status, metadata.getNamespace(), labels, List.of()),
                labels, phase(status == null ? null : status.getPhase()), text(spec.getNodeName()),
                status == null ? "" : text(status.getNominatedNodeName()),
                isReady(conditions),
                metadata.getDeletionTimestamp() != null, gated, resident, notScheduled(conditions, "Unschedulable").orElse(""), created(metadata),
                claims(spec, metadata.getName()), Annotations.deletionCost(metadata), graceSeconds(spec),
                resident ? "" : Annotations.staysFor(metadata, spec, owner), Images.unpulled(spec, status));
    }

    private static int graceSeconds(PodSpec spec) {
        var seconds = spec.getTerminationGracePeriodSeconds();
        return seconds == null ? Pod.DEFAULT_GRACE_SECONDS : Math.clamp(seconds, 0, Integer.MAX_VALUE);
    }

    /** Names of the claims of a pod of that name: those that it names, and those that are made for it. */
    private static List<String> claims(PodSpec spec, String pod) {
        if (spec.getVolumes().isEmpty()) return List.of();
        return spec.getVolumes().stream()
                .map(volume -> volume.getPersistentVolumeClaim() != null
                        ? volume.getPersistentVolumeClaim().getClaimName()
                        : volume.getEphemeral() != null ? pod + "-" + volume.getName() : "")
                .filter(name -> !name.isEmpty()).distinct().toList();
    }

    /** A Deployment as an executor, for {@link References#executor} to complete. */
    Template template(Deployment deployment) {
        var metadata = deployment.getMetadata();
        var spec = deployment.getSpec();
        var template = spec.getTemplate().getSpec();
        var podLabels = templateLabels(spec.getTemplate());
        int replicas = spec.getReplicas() == null ? 1 : spec.getReplicas(); // the API's default
        var status = deployment.getStatus();
        int ready = status == null ? 0 : number(status.getReadyReplicas());
        var images = template.getContainers().stream().map(Container::getImage).filter(Objects::nonNull).toList();
        var executor = new Executor(metadata.getName(), metadata.getNamespace(), metadata.getName(), text(metadata.getUid()), version(metadata),
                replicas, ready, shapes.of(template, null, metadata.getNamespace(), podLabels, List.of()), podLabels, images,
                Rollouts.of(deployment, replicas), Annotations.pause(metadata), Authors.ofReplicas(metadata));
        var claims = template.getVolumes().stream().filter(volume -> volume.getPersistentVolumeClaim() != null)
                .map(volume -> volume.getPersistentVolumeClaim().getClaimName()).distinct().toList();
        var claimClasses = template.getVolumes().stream().filter(volume -> volume.getEphemeral() != null)
                .map(volume -> text(volume.getEphemeral().getVolumeClaimTemplate().getSpec().getStorageClassName())).distinct().toList();
        return new Template(executor, claims, claimClasses, text(template.getPriorityClassName()), template.getPriority() != null);
    }

    private static SortedMap<String, String> templateLabels(PodTemplateSpec template) {
        return PodShapes.sorted(template.getMetadata() == null ? null : template.getMetadata().getLabels());
    }

    /** The instance that equal shapes share. */
    PodShape shared(PodShape shape) {
        return shapes.shared(shape);
    }

    /** A DaemonSet, with the tolerations that its pods will have. */
    Daemon daemon(DaemonSet daemonSet) {
        var template = daemonSet.getSpec().getTemplate().getSpec();
        var tolerations = new ArrayList<>(OF_DAEMONS);
        if (Boolean.TRUE.equals(template.getHostNetwork())) tolerations.add(OF_HOST_NETWORK);
        return new Daemon(daemonSet.getMetadata().getNamespace(), daemonSet.getMetadata().getName(),
                shapes.of(template, null, daemonSet.getMetadata().getNamespace(),
                        templateLabels(daemonSet.getSpec().getTemplate()), tolerations));
    }

    /**
     * A disruption budget; never fails. While its controller has not seen its newest spec it allows nothing, as the eviction API would refuse too. One
     * that cannot be read covers its whole namespace and allows nothing.
     */
    Budget budget(PodDisruptionBudget budget) {
        var metadata = budget.getMetadata();
        var status = budget.getStatus();
        boolean current = status != null && number(status.getObservedGeneration()) >= number(metadata.getGeneration());
        int allowed = current && status != null ? number(status.getDisruptionsAllowed()) : 0;
        try {
            return new Budget(metadata.getNamespace(), metadata.getName(), PodShapes.selector(budget.getSpec().getSelector()), allowed);
        } catch (Unreadable unknownOperator) {
            return new Budget(metadata.getNamespace(), metadata.getName(), new Selector(List.of()), 0);
        }
    }

    /** {@code namespace/name}, or the name of what has no namespace: the order of all lists. */
    static String path(HasMetadata object) {
        var namespace = object.getMetadata().getNamespace();
        return namespace == null || namespace.isEmpty() ? object.getMetadata().getName() : namespace + "/" + object.getMetadata().getName();
    }

    /** The resource version as a number, 0 where it is none. */
    static long version(@Nullable ObjectMeta metadata) {
        if (metadata == null || metadata.getResourceVersion() == null) return 0;
        try {
            return Long.parseLong(metadata.getResourceVersion());
        } catch (NumberFormatException opaque) {
            return 0; // the API promises no number; without one nobody can say which of two versions is newer
        }
    }

    private static String owner(ObjectMeta metadata) {
        for (var reference : metadata.getOwnerReferences()) {
            if (!Boolean.TRUE.equals(reference.getController())) continue;
            var labels = metadata.getLabels();
            var hash = labels == null ? null : labels.get(TEMPLATE_HASH);
            if (hash != null && "ReplicaSet".equals(reference.getKind()) && reference.getName().endsWith("-" + hash)) {
                return "Deployment/" + reference.getName().substring(0, reference.getName().length() - hash.length() - 1);
            }
            return reference.getKind() + "/" + reference.getName();
        }
        return "";
    }

    private static boolean isReady(List<PodCondition> conditions) {
        return conditions.stream().anyMatch(condition -> "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
    }

    /** The message of condition PodScheduled = False for this reason; the reason itself where there is no message. */
    private static Optional<String> notScheduled(List<PodCondition> conditions, String reason) {
        return conditions.stream()
                .filter(condition -> "PodScheduled".equals(condition.getType()) && "False".equals(condition.getStatus())
                        && reason.equals(condition.getReason()))
                .map(condition -> text(condition.getMessage()).isEmpty() ? reason : condition.getMessage()).findFirst();
    }

    private static Pod.Phase phase(@Nullable String phase) {
        return switch (text(phase)) {
            case "Pending" -> Pod.Phase.PENDING;
            case "Running" -> Pod.Phase.RUNNING;
            case "Succeeded" -> Pod.Phase.SUCCEEDED;
            case "Failed" -> Pod.Phase.FAILED;
            case "" -> Pod.Phase.PENDING; // no kubelet has spoken yet
            default -> Pod.Phase.UNKNOWN;
        };
    }

    private static Taint.Effect effect(@Nullable String effect) throws Unreadable {
        return switch (text(effect)) {
            case "NoSchedule" -> Taint.Effect.NO_SCHEDULE;
            case "PreferNoSchedule" -> Taint.Effect.PREFER_NO_SCHEDULE;
            case "NoExecute" -> Taint.Effect.NO_EXECUTE;
            default -> throw new Unreadable("taint effect", text(effect));
        };
    }

    private static String privateDns(List<NodeAddress> addresses, String name) {
        return address(addresses, "InternalDNS").or(() -> address(addresses, "Hostname")).orElse(name);
    }

    private static Optional<String> address(List<NodeAddress> addresses, String type) {
        return addresses.stream().filter(address -> type.equals(address.getType())).map(NodeAddress::getAddress).filter(Objects::nonNull).findFirst();
    }

    private static Instant created(ObjectMeta metadata) {
        var created = metadata.getCreationTimestamp();
        if (created == null) return Instant.EPOCH;
        try {
            return Instant.parse(created);
        } catch (DateTimeParseException unreadable) {
            return Instant.EPOCH;
        }
    }

    private static Toleration added(String condition, String effect) {
        return new Toleration("node.kubernetes.io/" + condition, true, "", effect);
    }

    private static int number(@Nullable Integer value) {
        return value == null ? 0 : value;
    }

    private static long number(@Nullable Long value) {
        return value == null ? 0 : value;
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
