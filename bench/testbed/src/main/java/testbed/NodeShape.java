package testbed;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.services.ec2.model.ArchitectureType;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;

/** What a machine of an instance type offers to pods, after what a kubelet keeps back on EKS images. */
record NodeShape(int vcpus, long memoryMib, int maxPods, int gpus, String architecture) {
    static final String GPU = "nvidia.com/gpu";

    static NodeShape of(InstanceTypeInfo type) {
        int interfaces = type.networkInfo().maximumNetworkInterfaces();
        int addresses = type.networkInfo().ipv4AddressesPerInterface();
        int gpus = type.gpuInfo() == null ? 0 : type.gpuInfo().gpus().stream().mapToInt(gpu -> gpu.count() == null ? 0 : gpu.count()).sum();
        boolean arm = type.processorInfo() != null && type.processorInfo().supportedArchitectures().contains(ArchitectureType.ARM64);
        return new NodeShape(type.vCpuInfo().defaultVCpus(), type.memoryInfo().sizeInMiB(), interfaces * (addresses - 1) + 2, gpus,
                arm ? "arm64" : "amd64");
    }

    /** 6% of the first core, 1% of the second, 0.5% of the next two, 0.25% of the others: 90m of 8 cores, which leaves 7910m. */
    int allocatableMillicores() {
        double kept = 0;
        for (int core = 1; core <= vcpus; core++) {
            kept += core == 1 ? 60 : core == 2 ? 10 : core <= 4 ? 5 : 2.5;
        }
        return vcpus * 1000 - (int) Math.ceil(kept);
    }

    /** The system sees about 94% of the advertised memory. */
    long visibleMemoryMib() {
        return memoryMib * 94 / 100;
    }

    /** Less 255 MiB + 11 MiB a pod for the kubelet, less 100 MiB at which it evicts: 16384 MiB and 58 pods leave 14407 MiB. */
    long allocatableMemoryMib() {
        return visibleMemoryMib() - (255 + 11L * maxPods) - 100;
    }

    Map<String, Quantity> capacity(boolean withGpus) {
        return quantities(vcpus * 1000, visibleMemoryMib(), "20Gi", withGpus);
    }

    Map<String, Quantity> allocatable(boolean withGpus) {
        return quantities(allocatableMillicores(), allocatableMemoryMib(), "18Gi", withGpus);
    }

    private Map<String, Quantity> quantities(int millicores, long mib, String storage, boolean withGpus) {
        Map<String, Quantity> all = new LinkedHashMap<>();
        all.put("cpu", new Quantity(millicores + "m"));
        all.put("memory", new Quantity(mib + "Mi"));
        all.put("pods", new Quantity(String.valueOf(maxPods)));
        all.put("ephemeral-storage", new Quantity(storage));
        if (withGpus && gpus > 0) {
            all.put(GPU, new Quantity(String.valueOf(gpus)));
        }
        return all;
    }
}
