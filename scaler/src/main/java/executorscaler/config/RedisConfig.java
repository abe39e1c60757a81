package executorscaler.config;

/**
 * Where the queues are.
 *
 * @param url {@code redis://[user@]host:port/db} or {@code rediss://}; a password belongs in a file
 * @param usernameFile file with the ACL user, re-read when it changes; empty: none
 * @param passwordFile file with the password, re-read when it changes; empty: none
 * @param caFile PEM bundle that the server's certificate must chain to; empty: the JDK's trust store
 * @param timeoutMillis for connecting and for one round trip
 */
public record RedisConfig(String url, String usernameFile, String passwordFile, String caFile, int timeoutMillis) {

    /** Default of {@link #timeoutMillis()}. */
    public static final int DEFAULT_TIMEOUT_MILLIS = 1000;

    public RedisConfig {
        if (timeoutMillis < 1) throw new IllegalArgumentException("redis.timeoutMillis must be at least 1, was " + timeoutMillis);
    }

    /** The URL without user and password, fit for any output. */
    public String display() {
        return url.replaceFirst("://[^@/]*@", "://");
    }

    @Override
    public String toString() {
        return "RedisConfig[" + display() + "]";
    }
}
