package executorscaler.snapshot;

import java.util.List;
import java.util.SortedMap;

/** A label selector: all requirements must hold. With no requirement at all it matches everything. */
public record Selector(List<Requirement> requirements) {

    /** Matches nothing: a value out of an empty list. */
    public static final Selector NOTHING = new Selector(List.of(new Requirement("metadata.name", Requirement.Operator.IN, List.of())));

    public Selector {
        requirements = List.copyOf(requirements);
    }

    public boolean matches(SortedMap<String, String> labels) {
        for (Requirement requirement : requirements) {
            if (!requirement.matches(labels)) return false;
        }
        return true;
    }
}
