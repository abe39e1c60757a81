package executorscaler.kubernetes;

import executorscaler.act.WriteGate;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Single calls to the API server, each with its own time-out and no retry: what the answer means is for the caller to say. fabric8's typed operations are
 * not used here, because some of them make more calls than one, wait, or retry (scale reads the parent first, evict without a body posts v1beta1).
 */
final class Api {

    /** Patches by JSON Patch (RFC 6902), whose {@code test} operations make it conditional. */
    static final String JSON_PATCH = "application/json-patch+json";
    /** Patches by JSON Merge Patch (RFC 7396). */
    static final String MERGE_PATCH = "application/merge-patch+json";

    private static final String JSON = "application/json";

    private final KubernetesClient client;
    private final Duration timeout;
    private final WriteGate gate;

    /** @param timeout for one call, from the first byte sent to the last received */
    Api(KubernetesClient client, Duration timeout) {
        this(client, timeout, WriteGate.OPEN);
    }

    /** @param gate asked at every call that is not a read */
    Api(KubernetesClient client, Duration timeout, WriteGate gate) {
        this.client = client;
        this.timeout = timeout;
        this.gate = gate;
    }

    /** An answer, of whatever status. */
    record Answer(int status, String body) {
        boolean ok() {
            return status >= 200 && status < 300;
        }
    }

    /** There was no answer, so nobody knows whether the call had an effect; the message says why in plain words. */
    static sealed class NoAnswer extends Exception permits NotSent {
        private static final long serialVersionUID = 1L;

        NoAnswer(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The gate was closed: the call was not sent, so it had no effect. */
    static final class NotSent extends NoAnswer {
        private static final long serialVersionUID = 1L;

        NotSent(String message) {
            super(message, null);
        }
    }

    /** A quorum read: no resource version is given, so the answer is no older than the question. */
    Answer get(String path) throws NoAnswer {
        return call("GET", path, JSON, "");
    }

    Answer patch(String path, String contentType, Object body) throws NoAnswer {
        return call("PATCH", path, contentType, client.getKubernetesSerialization().asJson(body));
    }

    Answer post(String path, Object body) throws NoAnswer {
        return call("POST", path, JSON, client.getKubernetesSerialization().asJson(body));
    }

    /** With DeleteOptions, whose preconditions make it conditional. */
    Answer delete(String path, Object options) throws NoAnswer {
        return call("DELETE", path, JSON, client.getKubernetesSerialization().asJson(options));
    }

    /** The body as a typed object. */
    <T> T read(Answer answer, Class<T> type) {
        return client.getKubernetesSerialization().unmarshal(answer.body(), type);
    }

    /** What the server says about an answer that is not ok, as its Status object has it; the bare code where it sent none. */
    Status status(Answer answer) {
        try {
            var status = read(answer, Status.class);
            if (status != null) return status;
        } catch (KubernetesClientException | IllegalArgumentException notAStatus) {
            // a proxy's or an overloaded server's plain text: told below as it came
        }
        var status = new Status();
        status.setCode(answer.status());
        status.setMessage(answer.body().isBlank() ? "status " + answer.status() : answer.body().strip());
        return status;
    }

    /** The message of {@link #status}. */
    String message(Answer answer) {
        var message = status(answer).getMessage();
        return message == null ? "status " + answer.status() : message;
    }

    /** The resource version of an answer that is a list of anything. */
    String listVersion(Answer answer) {
        var list = read(answer, GenericKubernetesResourceList.class);
        var version = list.getMetadata() == null ? null : list.getMetadata().getResourceVersion();
        return version == null ? "" : version;
    }

    /** A segment of a path. */
    static String segment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** A path with query parameters. */
    static String query(String path, Map<String, String> parameters) {
        var query = new StringBuilder(path);
        char separator = '?';
        for (var parameter : parameters.entrySet()) {
            query.append(separator).append(parameter.getKey()).append('=').append(segment(parameter.getValue()));
            separator = '&';
        }
        return query.toString();
    }

    /** A test of a JSON Patch; null: the field is left out. The server leaves out zeros and empty texts, so that "is 0" is "is not there". */
    static Map<String, @Nullable Object> is(String path, @Nullable Object value) {
        var test = new LinkedHashMap<String, @Nullable Object>();
        test.put("op", "test");
        test.put("path", path);
        test.put("value", value);
        return test;
    }

    private Answer call(String method, String path, String contentType, String body) throws NoAnswer {
        if (!method.equals("GET")) {
            var closed = gate.refusal();
            if (closed.isPresent()) throw new NotSent(closed.get());
        }
        var http = client.getHttpClient();
        HttpRequest.Builder request = http.newHttpRequestBuilder().uri(URI.create(client.getMasterUrl() + path.substring(1)).toString())
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        if (!method.equals("GET")) request.method(method, contentType, body);
        var sent = http.sendAsync(request.build(), String.class);
        try {
            HttpResponse<String> response = sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            var text = response.body();
            return new Answer(response.code(), text == null ? "" : text);
        } catch (TimeoutException late) {
            sent.cancel(true);
            CallCounter.unanswered(http, method);
            throw new NoAnswer("no answer within " + timeout.toMillis() + " ms", late);
        } catch (InterruptedException interrupted) {
            sent.cancel(true);
            Thread.currentThread().interrupt();
            throw new NoAnswer("interrupted", interrupted);
        } catch (ExecutionException failed) {
            CallCounter.unanswered(http, method);
            throw new NoAnswer(words(failed), failed);
        }
    }

    /** A failure in words: what the server said, a time-out by its plain name, else the innermost cause. */
    static String words(Throwable failure) {
        var innermost = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpTimeoutException || cause instanceof TimeoutException) return "no answer in time";
            if (cause instanceof ConnectException || cause instanceof ClosedChannelException) return "connection refused";
            if (cause instanceof KubernetesClientException refused && refused.getStatus() != null) {
                var said = refused.getStatus().getMessage();
                if (said != null && !said.isBlank()) return said;
            }
            innermost = cause;
            if (cause instanceof Unreadable) break; // its words name field and value, those of its cause do not
        }
        var message = innermost.getMessage();
        return message == null || message.isBlank() ? innermost.getClass().getSimpleName() : message;
    }
}
