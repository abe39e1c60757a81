package executorscaler.report;

import java.util.ArrayList;
import java.util.List;

/** Breaks words into lines. */
final class Lines {
    private Lines() {}

    /**
     * Lines of at most {@code width} characters: broken at blanks, and within a word that no line could hold.
     *
     * @param first what the first line begins with, shorter than a line
     * @param others what all others begin with, shorter than a line
     * @param most lines; what goes beyond is cut off, and the last one ends with an ellipsis
     */
    static List<String> wrapped(String first, String others, String words, int width, int most) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder(first);
        boolean begun = false;
        for (var word : words.split(" ", -1)) {
            if (begun && line.length() + 1 + word.length() > width && others.length() + word.length() <= width) {
                lines.add(line.toString().stripTrailing());
                line = new StringBuilder(others);
                begun = false;
            }
            if (!begun && !lines.isEmpty() && word.isEmpty()) continue; // no line begins with what stood between two words
            line.append(begun ? " " : "").append(word);
            begun = true;
            while (line.length() > width) {
                lines.add(line.substring(0, width));
                line = new StringBuilder(others).append(line.substring(width));
            }
        }
        lines.add(line.toString().stripTrailing());
        if (lines.size() <= most) return List.copyOf(lines);
        var kept = new ArrayList<>(lines.subList(0, most));
        var last = kept.getLast();
        kept.set(most - 1, last.length() < width - 1 ? last + " …" : last.substring(0, width - 1).stripTrailing() + "…");
        return kept;
    }
}
