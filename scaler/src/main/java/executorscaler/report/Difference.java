package executorscaler.report;

import com.fasterxml.jackson.databind.JsonNode;
import executorscaler.plan.Plan;
import java.util.ArrayList;
import java.util.List;

/**
 * How the plan for a recorded tick differs from the one that was recorded.
 *
 * @param gone steps, and reasons for holding back, that are not planned any more, as sentences
 * @param added those that are planned instead
 */
public record Difference(List<String> gone, List<String> added) {

    public Difference {
        gone = List.copyOf(gone);
        added = List.copyOf(added);
    }

    /** Between the plan of a recorded tick and another for the same tick. */
    public static Difference between(RecordedTick recorded, Plan anew) {
        var tree = PlanJson.tree(anew);
        var gone = new ArrayList<String>();
        var added = new ArrayList<String>();
        for (var part : List.of("actions", "held")) {
            var before = new ArrayList<String>();
            recorded.plan().path(part).forEach(one -> before.add(words(one)));
            var after = new ArrayList<String>();
            tree.path(part).forEach(one -> after.add(words(one)));
            gone.addAll(without(before, after));
            added.addAll(without(after, before));
        }
        return new Difference(gone, added);
    }

    /** Whether both are the same. */
    public boolean none() {
        return gone.isEmpty() && added.isEmpty();
    }

    /** Each as often as it is there more often. */
    private static List<String> without(List<String> some, List<String> others) {
        var left = new ArrayList<>(some);
        others.forEach(left::remove);
        return left;
    }

    private static String words(JsonNode one) {
        var numbers = one.has("from") ? " " + one.path("from").asText() + " -> " + one.path("to").asText() : "";
        return one.path("kind").asText("held") + " " + one.path("subject").asText() + numbers + ": " + one.path("why").asText();
    }
}
