package executorscaler.report;

import executorscaler.act.Outcome;
import executorscaler.act.Performed;
import executorscaler.config.Allowance;
import executorscaler.config.Config;
import executorscaler.loop.Role;
import executorscaler.loop.Tick;
import executorscaler.loop.TickListener;
import executorscaler.plan.Plan;
import executorscaler.snapshot.Missing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One line for each thing done, and one for the tick that did it; what is held back, what fails and what cannot be read, once when it begins and once when it ends: the loop tries again in
 * every tick, and a right that is missing for an hour must not fill the log with it.
 */
public final class TickLog implements TickListener {
    /** A step that failed, and was not tried since for so long, has no end to tell of. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(1);

    private final Logger log;
    private SortedMap<String, Began> held = new TreeMap<>(); // by subject and kind of reason; the loop's thread only
    private SortedMap<String, Missing> missing = new TreeMap<>(); // by source and subject; the loop's thread only
    private final SortedMap<String, Failing> failing = new TreeMap<>(); // by subject and kind of action; the loop's thread only
    private long rejectedProblems;
    private long generation;
    private Optional<Config> given = Optional.empty(); // what was in force before
    private String role = "";

    /** What is held, and since which tick. */
    private record Began(Instant at, Plan.Held held) {}

    /** A step that fails again and again with the same words. */
    private record Failing(Instant since, Instant last, long attempts, String words) {}

    public TickLog() {
        this(LoggerFactory.getLogger("executorscaler"));
    }

    TickLog(Logger log) {
        this.log = log;
    }

    @Override
    public void ticked(Tick tick) {
        role(tick);
        config(tick);
        sources(tick);
        tick.performed().forEach(done -> {
            var action = done.step().action();
            line(level(tick, done), tick, action.subject()).addKeyValue("kind", action.getClass().getSimpleName())
                    .addKeyValue("outcome", done.outcome().getClass().getSimpleName())
                    .addKeyValue("reason", done.step().why().getClass().getSimpleName())
                    .addKeyValue("ms", done.took().toMillis())
                    .log("{}: {} ({})", Sentences.of(done.step().action()), Sentences.of(done.outcome()), Sentences.of(done.step().why()));
        });
        turn(tick);
        tick.findings().forEach(finding -> line(Level.ERROR, tick, finding.step().action().subject()).addKeyValue("rule", finding.rule())
                .log("SAFETY {}: {} - removed: {}", finding.rule(), finding.finding(), Sentences.of(finding.step().action())));
        failing.values().removeIf(one -> one.last().plus(FORGOTTEN).isBefore(tick.snapshot().takenAt()));
        held(tick);
    }

    /** One line for a tick that changed something: how much, and how long it took. */
    private void turn(Tick tick) {
        long done = tick.performed().stream().filter(one -> one.outcome() instanceof Outcome.Done).count();
        if (done == 0) return;
        var took = tick.durations();
        log.atInfo().addKeyValue("tick", tick.number()).addKeyValue("done", done).addKeyValue("notDone", tick.performed().size() - done)
                .addKeyValue("observeMs", took.observe().toMillis()).addKeyValue("decideMs", took.decide().toMillis())
                .addKeyValue("actMs", took.act().toMillis())
                .log("tick {}: {} done, {} not; observed in {} ms, decided in {} ms, acted in {} ms", tick.number(), done,
                        tick.performed().size() - done, took.observe().toMillis(), took.decide().toMillis(), took.act().toMillis());
    }

    /** A follower that cannot have the Lease writes nothing, and nobody may: worth a warning. */
    private void role(Tick tick) {
        var words = Sentences.of(tick.role());
        if (words.equals(role)) return;
        boolean alarming = tick.role() instanceof Role.Follower follower && !follower.trouble().isEmpty();
        log.atLevel(alarming ? Level.WARN : Level.INFO).addKeyValue("role", tick.role().getClass().getSimpleName()).log("{}", words);
        role = words;
    }

