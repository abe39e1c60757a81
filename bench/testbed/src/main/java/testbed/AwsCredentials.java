package testbed;

import java.util.Map;

/** The region and the keys every part of the test bed uses; Moto takes any. */
final class AwsCredentials {
    static final String REGION = "us-east-1";
    static final String ZONE = "us-east-1a";
    static final String KEY = "testbed";
    static final String SECRET = "testbed";

    private AwsCredentials() {
    }

    static Map<String, String> env() {
        return Map.of("AWS_REGION", REGION, "AWS_ACCESS_KEY_ID", KEY, "AWS_SECRET_ACCESS_KEY", SECRET);
    }
}
