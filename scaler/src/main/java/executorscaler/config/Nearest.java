package executorscaler.config;

import java.util.Collection;
import java.util.Locale;

/** What somebody may have meant who wrote a word that is not known. */
public final class Nearest {

    private Nearest() {}

    /** The known word most like an unknown one; empty when none is alike. */
    public static String of(String unknown, Collection<String> known) {
        var best = "";
        var bestDistance = Math.max(2, unknown.length() / 3) + 1;
        var lower = unknown.toLowerCase(Locale.ROOT);
        for (var word : known) {
            var candidate = word.toLowerCase(Locale.ROOT);
            // "password" means passwordFile although four letters are missing.
            var distance = candidate.startsWith(lower) && lower.length() > 2 ? 1 : distance(lower, candidate);
            if (distance < bestDistance) {
                best = word;
                bestDistance = distance;
            }
        }
        return best;
    }

    /** Levenshtein's distance: letters to insert, drop or replace. Two rows of the table are enough. */
    private static int distance(String a, String b) {
        if (Math.abs(a.length() - b.length()) > b.length()) return Integer.MAX_VALUE;
        var above = new int[b.length() + 1];
        for (int j = 0; j < above.length; j++) above[j] = j;
        for (int i = 1; i <= a.length(); i++) {
            var row = new int[above.length];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[b.length()];
    }
}
