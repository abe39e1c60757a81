package executorscaler.aws;

import java.time.Instant;

/** What EC2 says of one instance. Empty address: not known (yet). */
record Machine(String privateIp, String privateDns, Instant launchedAt) {

    /** EC2 may know an instance's address, and the instance itself, only seconds after the group lists it. */
    boolean complete() {
        return !privateIp.isEmpty();
    }
}
