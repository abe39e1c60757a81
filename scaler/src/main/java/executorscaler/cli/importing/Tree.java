package executorscaler.cli.importing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** A part of somebody's YAML or JSON: what is not there, or is of another kind, is empty. */
record Tree(Map<?, ?> values) {

    static final Tree EMPTY = new Tree(Map.of());

    /** All documents of a text, those inside lists (kind {@code List}) too. */
    static List<Tree> documents(String file, String text) {
        var trees = new ArrayList<Tree>();
        for (Object document : new Load(LoadSettings.builder().setLabel(file).build()).loadAllFromString(text)) {
            if (!(document instanceof Map<?, ?> map)) continue;
            var tree = new Tree(map);
            if (tree.values.get("items") instanceof Collection<?>) trees.addAll(tree.list("items"));
            else
                trees.add(tree);
        }
        return trees;
    }

    /** The section at a path of keys. */
    Tree at(String... path) {
        var tree = this;
        for (var key : path) tree = tree.values.get(key) instanceof Map<?, ?> map ? new Tree(map) : EMPTY;
        return tree;
    }

    /** A value as it is written; empty: none, or an empty one. */
    Optional<String> text(String key) {
        var value = values.get(key);
        return value == null || value instanceof Map || value instanceof Collection || String.valueOf(value).isBlank()
                ? Optional.empty()
                : Optional.of(String.valueOf(value).strip());
    }

    OptionalInt whole(String key) {
        try {
            var text = text(key);
            return text.isPresent() ? OptionalInt.of(Integer.parseInt(text.get())) : OptionalInt.empty();
        } catch (NumberFormatException notWhole) {
            return OptionalInt.empty();
        }
    }

    List<Tree> list(String key) {
        var list = new ArrayList<Tree>();
        if (values.get(key) instanceof Collection<?> items) {
            for (Object item : items) if (item instanceof Map<?, ?> map) list.add(new Tree(map));
        }
        return list;
    }

    List<String> texts(String key) {
        return values.get(key) instanceof Collection<?> items
                ? items.stream().filter(Objects::nonNull).map(String::valueOf).toList()
                : List.of();
    }

    /** All texts, by key. */
    SequencedMap<String, String> texts() {
        var texts = new LinkedHashMap<String, String>();
        values.forEach((key, value) -> texts.put(String.valueOf(key), String.valueOf(value)));
        return texts;
    }

    boolean has(String key) {
        return values.get(key) != null;
    }
}
