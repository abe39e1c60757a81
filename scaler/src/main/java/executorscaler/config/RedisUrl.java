package executorscaler.config;

import java.net.URI;
import java.net.URISyntaxException;

/** The rule for Redis URLs. Its complaints never repeat what stands before an {@code @}: that may be a password. */
final class RedisUrl {

    private static final int DEFAULT_PORT = 6379;

    private RedisUrl() {}

    /** What is wrong with the URL; empty: nothing. */
    static String complaint(String text) {
        var shown = ", was '" + YamlValue.printable(text.replaceFirst("//.*@", "//…@")) + "'";
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            return "must be redis://[user@]host:port/db" + shown;
        }
        if (!"redis".equals(url.getScheme()) && !"rediss".equals(url.getScheme())) return "must start with redis:// or rediss://" + shown;
        var authority = url.getRawAuthority();
        if (authority != null && authority.contains("@") && authority.substring(0, authority.lastIndexOf('@')).contains(":")) {
            return "must not hold a password: put it in passwordFile";
        }
        if (url.getHost() == null) return "must name a host" + shown;
        if (url.getPort() == 0 || url.getPort() > 65535) return "must have a port from 1 to 65535, was " + url.getPort();
        var path = url.getRawPath() == null ? "" : url.getRawPath();
        if (!path.matches("(/([0-9]{1,4})?)?")) return "must end in a database number" + shown;
        if (url.getRawQuery() != null || url.getRawFragment() != null) return "must not have a query or fragment" + shown;
        return "";
    }

    /** The same URL with its port said, for clients that know no default. */
    static String withPort(String valid) {
        var url = URI.create(valid);
        if (url.getPort() > 0) return valid;
        var user = url.getRawUserInfo() == null ? "" : url.getRawUserInfo() + "@";
        return url.getScheme() + "://" + user + url.getHost() + ":" + DEFAULT_PORT + url.getRawPath();
    }

    static boolean namesUser(String valid) {
        var user = URI.create(valid).getRawUserInfo();
        return user != null && !user.isEmpty();
    }
}
