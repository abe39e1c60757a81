package executorscaler.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class CompactStoreTest {

    private int changes;
    private final CompactStore<ConfigMap, String> store = new CompactStore<>(CompactStoreTest::read, String::equalsIgnoreCase, ConfigMap::new,
            () -> changes++);

    @Test
    void recordsAreListedByPathAndTheSameListIsGivenUntilSomethingChanges() {
        put("b", "1");
        put("a", "2");
        var first = store.list();
        put("b", "1");

        assertThat(first).containsExactly("2", "1");
        assertThat(store.list()).isSameAs(first);
        assertThat(changes).isEqualTo(2);
    }

    @Test
    void aRecordThatIsAlikeIsKeptButWakesNobody() {
        put("a", "x");
        put("a", "X");

        assertThat(store.list()).containsExactly("X");
        assertThat(changes).isEqualTo(1);
    }

    @Test
    void whatGoesIsTold() {
        put("a", "x");
        store.remove("n/a");
        store.remove("n/a");

        assertThat(store.list()).isEmpty();
        assertThat(changes).isEqualTo(2);
    }

    @Test
    void anObjectThatIsLeftOutIsStillKnownByName() {
        put("a", "x");
        put("a", "unreadable");

        assertThat(store.list()).isEmpty();
        assertThat(store.values().map(Mapping::path)).containsExactly("n/a");
        assertThat(changes).isEqualTo(2);
        assertThat(store.broken()).isEmpty();
    }

    @Test
    void aBugIsShownForAsLongAsItsObjectIsThere() {
        put("a", "bug");
        assertThat(store.broken()).contains("n/a: of ours");
        put("a", "x");
        assertThat(store.broken()).isEmpty();
        put("a", "bug");
        store.remove("n/a");
        assertThat(store.broken()).isEmpty();
    }

    private void put(String name, String value) {
        var object = new ConfigMapBuilder().withNewMetadata().withNamespace("n").withName(name).endMetadata().addToData("value", value).build();
        store.put(store.getKey(object), object);
    }

    private static Optional<String> read(ConfigMap object) {
        var value = object.getData().getOrDefault("value", "");
        if ("bug".equals(value)) throw new IllegalStateException("of ours");
        return "unreadable".equals(value) ? Optional.empty() : Optional.of(value);
    }
}
