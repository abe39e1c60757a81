package executorscaler.report;

import executorscaler.report.Explanation.Cause;
import java.util.ArrayList;
import java.util.List;

/** An explanation for people: at most {@value #LINES} lines of {@value #WIDTH} columns, the thing to do in the last one. */
public final class WhyText {

    static final int WIDTH = 100;
    static final int LINES = 24;
    private static final String INDENT = " ".repeat(12);
    private static final int STEPS = 2;

    private WhyText() {}

    /** The lines, each ended. */
    public static String of(Explanation why) {
        var lines = new ArrayList<String>(wrapped("", "", why.sentence(), 2));
        lines.add("");
        for (var row : why.chain()) lines.add(clipped(label(row.label()) + row.words()));
        for (var step : why.doing().stream().limit(STEPS).toList()) lines.add(clipped(label("does") + step.words()));
        if (why.doing().size() > STEPS) lines.add(label("does") + "and " + Sentences.count(why.doing().size() - STEPS, "other step"));
        var end = new ArrayList<String>();
        if (!why.others().isEmpty()) end.add(clipped(label("also held") + others(why.others())));
        end.addAll(wrapped(label("next"), INDENT, next(why), 2));
        end.add("");
        end.addAll(wrapped("", "    ", why.advice().isEmpty() ? "Do nothing: it goes on by itself." : "To do: " + why.advice() + ".", 2));
        lines.addAll(why.blocker().map(cause -> blocker(cause, LINES - lines.size() - end.size())).orElse(List.of(label("held up") + "by nothing")));
        lines.addAll(end);
        return String.join("\n", lines) + "\n";
    }

    /** The reason whole, and where it has a line for each pool as many of them as there is room for. */
    private static List<String> blocker(Cause cause, int room) {
        var details = cause.reason().map(PlanText::details).orElse(List.of());
        var words = details.isEmpty() ? cause.words() : cause.words().substring(0, cause.words().indexOf(": ") + 1);
        var lines = new ArrayList<>(wrapped(label("held up"), INDENT, cause.kind() + " of " + cause.subject() + ": " + words, 4));
        int shown = details.size() <= room - lines.size() ? details.size() : Math.max(0, room - lines.size() - 1);
        for (var detail : details.subList(0, shown)) lines.add(clipped(INDENT + "  " + detail));
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

    /** Breaks at blanks; what does not fit on so many lines is cut off. */
    private static List<String> wrapped(String first, String others, String words, int most) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder(first);
        boolean empty = true;
        for (var word : words.split(" ", -1)) {
            if (!empty && line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(others);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        lines.add(line.toString());
        var kept = lines.subList(0, Math.min(most, lines.size())).stream().map(WhyText::clipped).toList();
        if (lines.size() <= most) return kept;
        var cut = new ArrayList<>(kept);
        cut.set(most - 1, clipped(cut.getLast() + " …" + " ".repeat(WIDTH)).stripTrailing());
        return cut;
    }

    private static String clipped(String line) {
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1) + "…";
    }
}
