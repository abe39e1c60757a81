package executorscaler.kubernetes;

import executorscaler.loop.Lease;
import executorscaler.loop.LeaseStore;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A Lease of coordination.k8s.io/v1 in the cluster. Merge patches with a resource version leave labels and whatever else others put there as it is. */
public final class LeaseObject implements LeaseStore {

    /** A MicroTime has exactly six digits of a second (k8s.io/apimachinery, RFC3339Micro). */
    private static final DateTimeFormatter MICRO_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private static final Duration CALL = Duration.ofSeconds(2);
    private static final String RESOURCE = "leases of coordination.k8s.io";

    private final Api api;
    private final String namespace;
    private final String name;

    /** @param client {@link KubernetesClients#calling}: it must not retry by itself */
    public LeaseObject(KubernetesClient client, String namespace, String name) {
        this.api = new Api(client, CALL);
        this.namespace = namespace;
        this.name = name;
    }

    @Override
    public Optional<Lease> read() throws Unanswered {
        var answer = call(() -> api.get(path()));
        return answer.status() == 404 ? Optional.empty() : Optional.of(lease("get", answer));
    }

    @Override
    public Optional<Lease> create(Lease lease) throws Unanswered {
        var body = Map.of("apiVersion", "coordination.k8s.io/v1", "kind", "Lease", "metadata", Map.of("name", name, "namespace", namespace), "spec",
                spec(lease));
        var answer = call(() -> api.post(collection(), body));
        return answer.status() == 409 ? Optional.empty() : Optional.of(lease("create", answer));
    }

    @Override
    public Optional<Lease> replace(Lease lease) throws Unanswered {
        var body = Map.of("metadata", Map.of("resourceVersion", Long.toString(lease.version())), "spec", spec(lease));
        var answer = call(() -> api.patch(path(), Api.MERGE_PATCH, body));
        return answer.status() == 409 || answer.status() == 404 ? Optional.empty() : Optional.of(lease("patch", answer));
    }

    private interface Call {
        Api.Answer make() throws Api.NoAnswer;
    }

    private static Api.Answer call(Call call) throws Unanswered {
        try {
            return call.make();
        } catch (Api.NoAnswer silence) {
            throw new Unanswered("the API server does not answer for the lease: " + Api.words(silence));
        }
    }

    private Lease lease(String verb, Api.Answer answer) throws Unanswered {
        if (answer.status() == 403) throw new Unanswered("missing right to " + verb + " " + RESOURCE + " (403): " + api.message(answer));
        if (!answer.ok()) throw new Unanswered("cannot " + verb + " " + RESOURCE + " (" + answer.status() + "): " + api.message(answer));
        try {
            var read = api.read(answer, io.fabric8.kubernetes.api.model.coordination.v1.Lease.class);
            var version = Mapping.version(read.getMetadata());
            // Without a number nobody could say which cache is older than the write that won (S17).
            if (version == 0) throw new Unanswered("the lease has no resource version that is a number");
            var spec = read.getSpec();
            if (spec == null) return new Lease("", 0, Optional.empty(), Optional.empty(), 0, version);
            return new Lease(Objects.requireNonNullElse(spec.getHolderIdentity(), ""), orZero(spec.getLeaseDurationSeconds()),
                    instant(spec.getAcquireTime()), instant(spec.getRenewTime()), orZero(spec.getLeaseTransitions()), version);
        } catch (KubernetesClientException | IllegalArgumentException unreadable) {
            throw new Unanswered("the lease cannot be read: " + Api.words(unreadable));
        }
    }

    private static Map<String, Object> spec(Lease lease) {
        var spec = new LinkedHashMap<String, Object>();
        spec.put("holderIdentity", lease.holder());
        spec.put("leaseDurationSeconds", lease.durationSeconds());
        lease.acquired().ifPresent(time -> spec.put("acquireTime", MICRO_TIME.format(time)));
        lease.renewed().ifPresent(time -> spec.put("renewTime", MICRO_TIME.format(time)));
        spec.put("leaseTransitions", lease.transitions());
        return spec;
    }

    private static Optional<Instant> instant(@Nullable ZonedDateTime time) {
        return Optional.ofNullable(time).map(ZonedDateTime::toInstant);
    }

    private static int orZero(@Nullable Integer number) {
        return number == null ? 0 : number;
    }

    private String collection() {
        return "/apis/coordination.k8s.io/v1/namespaces/" + Api.segment(namespace) + "/leases";
    }

    private String path() {
        return collection() + "/" + Api.segment(name);
    }
}
