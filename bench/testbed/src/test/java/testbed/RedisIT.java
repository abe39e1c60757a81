package testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A real Redis that can end and come back. */
@Tag("redis")
class RedisIT {
    @Test
    void comesBackOnItsPortWithOrWithoutWhatItHeld() {
        Path folder;
        try (TestBed bed = TestBed.plan().redis().start()) {
            folder = bed.directory();
            String url = bed.redisUrl();
            bed.redis("LPUSH", "jobs", "1:10");

            bed.killRedis();
            assertThatThrownBy(() -> bed.redis("PING")).isInstanceOf(UncheckedIOException.class);
            bed.startRedis();
            assertThat(bed.redis("LLEN", "jobs")).isEqualTo(1L);

            bed.startRedisEmpty();
            assertThat(bed.redis("LLEN", "jobs")).isEqualTo(0L);
            assertThat(bed.redisUrl()).isEqualTo(url);
            assertThatThrownBy(bed::kubeconfig).hasMessageContaining("CONTROL_PLANE");
        }
        assertThat(Files.exists(folder)).isFalse();
    }
}
