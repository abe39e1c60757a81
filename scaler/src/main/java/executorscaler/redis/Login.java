package executorscaler.redis;

import executorscaler.config.RedisConfig;
import executorscaler.redis.RedisTrouble.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Who we are to Redis.
 *
 * @param user empty: the server's default user
 * @param password empty: no AUTH at all
 */
record Login(String user, String password) {

    /**
     * Takes the files where there are any, else the URL's user info. Read anew for every connection, so a rotated secret is in use from the next
     * connection on; Redis keeps connections that were opened with the old one.
     */
    static Login of(RedisConfig config, RedisAddress address) throws RedisTrouble {
        return new Login(config.usernameFile().isEmpty() ? address.user() : content(config.usernameFile()),
                config.passwordFile().isEmpty() ? address.password() : content(config.passwordFile()));
    }

    private static String content(String file) throws RedisTrouble {
        try {
            return Files.readString(Path.of(file)).stripTrailing(); // editors and `echo` end a file with a newline
        } catch (NoSuchFileException absent) {
            throw new RedisTrouble(Step.FILES, file + " does not exist", absent);
        } catch (IOException unreadable) {
            throw new RedisTrouble(Step.FILES, file + " cannot be read: " + RedisTrouble.said(unreadable), unreadable);
        }
    }

    @Override
    public String toString() {
        return "Login[" + (user.isEmpty() ? "default user" : user) + "]";
    }
}
