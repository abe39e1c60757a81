package executorscaler.aws;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;

/** Addresses and launch times of instances. They never change, so each instance is asked for until they are known, and then no more. One thread. */
final class Machines {

    private static final Logger LOG = LoggerFactory.getLogger(Machines.class);

    /** EC2 takes at most 200 values in one filter. */
    private static final int BATCH = 200;

    private final Ec2Client ec2;
    private final Map<String, Machine> known = new HashMap<>();
    private String lastTrouble = "";

    Machines(Ec2Client ec2) {
        this.ec2 = ec2;
    }

    /**
     * One machine for every id. Of one that EC2 does not know (yet), or could not be asked for, the addresses are empty and the launch was when we
     * first saw it: later than the truth, so that it is given up too late rather than too early.
     */
    Map<String, Machine> of(Collection<String> ids, Instant now) {
        known.keySet().retainAll(ids);
        var asked = ids.stream().filter(id -> !known.getOrDefault(id, new Machine("", "", now)).complete()).sorted().toList();
        try {
            for (int from = 0; from < asked.size(); from += BATCH) {
                // By filter, not by id: with one unknown id among the ids the whole call is an error.
                var filter = Filter.builder().name("instance-id").values(asked.subList(from, Math.min(asked.size(), from + BATCH))).build();
                for (var reservation : ec2.describeInstancesPaginator(request -> request.filters(filter)).reservations()) {
                    for (var instance : reservation.instances()) known.put(instance.instanceId(), machine(instance, now));
                }
            }
            lastTrouble = "";
        } catch (SdkException trouble) {
            var words = AwsWords.of(trouble);
            if (!words.equals(lastTrouble)) LOG.warn("EC2 DescribeInstances: {}; new instances stay without addresses until it answers", words);
            lastTrouble = words;
        }
        var machines = new TreeMap<String, Machine>();
        for (var id : ids) machines.put(id, known.computeIfAbsent(id, _ -> new Machine("", "", now)));
        return machines;
    }

    private static Machine machine(Instance instance, Instant now) {
        var ip = instance.privateIpAddress();
        var dns = instance.privateDnsName();
        return new Machine(ip == null ? "" : ip, dns == null ? "" : dns, instance.launchTime() == null ? now : instance.launchTime());
    }
}
