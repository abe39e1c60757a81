package executorscaler.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a Redis URL says. */
@Tag("unit")
class RedisAddressTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource({"redis://queue, queue, 6379, false, 0, '', ''", "redis://queue:7000/2, queue, 7000, false, 2, '', ''",
            "rediss://queue.prod.svc/, queue.prod.svc, 6379, true, 0, '', ''", "redis://me@my_redis:1, my_redis, 1, false, 0, me, ''",
            "redis://:p%40ss@h, h, 6379, false, 0, '', p@ss", "redis://me:a:b+c@h, h, 6379, false, 0, me, a:b+c",
            "redis://[2001:db8::1]:7000/1, 2001:db8::1, 7000, false, 1, '', ''", "redis://h/1?x=y, h, 6379, false, 1, '', ''"})
    void aUrlIsTakenApart(String url, String host, int port, boolean tls, int database, String user, String password) throws RedisTrouble {
        assertThat(RedisAddress.of(url)).isEqualTo(new RedisAddress(host, port, tls, database, user, password));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"http://h, redis.url: must begin with redis:// or rediss://", "redis://, redis.url: names no host",
            "redis://h:x, 'redis.url: port must be a number, was ''x'''", "redis://h:70000, 'redis.url: port must be from 0 to 65535, was 70000'",
            "redis://h/a, 'redis.url: database must be a number, was ''a'''"})
    void aUrlThatIsNoneSaysWhy(String url, String words) {
        assertThatThrownBy(() -> RedisAddress.of(url)).isInstanceOf(RedisTrouble.class).hasMessage(words);
    }

    @Test
    void thePasswordIsNeverShown() throws RedisTrouble {
        assertThat(RedisAddress.of("redis://me:secret@h")).asString().doesNotContain("secret");
        assertThat(new Login("me", "secret")).asString().doesNotContain("secret");
    }
}
