package executorscaler.redis;

import executorscaler.redis.RedisTrouble.Step;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * The parts of {@code redis[s]://[user[:password]@]host[:port][/database]}. Read by hand, because {@link java.net.URI} knows no host with an
 * underscore in it, which Compose files are full of.
 *
 * @param user empty: the server's default user
 * @param password empty: none in the URL
 */
record RedisAddress(String host, int port, boolean tls, int database, String user, String password) {

    private static final int DEFAULT_PORT = 6379;

    /** @throws RedisTrouble of step ADDRESS, with words that do not repeat the URL's user info */
    static RedisAddress of(String url) throws RedisTrouble {
        boolean tls = url.startsWith("rediss://");
        if (!tls && !url.startsWith("redis://")) throw wrong("must begin with redis:// or rediss://");
        var rest = url.substring(tls ? 9 : 8);
        int query = rest.indexOf('?');
        if (query >= 0) rest = rest.substring(0, query);
        int at = rest.lastIndexOf('@');
        var userInfo = at < 0 ? "" : rest.substring(0, at);
        rest = rest.substring(at + 1);
        int slash = rest.indexOf('/');
        var database = slash < 0 ? "" : rest.substring(slash + 1);
        var hostPort = slash < 0 ? rest : rest.substring(0, slash);

        int bracket = hostPort.indexOf(']'); // [2001:db8::1]:6379
        int colon = hostPort.indexOf(':', Math.max(bracket, 0));
        var host = colon < 0 ? hostPort : hostPort.substring(0, colon);
        if (bracket > 0) host = host.substring(1, host.length() - 1);
        if (host.isEmpty()) throw wrong("names no host");
        int split = userInfo.indexOf(':');
        return new RedisAddress(host, colon < 0 ? DEFAULT_PORT : number("port", hostPort.substring(colon + 1), 65535), tls,
                database.isEmpty() ? 0 : number("database", database, Integer.MAX_VALUE), decode(split < 0 ? userInfo : userInfo.substring(0, split)),
                split < 0 ? "" : decode(userInfo.substring(split + 1)));
    }

    private static int number(String what, String text, int max) throws RedisTrouble {
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number <= max) return number;
        } catch (NumberFormatException notANumber) {
            throw new RedisTrouble(Step.ADDRESS, what + " must be a number, was '" + text + "'", notANumber);
        }
        throw wrong(what + " must be from 0 to " + max + ", was " + text);
    }

    private static String decode(String text) throws RedisTrouble {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8); // a plus in user info is a plus
        } catch (IllegalArgumentException incomplete) {
            throw wrong("user info holds a % that is not followed by two hex digits");
        }
    }

    private static RedisTrouble wrong(String rule) {
        return new RedisTrouble(Step.ADDRESS, rule, null);
    }

    String hostAndPort() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String toString() {
        return (tls ? "rediss://" : "redis://") + hostAndPort() + "/" + database;
    }
}
