package executorscaler.kubernetes;

/** The objects that pods and templates name: where a volume is, which namespaces have a label, what a priority class is worth. */
record Knowledge(Known<Claim> claims, Known<Volume> volumes, Known<VolumeClass> volumeClasses, Known<NamespaceLabels> namespaces,
        Known<PriorityLevel> priorities) {

    /** Whether nothing of it has changed. */
    boolean same(Knowledge other) {
        return claims.same(other.claims) && volumes.same(other.volumes) && volumeClasses.same(other.volumeClasses)
                && namespaces.same(other.namespaces)
                && priorities.same(other.priorities);
    }
}
