package executorscaler.cli.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Charts as inline SVG: step lines, stacked areas, and bars. Nothing in them comes from elsewhere, and all words are escaped. */
final class Chart {

    private static final int WIDTH = 860;
    private static final int HEIGHT = 220;
    private static final int LEFT = 56;
    private static final int BOTTOM = 26;
    private static final int TOP = 12;
    private static final int RIGHT = 12;
    private static final int TICKS = 4;

    /**
     * A row of values, equally far apart.
     *
     * @param style a CSS class: {@code s0} to {@code s7}
     */
    record Series(String name, String style, List<Double> values) {
        Series {
            values = List.copyOf(values);
        }
    }

    private Chart() {}

    /** Each value holds until the next. */
    static String steps(String title, List<Series> all, double hours) {
        double most = all.stream().flatMap(series -> series.values().stream()).mapToDouble(Double::doubleValue).max().orElse(0);
        var body = new StringBuilder();
        for (var series : all) {
            var path = new StringBuilder();
            for (int i = 0; i < series.values().size(); i++) {
                double x = x(i, series.values().size());
                double y = y(series.values().get(i), top(most));
                path.append(i == 0 ? "M" : "H").append(number(x)).append(i == 0 ? " " + number(y) : "V" + number(y));
            }
            path.append('H').append(WIDTH - RIGHT);
            body.append("<path class=\"line ").append(series.style()).append("\" d=\"").append(path).append("\"/>");
        }
        return frame(title, body.toString(), top(most), hours, all);
    }

    /** The values of all series on top of each other. */
    static String areas(String title, List<Series> all, double hours) {
        int count = all.isEmpty() ? 0 : all.getFirst().values().size();
        var sums = new ArrayList<double[]>(); // sums[s][i]: the first s series together
        sums.add(new double[count]);
        for (var series : all) {
            var below = sums.getLast();
            var sum = below.clone();
            for (int i = 0; i < count; i++) sum[i] += series.values().get(i);
            sums.add(sum);
        }
        double most = 0;
        for (double value : sums.getLast()) most = Math.max(most, value);
        var body = new StringBuilder();
        for (int s = 0; s < all.size() && count > 0; s++) {
            var path = new StringBuilder("M" + LEFT + " " + number(y(sums.get(s + 1)[0], top(most))));
            for (int i = 0; i < count; i++) path.append('H').append(number(x(i, count))).append('V').append(number(y(sums.get(s + 1)[i], top(most))));
            path.append('H').append(WIDTH - RIGHT).append('V').append(number(y(sums.get(s)[count - 1], top(most))));
            for (int i = count - 1; i >= 0; i--)
                path.append('V').append(number(y(sums.get(s)[i], top(most)))).append('H').append(number(x(i, count)));
            body.append("<path class=\"area ").append(all.get(s).style()).append("\" d=\"").append(path).append("Z\"/>");
        }
        return frame(title, body.toString(), top(most), hours, all);
    }

    /** Bars beside each other for each label. */
    static String bars(String title, List<String> labels, List<Series> all) {
        double most = all.stream().flatMap(series -> series.values().stream()).mapToDouble(Double::doubleValue).max().orElse(0);
        double slot = (WIDTH - LEFT - RIGHT) / (double) Math.max(1, labels.size());
        double bar = slot * 0.7 / Math.max(1, all.size());
        var body = new StringBuilder();
        for (int l = 0; l < labels.size(); l++) {
            for (int s = 0; s < all.size(); s++) {
                double value = all.get(s).values().get(l);
                double y = y(value, top(most));
                body.append("<rect class=\"bar ").append(all.get(s).style()).append("\" x=\"").append(number(LEFT + l * slot + slot * 0.15 + s * bar))
                        .append("\" y=\"").append(number(y)).append("\" width=\"").append(number(bar * 0.95)).append("\" height=\"")
                        .append(number(HEIGHT - BOTTOM - y)).append("\"><title>").append(escaped(labels.get(l) + ": " + number(value)))
                        .append("</title></rect>");
            }
            body.append(word(LEFT + l * slot + slot / 2, HEIGHT - 8, "middle", labels.get(l)));
        }
        return svg(title, body + values(top(most)), all);
    }

    private static String frame(String title, String body, double top, double hours, List<Series> all) {
        var marks = new StringBuilder(body).append(values(top));
        for (int i = 0; i <= 6; i++)
            marks.append(word(LEFT + (WIDTH - LEFT - RIGHT) * i / 6.0, HEIGHT - 8, i == 0 ? "start" : i == 6 ? "end" : "middle",
                    number(hours * i / 6) + " h"));
        return svg(title, marks.toString(), all);
    }

    private static String values(double top) {
        var lines = new StringBuilder();
        for (int i = 0; i <= TICKS; i++) {
            double value = top * i / TICKS;
            double y = y(value, top);
            lines.append("<path class=\"grid\" d=\"M").append(LEFT).append(' ').append(number(y)).append('H').append(WIDTH - RIGHT).append("\"/>")
                    .append(word(LEFT - 6, y + 4, "end", number(value)));
        }
        return lines.toString();
    }

    private static String svg(String title, String body, List<Series> all) {
        var legend = new StringBuilder();
        for (var series : all)
            legend.append("<span class=\"key ").append(series.style()).append("\"></span>").append(escaped(series.name())).append(' ');
        return "<figure><figcaption>" + escaped(title) + "<span class=\"legend\">" + legend + "</span></figcaption><svg viewBox=\"0 0 " + WIDTH + ' '
                + HEIGHT + "\" role=\"img\" aria-label=\"" + escaped(title) + "\">" + body + "</svg></figure>";
    }

    private static String word(double x, double y, String anchor, String word) {
        return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\">" + escaped(word) + "</text>";
    }

    /** The next round number: 1, 2 or 5 times a power of ten, so that the marks are round too. */
    static double top(double most) {
        if (most <= TICKS) return TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(most)));
        for (double factor : new double[]{1, 2, 4, 5, 8, 10}) {
            if (most <= factor * power) return factor * power;
        }
        return 10 * power;
    }

    private static double x(int i, int count) {
        return LEFT + (WIDTH - LEFT - RIGHT) * i / (double) Math.max(1, count);
    }

    private static double y(double value, double top) {
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top;
    }

    private static String number(double value) {
        var text = String.format(Locale.ROOT, "%.2f", value);
        return text.replaceFirst("\\.?0+$", "");
    }

    /** Text that no browser takes for markup. */
    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;").replace("'", "&#39;");
    }
}
