package executorscaler.aws;

import executorscaler.loop.Clock;
import java.util.concurrent.Semaphore;
import testbed.Pool;
import testbed.TestBed;

/** Moto behind the test bed's proxy, with groups named after the tests that use them, and our adapters in front of it. */
final class Emulated implements AutoCloseable {

    final TestBed bed;
    final AwsClients clients;
    final Semaphore news = new Semaphore(0);
    final AsgReader reader;
    final AsgWriter writer;

    private Emulated(TestBed bed) {
        this.bed = bed;
        clients = AwsClients.emulator(bed.awsEndpoint(), "us-east-1");
        reader = new AsgReader(clients, Clock.system(), news::release);
        writer = new AsgWriter(clients, reader::wrote);
    }

    /** Groups of 2 x c5.2xlarge, from 1 to 9. */
    static Emulated withGroups(String... names) {
        var plan = TestBed.plan().aws();
        for (var name : names) plan.pool(Pool.of(name, "c5.2xlarge", 1, 9));
        var emulated = new Emulated(plan.start());
        for (var name : names) emulated.bed.moto().autoScaling().setDesiredCapacity(request -> request.autoScalingGroupName(name).desiredCapacity(2));
        return emulated;
    }

    int desired(String group) {
        return bed.moto().group(group).orElseThrow().desiredCapacity();
    }

    int calls(String action) {
        return bed.aws().calls(action).size();
    }

    @Override
    public void close() {
        reader.close();
        clients.close();
        bed.close();
    }
}
