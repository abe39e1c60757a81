package executorscaler.cli;

import executorscaler.loop.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Notices that a demonstration runs behind its own clock: where the machine is busy, a moment by which the world is late is many seconds of the world. One
 * thread.
 */
final class DemoLag {

    /** So much of the world's time can be seen on the page. */
    private static final Duration WORTH_TELLING = Duration.ofSeconds(5);

    /** Of the machine's time: whoever has read it does not need it with every step. */
    private static final Duration AT_MOST_EVERY = Duration.ofMinutes(1);

    private final Clock machine;
    private final int speed;
    private final Duration step;
    private final Consumer<String> out;
    private Duration before;
    private Duration quietUntil;

    /**
     * From now on.
     *
     * @param machine real time, as its monotonic clock shows it
     * @param step of real time, from one step of the world to the next
     */
    DemoLag(Clock machine, int speed, Duration step, Consumer<String> out) {
        this.machine = machine;
        this.speed = speed;
        this.step = step;
        this.out = out;
        before = machine.elapsed();
        quietUntil = before;
    }

    /** To be called at each step of the world. */
    void stepped() {
        var now = machine.elapsed();
        var late = now.minus(before).minus(step);
        before = now;
        var lateInTheWorld = late.multipliedBy(speed);
        if (lateInTheWorld.compareTo(WORTH_TELLING) < 0 || now.compareTo(quietUntil) < 0) return;
        quietUntil = now.plus(AT_MOST_EVERY);
        out.accept(String.format(Locale.ROOT, "This machine is busy: the demo was %.1f s late, which is %d s of its own time%s", seconds(late),
                lateInTheWorld.toSeconds(), speed > 1 ? "; --speed " + Math.max(1, speed / 4) + " goes slower." : "."));
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}
