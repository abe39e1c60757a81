package executorscaler.config;

import java.util.regex.Pattern;

/** What a text must look like. */
@FunctionalInterface
public interface Rule {

    /** What is wrong with the text; empty: nothing. */
    String complaint(String text);

    /** Anything but blanks. */
    Rule NOT_EMPTY = text -> text.isBlank() ? "must not be empty" : "";

    /** Anything. */
    Rule ANY = text -> "";

    /** RFC 1123 label: namespaces and, as we ask for it, every name that becomes a metric label. */
    Rule DNS_LABEL = matching("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?",
            "must be a DNS label (1 to 63 lower-case letters, digits and inner dashes)");

    /** A Deployment and its namespace. */
    Rule NAMESPACED_NAME = text -> {
        var parts = text.split("/", -1);
        if (parts.length != 2) return "must be namespace/name, was '" + YamlValue.printable(text) + "'";
        var complaint = DNS_LABEL.complaint(parts[0]);
        return complaint.isEmpty() ? DNS_LABEL.complaint(parts[1]) : complaint;
    };

    /** Kubernetes' qualified name: an optional DNS subdomain and a slash, then a name. */
    Rule LABEL_KEY = text -> {
        var slash = text.indexOf('/');
        var prefix = slash < 0 ? "" : text.substring(0, slash);
        var name = text.substring(slash + 1);
        boolean prefixFits = slash < 0 || (prefix.length() <= 253 && Patterns.DNS_SUBDOMAIN.matcher(prefix).matches());
        boolean nameFits = name.length() <= 63 && Patterns.LABEL_NAME.matcher(name).matches();
        return prefixFits && nameFits ? "" : "is no label key ([domain/]name of at most 63 letters, digits, '-', '_', '.')";
    };

    /** Kubernetes' label value, which a taint's value must be as well. */
    Rule LABEL_VALUE = text -> text.isEmpty() || (text.length() <= 63 && Patterns.LABEL_NAME.matcher(text).matches())
            ? ""
            : "must be a label value (at most 63 letters, digits, '-', '_', '.', a letter or digit at both ends), was '"
                    + YamlValue.printable(text) + "'";

    /** Family, dot, size: {@code c5.2xlarge}, {@code u-6tb1.metal}. */
    Rule INSTANCE_TYPE = matching("[a-z][a-z0-9-]{0,30}\\.[a-z0-9-]{1,30}", "must be an EC2 instance type such as c5.2xlarge");

    /** An Auto Scaling Group's name. */
    Rule GROUP_NAME = text -> {
        if (text.isBlank()) return "must not be empty";
        if (text.startsWith("arn:")) return "must be the group's name, not its ARN";
        return text.length() <= 255 && text.indexOf(':') < 0
                ? ""
                : "must be at most 255 characters without ':', was '" + YamlValue.printable(text) + "'";
    };

    /** An AWS tag, {@code key} or {@code key=value}: at most 128 and 256 characters. */
    Rule TAG = text -> {
        var parts = text.split("=", 2);
        boolean fits = !parts[0].isBlank() && parts[0].length() <= 128 && (parts.length < 2 || parts[1].length() <= 256);
        return fits ? "" : "must be a tag's key of 1 to 128 characters, or key=value, was '" + YamlValue.printable(text) + "'";
    };

    private static Rule matching(String regex, String rule) {
        var pattern = Pattern.compile(regex);
        return text -> pattern.matcher(text).matches() ? "" : rule + ", was '" + YamlValue.printable(text) + "'";
    }

    /** Patterns that more than one rule needs. Lengths are checked first. */
    final class Patterns {
        static final Pattern LABEL_NAME = Pattern.compile("[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?");
        static final Pattern DNS_SUBDOMAIN = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

        private Patterns() {}
    }
}
