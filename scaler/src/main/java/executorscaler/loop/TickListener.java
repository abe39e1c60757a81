package executorscaler.loop;

/** Somebody who reports ticks. Called on the loop's thread after each tick, so it must be quick and must not throw. */
@FunctionalInterface
public interface TickListener {

    void ticked(Tick tick);
}
