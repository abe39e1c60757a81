package executorscaler.aws;

import executorscaler.act.NoticeWriter;
import executorscaler.act.Outcome;
import executorscaler.act.WriteGate;
import executorscaler.config.Config;
import executorscaler.config.NoticesConfig;
import executorscaler.loop.Clock;
import executorscaler.observe.NoticeReader;
import executorscaler.plan.Action;
import executorscaler.snapshot.Missing;
import executorscaler.snapshot.Notice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * The SQS queue of notices: received on a thread of its own by long polls, kept until they are deleted, deleted when the plan says so (S21). Only who writes
 * receives: a message that was received is hidden from others for a while. What this process does not delete comes again, to whoever receives then.
 */
public final class NoticeQueue implements NoticeReader, NoticeWriter, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NoticeQueue.class);

    private static final int LONG_POLL_SECONDS = 10;
    /** For how long others do not see what we received: long enough for a few ticks, and little of a spot instance's two minutes. */
    private static final int HIDDEN_SECONDS = 20;
    private static final int BATCH = 10; // the most that SQS gives at once
    private static final int MOST_KEPT = 1000;
    private static final Duration DRAINING = Duration.ofSeconds(2);
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    /** What was not delivered again for so long was deleted by somebody else. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(5);

    private final AwsClients aws;
    private final WriteGate gate;
    private final Clock clock;
    private final Runnable received;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wake = lock.newCondition();
    private final TreeMap<String, Kept> kept = new TreeMap<>(); // by message; guarded by lock
    private NoticesConfig wanted = NoticesConfig.NONE; // guarded by lock
    private boolean started; // guarded by lock
    private boolean closed; // guarded by lock
    private boolean answered; // guarded by lock; this queue, at least once
    private String error = ""; // guarded by lock; of the newest call, empty when it succeeded
    private int failures; // guarded by lock; in a row

    /** @param receipt of the newest delivery, with which alone the message can be deleted */
    private record Kept(Notice notice, String receipt, Duration deliveredAt) {}

    /**
     * A queue that is not read yet.
     *
     * @param gate open while this process may write, and so receive
     * @param received called on the queue's thread when there is something new; must return quickly
     */
    public NoticeQueue(AwsClients aws, WriteGate gate, Clock clock, Runnable received) {
        this.aws = aws;
        this.gate = gate;
        this.clock = clock;
        this.received = received;
        thread = Thread.ofVirtual().name("notice-queue").unstarted(this::run);
    }

    @Override
    public Notices read(Config config, Instant now) {
        lock.lock();
        try {
            follow(config.notices());
            if (!wanted.on() || gate.refusal().isPresent()) return new Notices(List.of(), List.of());
            var elapsed = clock.elapsed();
            kept.values().removeIf(one -> elapsed.minus(one.deliveredAt()).compareTo(FORGOTTEN) > 0);
            var notices = kept.values().stream().map(Kept::notice).toList();
            var missing = error.isEmpty() ? List.<Missing>of() : List.of(new Missing(Missing.Source.NOTICES, "", now, error));
            return new Notices(notices, missing);
        } finally {
            lock.unlock();
        }
    }

    private void follow(NoticesConfig notices) { // under lock
        if (!wanted.queueUrl().equals(notices.queueUrl())) {
            kept.clear();
            error = "";
            failures = 0;
            answered = false;
            wake.signalAll();
        }
        wanted = notices;
        if (wanted.on() && !started) {
            started = true;
            thread.start();
        }
    }

    @Override
    public Outcome acknowledge(Action.Acknowledge action) {
        String url;
        String receipt;
        lock.lock();
        try {
            var known = kept.get(action.message());
            if (known == null) return new Outcome.Stale("the message is not known any more");
            url = wanted.queueUrl();
            receipt = known.receipt();
        } finally {
            lock.unlock();
        }
        return gate.through(() -> delete(url, receipt, action.message()));
    }

    private Outcome delete(String url, String receipt, String message) {
        try {
            aws.queueWrites().deleteMessage(request -> request.queueUrl(url).receiptHandle(receipt));
        } catch (SdkException trouble) {
            var words = "DeleteMessage: " + AwsWords.of(trouble);
            return AwsWords.refused(trouble) ? new Outcome.Refused(words) : new Outcome.Failed(words + "; if it is still there it comes again");
        }
        forget(message);
        return new Outcome.Done(0);
    }

    private void forget(String message) {
        lock.lock();
        try {
            kept.remove(message);
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (true) {
                var queue = turn();
                if (queue.isEmpty()) return;
                receiveAll(new NoticeText(queue.getFirst().account(), aws.region()), queue.getFirst().queueUrl());
            }
        } catch (InterruptedException closing) {
            LOG.debug("the reader of notices ends");
        }
    }

    /** Waits until there is a queue that this process may read now; empty: closed. */
    private List<NoticesConfig> turn() throws InterruptedException {
        lock.lock();
        try {
            long nanos = failures == 0 ? 0 : pause().toNanos();
            while (!closed && nanos > 0) nanos = wake.awaitNanos(nanos);
            while (!closed && !mayReceive()) {
                long idle = IDLE.toNanos();
                while (!closed && idle > 0) idle = wake.awaitNanos(idle);
            }
            return closed ? List.of() : List.of(wanted);
        } finally {
            lock.unlock();
        }
    }

    private boolean mayReceive() { // under lock
        if (gate.refusal().isPresent()) kept.clear(); // they come again, to whoever leads
        return wanted.on() && gate.refusal().isEmpty() && kept.size() < MOST_KEPT;
    }

    private Duration pause() { // under lock
        return AsgReader.afterFailures(failures, LONGEST_PAUSE);
    }

    /** One long poll, and then all that is there at once: many nodes may go at the same time, and one tick answers for all of them. */
    private void receiveAll(NoticeText text, String url) throws InterruptedException {
        boolean first = firstTime();
        var begun = clock.elapsed();
        boolean news = false;
        var messages = receive(url, first ? 0 : LONG_POLL_SECONDS);
        while (!messages.isEmpty()) {
            news |= keep(text, url, messages);
            if (clock.elapsed().minus(begun).compareTo(DRAINING.plusSeconds(LONG_POLL_SECONDS)) > 0) break;
            if (Thread.interrupted()) throw new InterruptedException();
            messages = receive(url, 0);
        }
        if (news) received.run();
    }

    private boolean firstTime() {
        lock.lock();
        try {
            return !answered;
        } finally {
            lock.unlock();
        }
    }

    private List<Message> receive(String url, int waitSeconds) {
        try {
            var messages = aws.queue().receiveMessage(
                    request -> request.queueUrl(url).maxNumberOfMessages(BATCH).waitTimeSeconds(waitSeconds).visibilityTimeout(HIDDEN_SECONDS))
                    .messages();
            answered("", 0);
            return messages;
        } catch (SdkException trouble) {
            answered(AwsWords.of(trouble), 1);
        } catch (RuntimeException bug) {
            LOG.error("the queue of notices could not be read", bug);
            answered("reading failed: " + bug, 1);
        }
        return List.of();
    }

    private void answered(String words, int failed) {
        lock.lock();
        try {
            if (closed) return;
            if (!words.isEmpty() && !words.equals(error)) LOG.warn("queue of notices: {}", words);
            answered = words.isEmpty();
            error = words;
            failures = failed == 0 ? 0 : failures + failed;
        } finally {
            lock.unlock();
        }
    }

    /** Whether any of them is new. */
    private boolean keep(NoticeText text, String url, List<Message> messages) {
        var now = clock.elapsed();
        boolean news = false;
        var read = new ArrayList<Kept>();
        for (Message message : messages) {
            var body = Objects.requireNonNullElse(message.body(), "");
            read.add(new Kept(text.read(message.messageId(), body, clock.now()), message.receiptHandle(), now));
        }
        lock.lock();
        try {
            if (!url.equals(wanted.queueUrl())) return false;
            for (Kept one : read) {
                var before = kept.get(one.notice().message());
                news |= before == null;
                kept.put(one.notice().message(), before == null ? one : new Kept(before.notice(), one.receipt(), now));
            }
        } finally {
            lock.unlock();
        }
        return news;
    }

    /** Ends the thread; a call that is under way is cut off. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            wake.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
    }
}