    private void config(Tick tick) {
        var config = tick.config();
        if (config.generation() != generation) {
            var differs = given.map(before -> ": " + ConfigText.difference(before, config.config())).orElse("");
            log.atInfo().addKeyValue("generation", config.generation()).log("config {} is in force{}", config.generation(), differs);
            generation = config.generation();
            var lost = given.map(before -> Allowance.lost(before, config.config())).orElse(List.of());
            if (!lost.isEmpty())
                log.atWarn().log("config {} allows less: {}. What is there goes when it is idle", config.generation(), String.join("; ", lost));
            given = Optional.of(config.config());
        }
        long problems = config.rejected().hashCode();
        if (problems != rejectedProblems && !config.rejected().isEmpty()) {
            log.atWarn().log("the newest config is rejected, the last good one stays: {}", config.rejected());
        }
        rejectedProblems = problems;
    }

    private void sources(Tick tick) {
        var now = new TreeMap<String, Missing>();
        tick.snapshot().missing().forEach(one -> now.put(one.source() + "/" + one.subject(), one));
        now.forEach((key, one) -> {
            if (!missing.containsKey(key)) {
                log.atWarn().addKeyValue("source", one.source()).log("{} missing since {}: {}", name(one), Sentences.at(one.since()), one.error());
            }
        });
        missing.forEach((key, one) -> {
            if (!now.containsKey(key)) {
                var gone = Duration.between(one.since(), tick.snapshot().takenAt());
                log.atInfo().addKeyValue("source", one.source()).log("{} is back after {} s", name(one), gone.toSeconds());
            }
        });
        missing = now;
    }

    private void held(Tick tick) {
        var now = new TreeMap<String, Began>();
        for (var one : tick.plan().held()) {
            var key = one.subject() + " " + one.why().getClass().getSimpleName();
            var began = held.get(key);
            now.put(key, new Began(began == null ? tick.snapshot().takenAt() : began.at(), one));
            if (began == null) {
                line(level(one), tick, one.subject()).addKeyValue("reason", one.why().getClass().getSimpleName())
                        .log("{} held: {}", one.subject(), Sentences.of(one.why()));
            }
        }
        held.forEach((key, began) -> {
            if (!now.containsKey(key)) {
                var was = began.held();
                var after = Duration.between(began.at(), tick.snapshot().takenAt());
                line(level(was) == Level.WARN ? Level.INFO : level(was), tick, was.subject())
                        .addKeyValue("reason", was.why().getClass().getSimpleName())
                        .log("{} no longer held by {}, after {} s", was.subject(), was.why().getClass().getSimpleName(), after.toSeconds());
            }
        });
        held = now;
    }

    private org.slf4j.spi.LoggingEventBuilder line(Level level, Tick tick, String subject) {
        return log.atLevel(level).addKeyValue("tick", tick.number()).addKeyValue("subject", subject);
    }

    private static Level level(Plan.Held held) {
        return switch (Weight.of(held.why())) {
            case ROUTINE -> Level.DEBUG;
            case NOTABLE -> Level.INFO;
            case ALARMING -> Level.WARN;
        };
    }

    private Level level(Tick tick, Performed done) {
        var key = done.step().action().subject() + " " + done.step().action().getClass().getSimpleName();
        return switch (done.outcome()) {
            case Outcome.Done _ -> {
                var was = failing.remove(key);
                if (was != null) {
                    line(Level.INFO, tick, done.step().action().subject()).log("{} works again after {} s, {} attempts failed", key,
                            Duration.between(was.since(), tick.snapshot().takenAt()).toSeconds(), was.attempts());
                }
                yield Level.INFO;
            }
            case Outcome.Stale _ -> Level.INFO;
            case Outcome.Refused _,Outcome.Failed _ -> {
                var now = tick.snapshot().takenAt();
                var words = Sentences.of(done.outcome());
                var was = failing.get(key);
                boolean known = was != null && was.words().equals(words);
                failing.put(key, new Failing(was == null ? now : was.since(), now, was == null ? 1 : was.attempts() + 1, words));
                yield known ? Level.DEBUG : Level.WARN;
            }
        };
    }

    private static String name(Missing missing) {
        return Sentences.name(missing.source()) + (missing.subject().isEmpty() ? "" : " (" + missing.subject() + ")");
    }
}
