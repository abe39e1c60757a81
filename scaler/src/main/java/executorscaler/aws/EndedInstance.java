package executorscaler.aws;

import java.util.Optional;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;

/** Asks EC2 whether an instance has ended for good. */
final class EndedInstance {

    private EndedInstance() {}

    /**
     * What speaks against it; empty: it has ended. One that EC2 does not know has: ended instances are listed for about an hour, and whoever asks knows that this one
     * is not so young that EC2 might not know it yet.
     */
    static Optional<String> trouble(Ec2Client ec2, String instanceId) {
        var filter = Filter.builder().name("instance-id").values(instanceId).build(); // an unknown id is no error in a filter
        return ec2.describeInstancesPaginator(request -> request.filters(filter)).reservations().stream()
                .flatMap(reservation -> reservation.instances().stream())
                .filter(instance -> instance.instanceId().equals(instanceId) && instance.state().name() != InstanceStateName.TERMINATED).findFirst()
                .map(instance -> "instance " + instanceId + " is " + instance.state().nameAsString());
    }
}
