package testbed;

import java.time.Duration;

/** What goes wrong with a call to AWS. */
public sealed interface Fault {
    /** Refused for calling too often: code Throttling and status 400, or RequestLimitExceeded and 503 of EC2. Never reaches AWS. */
    record Throttle() implements Fault {
    }

    /** Answered late. */
    record Delay(Duration time) implements Fault {
    }

    /** Refused with this status and error code. Never reaches AWS. */
    record Fail(int status, String code, String message) implements Fault {
    }

    /** Something else happens first, between the caller's last look and this call; then the call is done. */
    record Meanwhile(Runnable what) implements Fault {
    }

    /** Done by AWS, but the connection is cut instead of an answer. */
    record DropAnswer() implements Fault {
    }
}
