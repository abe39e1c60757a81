package testbed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What a test bed is to be; {@link #start} makes it of processes, {@link #startInDocker} of containers. */
public final class BedPlan {
    private final Set<Part> parts = EnumSet.noneOf(Part.class);
    private final List<Pool> pools = new ArrayList<>();
    private BootOptions boot = BootOptions.DEFAULT;

    BedPlan() {
    }

    public BedPlan redis() {
        parts.add(Part.REDIS);
        return this;
    }

    /** Kubernetes. */
    public BedPlan controlPlane() {
        parts.add(Part.CONTROL_PLANE);
        return this;
    }

    /** Moto and the proxy in front of it; together with a control plane its instances become nodes. */
    public BedPlan aws() {
        parts.add(Part.AWS);
        return this;
    }

    public BedPlan everything() {
        return redis().controlPlane().aws();
    }

    public BedPlan pool(Pool pool) {
        pools.add(pool);
        return this;
    }

    public BedPlan pools(List<Pool> more) {
        pools.addAll(more);
        return this;
    }

    public BedPlan boot(BootOptions options) {
        boot = options;
        return this;
    }

    public BedPlan bootDelay(Duration delay) {
        boot = new BootOptions(delay, boot.gpuDelay(), boot.k3sProviderIds(), boot.keepNodes());
        return this;
    }

    public TestBed start() {
        return LocalTestBed.start(this);
    }

    /** The same on a Docker engine; needs Testcontainers on the class path. */
    public TestBed startInDocker() {
        return DockerTestBed.start(this);
    }

    boolean has(Part part) {
        return parts.contains(part);
    }

    List<Pool> pools() {
        return List.copyOf(pools);
    }

    BootOptions boot() {
        return boot;
    }
}
