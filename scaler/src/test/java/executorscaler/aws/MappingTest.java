package executorscaler.aws;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.snapshot.MachineType;
import executorscaler.snapshot.Pool.Lifecycle;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ec2.model.GpuDeviceInfo;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.ec2.model.NetworkCardInfo;
import software.amazon.awssdk.services.ec2.model.NeuronDeviceInfo;

/** From AWS's words to ours. */
@Tag("unit")
class MappingTest {

    private static final long GIB = 1L << 30;

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({"Pending, PENDING", "Pending:Wait, PENDING", "Pending:Proceed, PENDING", "InService, IN_SERVICE", "Terminating, LEAVING",
            "Terminating:Wait, LEAVING", "Terminating:Proceed, LEAVING", "Terminated, LEAVING", "Detaching, LEAVING", "Detached, OTHER",
            "Standby, OTHER",
            "EnteringStandby, OTHER", "Warmed:Pending, OTHER", "Warmed:Pending:Wait, OTHER", "Warmed:Running, OTHER", "Warmed:Terminating, OTHER",
            "'', OTHER", "SomethingNew, OTHER"})
    void everyLifecycleState(String state, Lifecycle lifecycle) {
        assertThat(Mapping.lifecycle(state)).isEqualTo(lifecycle);
    }

    @Test
    void aPlainMachine() {
        var c5 = InstanceTypeInfo.builder().instanceType("c5.2xlarge").vCpuInfo(cpu -> cpu.defaultVCpus(8))
                .memoryInfo(memory -> memory.sizeInMiB(16384L))
                .processorInfo(processor -> processor.supportedArchitecturesWithStrings("x86_64"))
                .networkInfo(network -> network.maximumNetworkInterfaces(4).ipv4AddressesPerInterface(15)).build();
        assertThat(Mapping.machineType(c5)).isEqualTo(new MachineType("c5.2xlarge", 8, 16 * GIB, new TreeMap<>(), 58, "amd64"));
    }

    @Test
    void podsGoByTheDefaultNetworkCard() {
        var p4d = InstanceTypeInfo.builder().instanceType("p4d.24xlarge")
                .networkInfo(network -> network.maximumNetworkInterfaces(60).ipv4AddressesPerInterface(50).defaultNetworkCardIndex(0).networkCards(
                        card(0), card(1),
                        card(2), card(3)))
                .gpuInfo(info -> info.gpus(GpuDeviceInfo.builder().manufacturer("NVIDIA").count(8).build())).build();
        var type = Mapping.machineType(p4d);
        assertThat(type.eniPods()).isEqualTo(737);
        assertThat(type.accelerators()).isEqualTo(new TreeMap<>(Map.of("nvidia.com/gpu", 8L)));
    }

    private static NetworkCardInfo card(int index) {
        return NetworkCardInfo.builder().networkCardIndex(index).maximumNetworkInterfaces(15).build();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"NVIDIA, nvidia.com/gpu", "AMD, amd.com/gpu", "Unheard-of,"})
    void acceleratorsByManufacturer(String manufacturer, String resource) {
        var info = InstanceTypeInfo.builder().gpuInfo(gpus -> gpus.gpus(GpuDeviceInfo.builder().manufacturer(manufacturer).count(2).build())).build();
        var expected = new TreeMap<String, Long>();
        if (resource != null) expected.put(resource, 2L);
        assertThat(Mapping.machineType(info).accelerators()).isEqualTo(expected);
    }

    @Test
    void neuronDevicesAndArm() {
        var info = InstanceTypeInfo.builder().neuronInfo(neuron -> neuron.neuronDevices(NeuronDeviceInfo.builder().count(12).build()))
                .processorInfo(processor -> processor.supportedArchitecturesWithStrings("arm64")).build();
        assertThat(Mapping.machineType(info).accelerators()).isEqualTo(new TreeMap<>(Map.of("aws.amazon.com/neuron", 12L)));
        assertThat(Mapping.machineType(info).architecture()).isEqualTo("arm64");
        assertThat(Mapping.machineType(info).eniPods()).as("not known").isZero();
    }
}
