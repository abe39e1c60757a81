package executorscaler.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What makes one text into another, line by line: {@code =12,30} takes thirty lines of the old one from its line 12 on (the first is 0), {@code +...} is a new line.
 * Neighbouring states of the page differ in a few lines, so this is what is kept of them and what goes over the wire.
 */
final class LineDelta {

    private LineDelta() {}

    /** The lines that make {@code old} into {@code next}. */
    static List<String> between(List<String> old, List<String> next) {
        Map<String, Integer> places = HashMap.newHashMap(old.size());
        for (int i = old.size() - 1; i >= 0; i--) places.put(old.get(i), i);
        var delta = new ArrayList<String>();
        int from = 0; // the copy that is open: these lines of the old text
        int count = 0;
        for (var line : next) {
            int follows = from + count;
            if (count > 0 && is(old, follows, line)) {
                count++;
                continue;
            }
            if (count > 0) delta.add("=" + from + "," + count);
            // After a line that is new, or is gone, or is another, the old text usually goes on.
            Integer place = is(old, follows, line)
                    ? Integer.valueOf(follows)
                    : is(old, follows + 1, line) ? Integer.valueOf(follows + 1) : places.get(line);
            if (place == null) delta.add("+" + line);
            from = place == null ? follows : place;
            count = place == null ? 0 : 1;
        }
        if (count > 0) delta.add("=" + from + "," + count);
        return delta;
    }

    private static boolean is(List<String> lines, int place, String line) {
        return place < lines.size() && lines.get(place).equals(line);
    }

    /** The new text. */
    static List<String> applied(List<String> old, List<String> delta) {
        var next = new ArrayList<String>();
        for (var line : delta) {
            if (line.charAt(0) == '+') {
                next.add(line.substring(1));
            } else {
                int comma = line.indexOf(',');
                int from = Integer.parseInt(line, 1, comma, 10);
                next.addAll(old.subList(from, from + Integer.parseInt(line, comma + 1, line.length(), 10)));
            }
        }
        return next;
    }
}
