package executorscaler.snapshot;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An EC2 instance type (EC2 DescribeInstanceTypes).
 *
 * @param name e.g. {@code c5.2xlarge}
 * @param vcpus default vCPUs
 * @param memoryBytes nominal memory
 * @param accelerators extended resources it brings, e.g. {@code nvidia.com/gpu} = 1
 * @param eniPods pods by the VPC CNI rule: ENIs x (IPv4 addresses per ENI - 1) + 2; 0 where not known
 * @param architecture {@code amd64} or {@code arm64}
 */
public record MachineType(String name, int vcpus, long memoryBytes, SortedMap<String, Long> accelerators, int eniPods, String architecture) {

    public MachineType {
        accelerators = Collections.unmodifiableSortedMap(new TreeMap<>(accelerators));
    }
}
