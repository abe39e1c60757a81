package executorscaler.kubernetes;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Counts what a client sends, by what came back. */
final class CallCounter implements Interceptor {

    private static final int THROTTLED = 429;
    private static final int CLIENT_ERROR = 400;
    private static final int SERVER_ERROR = 500;

    private final KubernetesCalls calls;

    CallCounter(KubernetesCalls calls) {
        this.calls = calls;
    }

    @Override
    public void after(HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        calls.called(request.method(), result(response.code()));
    }

    /** Counts a call that was sent and not answered: a client tells its interceptors only of those that it tries again. */
    static void unanswered(HttpClient client, String method) {
        if (client instanceof RequestTags tags)
            Optional.ofNullable(tags.getTag(CallCounter.class)).ifPresent(counter -> counter.calls.called(method, "unanswered"));
    }

    private static String result(int status) {
        if (status == THROTTLED) return "throttled";
        if (status >= SERVER_ERROR) return "failed";
        return status >= CLIENT_ERROR ? "refused" : "ok";
    }
}
