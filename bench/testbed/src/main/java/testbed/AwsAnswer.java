package testbed;

import java.nio.charset.StandardCharsets;

/** An answer of AWS, or one in its place; never compared, so an array will do. */
@SuppressWarnings("ArrayRecordComponent")
record AwsAnswer(int status, String contentType, byte[] body) {
    private static final String XML = "text/xml";
    private static final String AUTO_SCALING = "http://autoscaling.amazonaws.com/doc/2011-01-01/";
    private static final String REQUEST_ID = "00000000-0000-0000-0000-000000000000";

    /** An error in the form the service of the request uses. */
    static AwsAnswer error(AwsRequest request, int status, String code, String message) {
        if (request.json()) {
            String json = "{\"__type\":\"" + code + "\",\"message\":\"" + message + "\"}";
            return new AwsAnswer(status, "application/x-amz-json-1.0", json.getBytes(StandardCharsets.UTF_8));
        }
        String error = "<Code>" + escape(code) + "</Code><Message>" + escape(message) + "</Message>";
        String body = request.ec2()
                ? "<Response><Errors><Error>" + error + "</Error></Errors><RequestID>" + REQUEST_ID + "</RequestID></Response>"
                : "<ErrorResponse xmlns=\"" + AUTO_SCALING + "\"><Error><Type>" + (status < 500 ? "Sender" : "Receiver") + "</Type>" + error
                        + "</Error><RequestId>" + REQUEST_ID + "</RequestId></ErrorResponse>";
        return new AwsAnswer(status, XML, body.getBytes(StandardCharsets.UTF_8));
    }

    /** The success of an Auto Scaling action that answers with the inside of its result element, which may be empty. */
    static AwsAnswer success(String action, String result) {
        String inside = result.isEmpty() ? "" : "<" + action + "Result>" + result + "</" + action + "Result>";
        String body = "<" + action + "Response xmlns=\"" + AUTO_SCALING + "\">" + inside + "<ResponseMetadata><RequestId>" + REQUEST_ID
                + "</RequestId></ResponseMetadata></" + action + "Response>";
        return new AwsAnswer(200, XML, body.getBytes(StandardCharsets.UTF_8));
    }

    boolean ok() {
        return status / 100 == 2;
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
