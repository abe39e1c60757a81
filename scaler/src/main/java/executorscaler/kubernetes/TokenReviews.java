package executorscaler.kubernetes;

import executorscaler.loop.Clock;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the API server whose token it is (TokenReview), and whether that one may {@code get} the path {@value #PATH} (SubjectAccessReview), so that RBAC says who
 * sees the page. Answers count for a minute, a refusal for some seconds; of tokens only their hashes are kept. Where nobody answers nobody is let in.
 */
public final class TokenReviews {
    /** A path that no API server has: a ClusterRole with it in {@code nonResourceURLs} and the verb {@code get} lets people see the page. */
    public static final String PATH = "/executor-scaler";

    private static final Logger LOG = LoggerFactory.getLogger(TokenReviews.class);
    private static final Duration CALL = Duration.ofSeconds(2);
    private static final Duration ACCEPTED = Duration.ofMinutes(1);
    private static final Duration REFUSED = Duration.ofSeconds(5);
    private static final int KEPT = 200;

    private record Verdict(boolean accepted, Duration until) {}

    private final Api api;
    private final Clock clock;
    private final Map<String, Verdict> verdicts = new LinkedHashMap<>(); // by hash of the token; guarded by this

    /**
     * Asks nobody yet.
     *
     * @param clock by whose monotonic time answers grow old
     */
    public TokenReviews(KubernetesClient client, Clock clock) {
        this.api = new Api(client, CALL);
        this.clock = clock;
    }

    /**
     * Whether whoever brings this token may see the page.
     *
     * @param token as it came; empty: none came
     */
    public boolean accepts(String token) {
        if (token.isEmpty()) return false;
        var hash = hash(token);
        var now = clock.elapsed();
        synchronized (this) {
            var known = verdicts.get(hash);
            if (known != null && known.until.compareTo(now) > 0) return known.accepted;
        }
        boolean accepted = reviewed(token); // outside the lock: it asks the API server
        synchronized (this) {
            if (verdicts.size() >= KEPT) verdicts.remove(verdicts.keySet().iterator().next());
            verdicts.put(hash, new Verdict(accepted, now.plus(accepted ? ACCEPTED : REFUSED)));
        }
        return accepted;
    }

    private boolean reviewed(String token) {
        try {
            var user = user(token);
            return user.isPresent() && may(user.get());
        } catch (Api.NoAnswer | KubernetesClientException | IllegalArgumentException trouble) {
            LOG.warn("whether a token may see the page could not be found out: {}", Api.words(trouble));
            return false;
        }
    }

    private Optional<Map<?, ?>> user(String token) throws Api.NoAnswer {
        var status = ask("/apis/authentication.k8s.io/v1/tokenreviews", "authentication.k8s.io/v1", "TokenReview", Map.of("token", token));
        return Boolean.TRUE.equals(status.get("authenticated")) && status.get("user") instanceof Map<?, ?> user
                ? Optional.of(user)
                : Optional.empty();
    }

    private boolean may(Map<?, ?> user) throws Api.NoAnswer {
        var spec = new HashMap<String, Object>();
        spec.put("nonResourceAttributes", Map.of("path", PATH, "verb", "get"));
        if (user.get("username") instanceof String name) spec.put("user", name);
        if (user.get("groups") != null) spec.put("groups", user.get("groups"));
        if (user.get("uid") != null) spec.put("uid", user.get("uid"));
        if (user.get("extra") != null) spec.put("extra", user.get("extra"));
        var status = ask("/apis/authorization.k8s.io/v1/subjectaccessreviews", "authorization.k8s.io/v1", "SubjectAccessReview", spec);
        return Boolean.TRUE.equals(status.get("allowed"));
    }

    private Map<?, ?> ask(String path, String version, String kind, Map<String, ?> spec) throws Api.NoAnswer {
        var answer = api.post(path, Map.of("apiVersion", version, "kind", kind, "spec", spec));
        if (!answer.ok()) throw new IllegalArgumentException("cannot create " + kind + " (" + answer.status() + "): " + api.message(answer));
        return api.read(answer, Map.class).get("status") instanceof Map<?, ?> status ? status : Map.of();
    }

    private static String hash(String token) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException("every JDK has SHA-256", never);
        }
    }
}
