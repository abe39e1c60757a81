package executorscaler.kubernetes;

import executorscaler.snapshot.Requirement;
import executorscaler.snapshot.Selector;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** Lists of node selector terms, of which a node must match one; an empty list asks nothing. */
final class NodeTerms {

    private NodeTerms() {}

    /**
     * What matches where both lists do: (a or b) and (c or d) = ac or ad or bc or bd. Terms without requirements match no node and make none; where nothing is
     * left, no node matches.
     */
    static List<Selector> both(List<Selector> one, List<Selector> other) {
        if (one.isEmpty()) return other;
        if (other.isEmpty()) return one;
        var terms = new LinkedHashSet<Selector>();
        for (Selector left : one) {
            for (Selector right : other) {
                if (left.requirements().isEmpty() || right.requirements().isEmpty()) continue;
                var all = new LinkedHashSet<Requirement>(left.requirements());
                all.addAll(right.requirements());
                terms.add(new Selector(new ArrayList<>(all)));
            }
        }
        return terms.isEmpty() ? List.of(Selector.NOTHING) : List.copyOf(terms);
    }
}
