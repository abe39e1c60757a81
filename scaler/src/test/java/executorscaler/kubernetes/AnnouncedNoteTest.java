package executorscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import executorscaler.snapshot.Announced;
import executorscaler.snapshot.Notice.Kind;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node keeps of AWS's announcements survives a restart of the service, and what others write there closes nothing. */
@Tag("unit")
class AnnouncedNoteTest {

    private static final Instant SAID = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void whatIsWrittenIsRead() {
        var all = List.of(new Announced(Kind.INTERRUPTION, SAID, SAID.plusSeconds(120), ""),
                new Announced(Kind.TERMINATING, SAID.plusSeconds(5), Instant.MAX, "drain/first"));
        assertThat(AnnouncedNote.write(all))
                .isEqualTo("interruption at 2026-11-21T12:00:00Z until 2026-11-21T12:02:00Z; terminating at 2026-11-21T12:00:05Z hook drain/first");
        assertThat(AnnouncedNote.read(node(AnnouncedNote.write(all)))).isEqualTo(all);
    }

    @Test
    void aNodeWithoutTheAnnotationIsToldNothing() {
        assertThat(AnnouncedNote.read(new ObjectMeta())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yes", "interruption", "interruption at noon", "doom at 2026-11-21T12:00:00Z", ";;", "interruption at \n"})
    void whatIsNotOursSaysNothing(String text) {
        assertThat(AnnouncedNote.read(node(text))).isEmpty();
    }

    private static ObjectMeta node(String text) {
        return new ObjectMetaBuilder().addToAnnotations(AnnouncedNote.ANNOUNCED, text).build();
    }
}
