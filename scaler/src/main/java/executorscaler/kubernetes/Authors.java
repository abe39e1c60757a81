package executorscaler.kubernetes;

import executorscaler.snapshot.Author;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads off an object's {@code managedFields} who wrote a field last. Whoever changes a value takes the field from all who had it (Kubernetes documentation,
 * "Server-Side Apply", "Field management"), so that more than one has it only where they want the same.
 */
final class Authors {

    private static final Comparator<Author> OURS_THEN_NEWEST = Comparator.comparing((Author author) -> !author.other()).thenComparing(Author::at)
            .thenComparing(Author::manager);

    private Authors() {}

    /** Whoever has {@code spec.replicas}; of several that want the same we are the first, then the newest. */
    static Author ofReplicas(ObjectMeta metadata) {
        return metadata.getManagedFields().stream().filter(Authors::hasReplicas).map(Authors::author).max(OURS_THEN_NEWEST).orElse(Author.UNKNOWN);
    }

    private static boolean hasReplicas(ManagedFieldsEntry entry) {
        var fields = entry.getFieldsV1();
        return fields != null && fields.getAdditionalProperties().get("f:spec") instanceof Map<?, ?> spec && spec.containsKey("f:replicas");
    }

    private static Author author(ManagedFieldsEntry entry) {
        var manager = entry.getManager();
        return new Author(manager == null ? "" : manager, "scale".equals(entry.getSubresource()), time(entry.getTime()));
    }

    private static Instant time(@Nullable String time) {
        try {
            return time == null ? Instant.EPOCH : Instant.parse(time);
        } catch (DateTimeParseException unreadable) {
            return Instant.EPOCH;
        }
    }
}
