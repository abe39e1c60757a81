package executorscaler.report;

import executorscaler.report.Explanation.Cause;
import java.util.ArrayList;
import java.util.List;

/**
 * An explanation for people: at most {@value #LINES} lines of {@value #WIDTH} columns, the thing to do in the last one. Words go on in the next line; where there is
 * too little room for all of them, the chain gives way first, and the reason last.
 */
public final class WhyText {

    static final int WIDTH = 100;
    static final int LINES = 24;
    private static final String INDENT = " ".repeat(12);
    private static final int STEPS = 2;

    private WhyText() {}

    /** The lines, each ended. */
    public static String of(Explanation why) {
        var above = new ArrayList<Part>();
        above.add(new Part(3, 3, "", "", why.sentence()));
        above.add(new Part(0, 1, "", "", ""));
        for (var row : why.chain()) above.add(new Part(5, 3, label(row.label()), INDENT, row.words()));
        for (var step : why.doing().stream().limit(STEPS).toList()) above.add(new Part(4, 4, label("does"), INDENT, step.words()));
        if (why.doing().size() > STEPS)
            above.add(new Part(4, 1, label("does"), INDENT, "and " + Sentences.count(why.doing().size() - STEPS, "other step")));
        var below = new ArrayList<Part>();
        if (!why.others().isEmpty()) below.add(new Part(6, 2, label("also held"), INDENT, others(why.others())));
        below.add(new Part(2, 2, label("next"), INDENT, next(why)));
        below.add(new Part(0, 1, "", "", ""));
        below.add(new Part(1, 3, "", "    ", why.advice().isEmpty() ? "Do nothing: it goes on by itself." : "To do: " + why.advice() + "."));

        int room = LINES - above.size() - below.size();
        int most = room > 8 ? room - 2 : room; // something is left for what to do
        var blocker = why.blocker().map(cause -> blocker(cause, most)).orElse(List.of(label("held up") + "by nothing"));
        var all = new ArrayList<>(above);
        all.addAll(below);
        Part.share(all, room - blocker.size());
        var lines = new ArrayList<String>();
        above.forEach(part -> lines.addAll(part.lines()));
        lines.addAll(blocker);
        below.forEach(part -> lines.addAll(part.lines()));
        return String.join("\n", lines) + "\n";
    }

    /** The reason whole, and where it has a line for each pool as many of them as there is room for. */
    private static List<String> blocker(Cause cause, int room) {
        var details = cause.reason().map(PlanText::details).orElse(List.of());
        var words = details.isEmpty() ? cause.words() : cause.words().substring(0, cause.words().indexOf(": ") + 1);
        var lines = new ArrayList<>(Lines.wrapped(label("held up"), INDENT, cause.kind() + " of " + cause.subject() + ": " + words, WIDTH,
                Math.min(details.isEmpty() ? 8 : 4, room)));
        int shown = 0;
        for (var detail : details) {
            boolean last = shown == details.size() - 1;
            int most = room - lines.size() - (last ? 0 : 1); // a line for how many others there are
            var all = Lines.wrapped(INDENT + "  ", INDENT + "    ", detail, WIDTH, Integer.MAX_VALUE);
            if (all.size() > most && (shown > 0 || most < 1)) break;
            lines.addAll(all.size() > most ? Lines.wrapped(INDENT + "  ", INDENT + "    ", detail, WIDTH, most) : all);
            shown++;
        }
        if (shown < details.size() && lines.size() < room) lines.add(INDENT + "  and " + Sentences.count(details.size() - shown, "other pool"));
        return lines;
    }

    private static String next(Explanation why) {
        return why.next().at().map(time -> "at " + Sentences.at(time) + ", ").orElse("") + why.next().words();
    }

    private static String others(List<Cause> others) {
        var first = others.getFirst();
        var rest = others.size() == 1 ? "" : ", and " + (others.size() - 1) + " more";
        return first.kind() + " of " + first.subject() + rest;
    }

    private static String label(String label) {
        return "  " + label + " ".repeat(Math.max(1, INDENT.length() - 2 - label.length()));
    }

    /** Words that have a line of their own, and more lines where there is room. */
    private static final class Part {

        private final int rank; // who is served first
        private final int most;
        private final String first;
        private final String others;
        private final String words;
        private int granted = 1;

        Part(int rank, int most, String first, String others, String words) {
            this.rank = rank;
            this.most = most;
            this.first = first;
            this.others = others;
            this.words = words;
        }

        /** Gives away so many lines more than one for each part. */
        static void share(List<Part> parts, int lines) {
            int left = Math.max(0, lines);
            for (var part : parts.stream().sorted((one, other) -> Integer.compare(one.rank, other.rank)).toList()) {
                int more = Math.min(left, Lines.wrapped(part.first, part.others, part.words, WIDTH, part.most).size() - 1);
                part.granted += more;
                left -= more;
            }
        }

        List<String> lines() {
            return Lines.wrapped(first, others, words, WIDTH, granted);
        }
    }
}
