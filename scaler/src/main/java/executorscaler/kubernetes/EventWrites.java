package executorscaler.kubernetes;

import executorscaler.act.ClusterEvent;
import executorscaler.act.EventWriter;
import executorscaler.act.WriteGate;
import executorscaler.loop.Clock;
import executorscaler.snapshot.Author;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events by events.k8s.io/v1, one at a time on a thread of their own. What happens again within half an hour is the series of the event that is there (API
 * reference, "Event": {@code series}), not another one. Without the right nothing is told but a line in the log.
 */
public final class EventWrites implements EventWriter, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventWrites.class);
    private static final Duration CALL = Duration.ofSeconds(3);
    private static final Duration ONE_SERIES = Duration.ofMinutes(30); // the API server forgets an event after an hour
    private static final int WAITING = 1_000; // hundreds of nodes may be closed in one tick
    private static final int REMEMBERED = 1_000;
    private static final int LONGEST_NOTE = 1000; // the API takes fewer than 1,024 bytes
    private static final DateTimeFormatter MICRO_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final Api api;
    private final Clock clock;
    private final ArrayBlockingQueue<ClusterEvent> waiting = new ArrayBlockingQueue<>(WAITING);
    private final Map<ClusterEvent, Series> told = new LinkedHashMap<>(); // by event without its note; the writing thread only
    private final Thread writer;
    private boolean refused; // the writing thread only

    private record Series(String name, Instant since, int count) {}

    /**
     * Starts the thread.
     *
     * @param client {@link KubernetesClients#calling}
     * @param gate asked at every write
     */
    public EventWrites(KubernetesClient client, Clock clock, WriteGate gate) {
        this.api = new Api(client, CALL, gate);
        this.clock = clock;
        this.writer = Thread.ofVirtual().name("kubernetes-events").start(this::write);
    }

    @Override
    public void tell(ClusterEvent event) {
        if (!waiting.offer(event)) LOG.debug("too many events, lost: {}", event);
    }

    @Override
    public void close() {
        writer.interrupt();
    }

    private void write() {
        while (true) {
            try {
                write(waiting.take());
            } catch (InterruptedException stop) {
                return;
            } catch (Api.NoAnswer silence) {
                LOG.debug("an event is lost: {}", silence.getMessage());
            } catch (RuntimeException bug) {
                LOG.error("an event is lost", bug);
            }
        }
    }

    private void write(ClusterEvent event) throws Api.NoAnswer {
        var key = new ClusterEvent(event.about(), event.warning(), event.reason(), event.action(), "");
        var now = clock.now();
        var series = told.get(key);
        var path = "/apis/events.k8s.io/v1/namespaces/" + Api.segment(event.about().eventsIn()) + "/events";
        if (series != null && series.since().plus(ONE_SERIES).isAfter(now)) {
            var again = new Series(series.name(), series.since(), series.count() + 1);
            var answer = api.patch(path + "/" + Api.segment(again.name()), Api.MERGE_PATCH,
                    Map.of("series", Map.of("count", again.count(), "lastObservedTime", MICRO_TIME.format(now))));
            if (answer.status() != 404) {
                note(answer, key, again);
                return;
            }
        }
        var first = new Series(name(event, now), now, 1);
        note(api.post(path, body(event, first.name(), now)), key, first);
    }

    private void note(Api.Answer answer, ClusterEvent key, Series series) {
        if (answer.ok()) {
            if (told.size() >= REMEMBERED) told.clear();
            told.put(key, series);
        } else if (!refused) {
            LOG.warn("events are not written: {}", api.message(answer));
        }
        refused = !answer.ok();
    }

    /** Unlike any other by its time, as client-go makes the names of its events. */
    private static String name(ClusterEvent event, Instant now) {
        return event.about().name() + "." + Long.toHexString(now.getEpochSecond() * 1_000_000_000 + now.getNano());
    }

    private static Map<String, Object> body(ClusterEvent event, String name, Instant now) {
        var body = new LinkedHashMap<String, Object>();
        body.put("apiVersion", "events.k8s.io/v1");
        body.put("kind", "Event");
        body.put("metadata", Map.of("name", name, "namespace", event.about().eventsIn()));
        body.put("eventTime", MICRO_TIME.format(now));
        body.put("reportingController", Author.OURSELVES);
        body.put("reportingInstance", Author.OURSELVES);
        body.put("type", event.warning() ? "Warning" : "Normal");
        body.put("reason", event.reason());
        body.put("action", event.action());
        body.put("note", event.note().length() <= LONGEST_NOTE ? event.note() : event.note().substring(0, LONGEST_NOTE));
        var about = event.about();
        body.put("regarding",
                Map.of("apiVersion", about.apiVersion(), "kind", about.kind(), "namespace", about.namespace(), "name", about.name(), "uid",
                        about.uid()));
        return body;
    }
}
