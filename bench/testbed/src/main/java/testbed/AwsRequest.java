package testbed;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The form of a Query API call, or the target of a JSON one. */
record AwsRequest(String action, Map<String, String> params, boolean json) {
    private static final String EC2_VERSION = "2016-11-15";

    /** Reads a form; a JSON protocol names its action in the header instead. */
    static AwsRequest read(String target, byte[] body) {
        if (target != null) {
            return new AwsRequest(target.substring(target.indexOf('.') + 1), Map.of(), true);
        }
        Map<String, String> params = new LinkedHashMap<>();
        for (String pair : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                params.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        return new AwsRequest(params.getOrDefault("Action", ""), params, false);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    boolean ec2() {
        return EC2_VERSION.equals(params.get("Version"));
    }

    String group() {
        return params.getOrDefault("AutoScalingGroupName", "");
    }

    AwsRequest with(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(params);
        changed.put(name, value);
        return new AwsRequest(action, changed, json);
    }

    AwsRequest without(String name) {
        Map<String, String> changed = new LinkedHashMap<>(params);
        changed.remove(name);
        return new AwsRequest(action, changed, json);
    }

    byte[] form() {
        return params.entrySet().stream()
                .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue())).collect(Collectors.joining("&"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
