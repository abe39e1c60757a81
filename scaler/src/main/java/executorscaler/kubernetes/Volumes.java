package executorscaler.kubernetes;

import executorscaler.snapshot.Pod;
import executorscaler.snapshot.PodShape;
import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Selector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What volumes demand of the node of their pod, as the scheduler's plugins VolumeBinding, VolumeZone and VolumeRestrictions see it: a bound claim that the node
 * reaches its volume, an unbound one that waits for its pod that a volume can be made there. Any other unbound claim keeps its pod waiting, wherever nodes are.
 */
final class Volumes {

    /** Beyond it the terms of several volumes, each with several, are too many to look at for every node. */
    private static final int MOST_TERMS = 256;

    private static final String CLAIMS = "persistentVolumeClaims";
    private static final String TOO_MANY_ATTACHED = "exceed max volume count"; // the scheduler's words where a node may attach no more

    private final Map<String, Claim> claims = new HashMap<>();
    private final Map<String, Volume> volumes = new HashMap<>();
    private final Map<String, VolumeClass> classes = new HashMap<>();
    private final Knowledge knowledge;
    private final boolean anyOncePerPod;

    Volumes(Knowledge knowledge) {
        knowledge.claims().records().forEach(claim -> claims.put(claim.path(), claim));
        knowledge.volumes().records().forEach(volume -> volumes.put(volume.name(), volume));
        knowledge.volumeClasses().records().forEach(each -> classes.put(each.name(), each));
        this.knowledge = knowledge;
        anyOncePerPod = claims.values().stream().anyMatch(Claim::oncePerPod);
    }

    /** Whether the pod mounts a claim that one pod at a time may have. */
    boolean oncePerPod(Pod pod) {
        if (!anyOncePerPod) return false;
        return pod.claims().stream().map(name -> claims.get(pod.namespace() + "/" + name)).anyMatch(claim -> claim != null && claim.oncePerPod());
    }

    /** By path of each claim that one pod at a time may have: the pod that has it. */
    Map<String, String> taken(List<Pod> pods) {
        var taken = new HashMap<String, String>();
        if (!anyOncePerPod) return taken;
        for (Pod pod : pods) {
            if (!pod.assigned() || pod.ended()) continue;
            for (var name : pod.claims()) {
                var claim = claims.get(pod.namespace() + "/" + name);
                if (claim != null && claim.oncePerPod()) taken.put(claim.path(), pod.path());
            }
        }
        return taken;
    }

    /** The pod's shape with what its volumes demand. */
    PodShape of(Pod pod, Map<String, String> taken) {
        var demands = new Demands(pod.shape());
        for (var name : pod.claims()) demands.claim(pod.namespace(), name, pod.path(), taken);
        if (pod.unschedulable().contains(TOO_MANY_ATTACHED)) demands.notModelled.add("volumes that a node can attach");
        return demands.shape(!pod.assigned());
    }

    /** The shape of a template's pods with what their volumes demand. */
    PodShape of(PodShape shape, String namespace, Template template, Map<String, String> taken) {
        var demands = new Demands(shape);
        for (var name : template.claims()) demands.claim(namespace, name, "", taken);
        for (var name : template.claimClasses()) demands.unbound("a claim of its own", name.isEmpty() ? byDefault() : name, true);
        return demands.shape(true);
    }

    /** The name of the default class; of several the API server takes the newest, which is not known here: the last by name. */
    private String byDefault() {
        return classes.values().stream().filter(VolumeClass::byDefault).map(VolumeClass::name).max(String::compareTo).orElse("");
    }

    /** What the volumes of one pod demand in all. */
    private final class Demands {
        private final PodShape shape;
        private List<Selector> terms;
        private final TreeSet<String> waitsFor;
        private final TreeSet<String> notModelled;

        Demands(PodShape shape) {
            this.shape = shape;
            this.terms = shape.nodeTerms();
            this.waitsFor = new TreeSet<>(shape.waitsFor());
            this.notModelled = new TreeSet<>(shape.notModelled());
        }

        void claim(String namespace, String name, String user, Map<String, String> taken) {
            if (isUnknown(knowledge.claims())) return;
            var claim = claims.get(namespace + "/" + name);
            var subject = "claim " + name;
            if (claim == null) {
                waitsFor.add(subject + " does not exist");
                return;
            }
            switch (claim.state()) {
                case LOST -> waitsFor.add(subject + " has lost its volume");
                case DELETING -> waitsFor.add(subject + " is being deleted");
                case BOUND -> bound(subject, claim);
                case UNBOUND -> {
                    if (!claim.volume().isEmpty()) {
                        waitsFor.add(subject + " is not bound to volume " + claim.volume() + " yet");
                    } else if (!claim.selectedNode().isEmpty()) {
                        and(List.of(new Selector(
                                List.of(new Requirement("metadata.name", Requirement.Operator.IN, List.of(claim.selectedNode()))))));
                    } else {
                        unbound(subject, claim.storageClass(), false);
                    }
                }
            }
            var other = taken.get(claim.path());
            if (other != null && !other.equals(user)) waitsFor.add(subject + " is for one pod at a time, and " + other + " has it");
        }

        private boolean isUnknown(Known<?> objects) {
            if (!objects.isKnown()) notModelled.add(CLAIMS + ": " + objects.unknown());
            return !objects.isKnown();
        }

        private void bound(String subject, Claim claim) {
            if (isUnknown(knowledge.volumes())) return;
            var volume = volumes.get(claim.volume());
            if (volume == null) {
                waitsFor.add(subject + " is bound to volume " + claim.volume() + ", which does not exist");
            } else if (!volume.unreadable().isEmpty()) {
                notModelled.add("volume " + volume.name() + ": " + volume.unreadable());
            } else {
                and(volume.terms());
            }
        }

        /** @param comes whether the claim is yet to be made: one that binds at once will be bound somewhere when its pod looks for a node */
        void unbound(String subject, String className, boolean comes) {
            if (isUnknown(knowledge.volumeClasses())) return;
            var storage = classes.get(className);
            if (className.isEmpty()) {
                waitsFor.add(subject + " is not bound and has no StorageClass");
            } else if (storage == null) {
                waitsFor.add(subject + " is not bound, and its StorageClass " + className + " does not exist");
            } else if (!storage.waits()) {
                if (comes) {
                    notModelled.add(CLAIMS + ": " + className + " binds before there is a node");
                } else {
                    waitsFor.add(subject + " is not bound, and its StorageClass " + className + " does not wait for the pod");
                }
            } else if (!storage.provisions()) {
                notModelled.add(CLAIMS + ": " + className + " makes no volumes");
            } else {
                and(storage.terms());
            }
        }

        private void and(List<Selector> more) {
            if ((long) terms.size() * more.size() > MOST_TERMS) {
                notModelled.add(CLAIMS + ": too many alternatives");
            } else {
                terms = NodeTerms.both(terms, more);
            }
        }

        /** @param looks whether a node is still to be found */
        PodShape shape(boolean looks) {
            return new PodShape(shape.requests(), shape.nodeSelector(), terms, shape.ownTerms(), shape.tolerations(), shape.rules(), shape.priority(),
                    shape.preempts(),
                    looks ? List.copyOf(waitsFor) : List.of(), List.copyOf(notModelled));
        }
    }
}
