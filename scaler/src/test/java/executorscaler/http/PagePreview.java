package executorscaler.http;

import executorscaler.loop.Clock;
import executorscaler.loop.TickListener;
import executorscaler.report.Health;
import executorscaler.report.TickHistory;
import executorscaler.report.TickLog;
import executorscaler.report.TickMetrics;
import executorscaler.sim.DemoStory;
import executorscaler.sim.NaiveLoop;
import executorscaler.sim.PlatformConfig;
import executorscaler.sim.SimClock;
import executorscaler.sim.SimWorld;
import executorscaler.snapshot.Missing.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Shows the page with a simulated world behind it, for looking at: {@code PagePreview port secondsToRunAhead speed [redis-down]}. */
public final class PagePreview {
    private PagePreview() {}

    public static void main(String[] args) throws InterruptedException {
        int port = Integer.parseInt(args[0]);
        var ahead = Duration.ofSeconds(Long.parseLong(args[1]));
        double speed = Double.parseDouble(args[2]);
        var history = new TickHistory();
        var metrics = new TickMetrics();
        var health = new Health(Clock.system(), Duration.ofSeconds(10));
        var listeners = List.<TickListener>of(new TickLog(), history, metrics, health);
        var config = PlatformConfig.config();
        // A clock that runs cannot jump: what is wanted ahead is run by hand first, and a slow clock goes on from there.
        var clock = speed > 0 ? SimClock.scaled(Instant.now(), speed, Clock.system()) : SimClock.byHand(Instant.parse("2026-01-05T09:00:00Z"));
        var world = SimWorld.of(config).platform().clock(clock).build();
        DemoStory.standard("executor").happenIn(world);
        var loop = new NaiveLoop(world, config, "compute-optimized", tick -> listeners.forEach(listener -> listener.ticked(tick)));
        if (speed <= 0) {
            for (var end = clock.start().plus(ahead); clock.now().isBefore(end);) {
                loop.tick();
                world.advance(Duration.ofSeconds(1));
            }
        }
        if (args.length > 3) {
            world.fail(Source.REDIS, "connection refused: redis/10.0.0.7:6379");
            world.advance(Duration.ofSeconds(speed > 0 ? 0 : 12));
        }
        try (var api = new HttpApi(new HttpSettings("127.0.0.1", port), history, metrics, health)) {
            System.out.println("http://127.0.0.1:" + api.port());
            while (true) {
                loop.tick();
                Thread.sleep(50);
            }
        }
    }
}
