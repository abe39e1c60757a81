package executorscaler.observe;

import executorscaler.config.Config;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Notice;
import java.time.Instant;
import java.util.List;

/** Reads what AWS says about instances: what another thread has received and nobody has deleted yet. */
@FunctionalInterface
public interface NoticeReader {

    /** Of a world in which AWS says nothing. */
    NoticeReader NOBODY = (_, _) -> new Notices(List.of(), List.of());

    Notices read(Config config, Instant now);

    /** Sorted by message; without a queue in the config, and where others read it, both are empty. */
    record Notices(List<Notice> notices, List<Missing> missing) {
        public Notices {
            notices = List.copyOf(notices);
            missing = List.copyOf(missing);
        }
    }
}
