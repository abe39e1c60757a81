package executorscaler.config;

import java.time.Instant;
import java.util.List;

/** Where the loop takes its config from at the start of every tick. */
public interface ConfigSource {

    /** The config in force, and what is wrong with the newest text where that was rejected (rule S15: the last good one stays). */
    State current();

    /**
     * The config in force and the state of the newest text.
     *
     * @param config in force
     * @param generation counts accepted configs from 1
     * @param rejected problems of the newest text; empty when it is in force
     * @param since when the newest text was first seen
     */
    record State(Config config, long generation, List<Problem> rejected, Instant since) {
        public State {
            rejected = List.copyOf(rejected);
        }

        /** The same with this config in force. */
        public State with(Config completed) {
            return new State(completed, generation, rejected, since);
        }
    }
}
