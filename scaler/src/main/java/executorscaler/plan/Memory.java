package executorscaler.plan;

import executorscaler.snapshot.Author;
import executorscaler.snapshot.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What one tick tells the next: all of it may be forgotten safely (after a restart timers begin again, and nothing is lowered meanwhile).
 *
 * @param capacityOrders by pool: desired capacity that the cloud accepted and that no description has shown yet (S16)
 * @param scaleOrders by executor: replicas that the API server accepted and that the cache has not shown yet (S16)
 * @param ended by instance id: when we ended it
 * @param idleSince by node uid: since when it has been idle, without a gap in what we saw
 * @param quietSince by executor: since when there has been no job at all
 * @param surplus by executor that wants fewer replicas than it has: since when, and what it has wanted meanwhile
 * @param trust by executor: the data set that its readings come from, and since when
 * @param shortSince by pool: since when it has had fewer instances than desired
 * @param setbacks by pool: launches that AWS could not make
 * @param lowered by executor: by how many pods its replicas have fallen within the last minute
 * @param claims by executor: who wrote its replicas last, and what they were
 * @param hooks by instance id: when the group was last told that its lifecycle hook has to wait on, or need not
 * @param doors by node uid: that we closed or opened the node, and no snapshot has shown it yet
 */
public record Memory(SortedMap<String, Order> capacityOrders, SortedMap<String, ScaleOrder> scaleOrders, SortedMap<String, Instant> ended,
        SortedMap<String, Instant> idleSince, SortedMap<String, Instant> quietSince, SortedMap<String, Surplus> surplus,
        SortedMap<String, Epoch> trust, SortedMap<String, Instant> shortSince, SortedMap<String, Setback> setbacks,
        SortedMap<String, List<Lowered>> lowered, SortedMap<String, Claim> claims, SortedMap<String, Instant> hooks,
        SortedMap<String, Door> doors) {

    public static final Memory EMPTY = new Memory(none(), none(), none(), none(), none(), none(), none(), none(), none(), none(),
            none(), none(), none());

    /**
     * The memory of somebody who has seen {@code snapshot} unchanged for {@code seconds}: for planning on a snapshot that has no past.
     */
    public static Memory ofStanding(Snapshot snapshot, long seconds) {
        var since = snapshot.takenAt().minusSeconds(seconds);
        var trust = new TreeMap<String, Epoch>();
        var quiet = new TreeMap<String, Instant>();
        var surplus = new TreeMap<String, Surplus>();
        for (var queue : snapshot.queues()) {
            trust.put(queue.executor(), new Epoch(queue.epoch(), since));
            surplus.put(queue.executor(), new Surplus(since, List.of()));
            if (queue.whole() && queue.jobs() == 0) quiet.put(queue.executor(), since);
        }
        var idle = new TreeMap<String, Instant>();
        for (var node : snapshot.nodes()) idle.put(node.uid(), since);
        return EMPTY.but(seen -> {
            seen.idleSince = idle;
            seen.quietSince = quiet;
            seen.surplus = surplus;
            seen.trust = trust;
        });
    }

    /** Desired capacity as ordered. */
    public record Order(int desired, Instant at) {}

    /** Replicas as ordered; {@code version} is the Deployment's resource version after the write. */
    public record ScaleOrder(int replicas, long version, Instant at) {}

    /**
     * More pods than needed.
     *
     * @param needs the most first, the one of now last: each is more than all that came after it
     */
    public record Surplus(Instant since, List<Need> needs) {

        public Surplus {
            needs = List.copyOf(needs);
        }

        /** The same with what is needed now. Nothing changes while the need does not. */
        Surplus needing(int pods, Instant now) {
            if (!needs.isEmpty() && needs.getLast().pods() == pods) return this;
            var next = new ArrayList<Need>();
            for (Need need : needs) {
                if (need.pods() > pods) next.add(need.until().equals(Instant.MAX) ? new Need(need.pods(), now) : need);
            }
            next.add(new Need(pods, Instant.MAX));
            return new Surplus(since, next);
        }

        /** The same without needs that are over for so long. */
        Surplus within(int windowSeconds, Moment moment) {
            var recent = needs.stream().filter(need -> need.until().equals(Instant.MAX) || !moment.reached(need.until().plusSeconds(windowSeconds)))
                    .toList();
            return recent.size() == needs.size() ? this : new Surplus(since, recent);
        }
    }

    /** So many pods were needed until then; {@link Instant#MAX}: they are now. */
    public record Need(int pods, Instant until) {}

    /** Replicas fell by that many then. */
    public record Lowered(int pods, Instant at) {}

    /**
     * Who wrote a Deployment's replicas last.
     *
     * @param uid of the Deployment: another one of its name has no past
     * @param author as seen last
     * @param replicas as seen last, or as we ordered them since
     * @param other whose write we have seen happen; {@link Author#UNKNOWN}: nobody's
     * @param before what replicas were before that
     * @param since when we saw it; {@link Instant#EPOCH}: never
     * @param answered when we last put replicas back; {@link Instant#EPOCH}: never
     */
    public record Claim(String uid, Author author, int replicas, Author other, int before, Instant since, Instant answered) {

        /** The same after we ordered so many replicas. */
        Claim scaled(int pods) {
            return new Claim(uid, author, pods, other, before, since, answered);
        }

        /** The same after we put replicas back then. */
        Claim answered(Instant at) {
            return new Claim(uid, author, replicas, other, before, since, at);
        }
    }

    /** A node was closed for new pods, or opened, by us. */
    public record Door(boolean closed, Instant at) {}

    /** A Redis data set and since when we have seen it. */
    public record Epoch(String id, Instant since) {}

    /**
     * A pool that is left alone.
     *
     * @param times how often in a row
     * @param at when the newest launch failed
     */
    public record Setback(int times, Instant at, Instant until) {}

    public Memory {
        capacityOrders = frozen(capacityOrders);
        scaleOrders = frozen(scaleOrders);
        ended = frozen(ended);
        idleSince = frozen(idleSince);
        quietSince = frozen(quietSince);
        surplus = frozen(surplus);
        trust = frozen(trust);
        shortSince = frozen(shortSince);
        setbacks = frozen(setbacks);
        lowered = frozen(lowered);
        claims = frozen(claims);
        hooks = frozen(hooks);
        doors = frozen(doors);
    }

    /** The same but for what {@code change} sets. */
    Memory but(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.memory();
    }

    public Memory ordered(String pool, int desired, Instant at) {
        return but(next -> next.capacityOrders = with(capacityOrders, pool, new Order(desired, at)));
    }

    public Memory scaled(String executor, int replicas, long version, Instant at) {
        return but(next -> {
            next.scaleOrders = with(scaleOrders, executor, new ScaleOrder(replicas, version, at));
            next.claims = claimed(executor, claim -> claim.scaled(replicas));
        });
    }

    /** Remembers that replicas were put back to what they were before somebody else wrote them. */
    public Memory answered(String executor, Instant at) {
        return but(next -> next.claims = claimed(executor, claim -> claim.answered(at)));
    }

    /** Remembers that replicas fell. */
    public Memory lowered(String executor, int pods, Instant at) {
        var list = new ArrayList<>(lowered.getOrDefault(executor, List.of()));
        list.add(new Lowered(pods, at));
        return but(next -> next.lowered = with(lowered, executor, List.copyOf(list)));
    }

    /**
     * Remembers an instance that we ended with decrement: capacity that we ordered earlier and have not seen yet is less now.
     *
     * @param weight units of capacity that the instance filled
     */
    public Memory ended(String pool, String instanceId, int weight, Instant at) {
        var orders = new TreeMap<>(capacityOrders);
        orders.computeIfPresent(pool, (_, order) -> new Order(order.desired() - weight, order.at()));
        return but(next -> {
            next.capacityOrders = orders;
            next.ended = with(ended, instanceId, at);
        });
    }

    /** Remembers that the group was told about the lifecycle hook of this instance. */
    public Memory toldHook(String instanceId, Instant at) {
        return but(next -> next.hooks = with(hooks, instanceId, at));
    }

    /** Remembers that a node was closed for new pods, or opened. */
    public Memory shut(String nodeUid, boolean closed, Instant at) {
        return but(next -> next.doors = with(doors, nodeUid, new Door(closed, at)));
    }

    /** The same without the timers that end in something being taken away: they begin anew. */
    public Memory untimed() {
        return but(next -> {
            next.idleSince = none();
            next.quietSince = none();
            next.surplus = none();
        });
    }

    /** Whether nothing was ordered or told that has not been seen yet, and no pool is left alone: then time alone settles nothing in it. */
    public boolean settled() {
        return capacityOrders.isEmpty() && scaleOrders.isEmpty() && ended.isEmpty() && setbacks.isEmpty() && lowered.isEmpty()
                && hooks.isEmpty() && doors.isEmpty();
    }

    /** A memory in the making: what is not set stays as it was. */
    static final class Draft {

        SortedMap<String, Order> capacityOrders;
        SortedMap<String, ScaleOrder> scaleOrders;
        SortedMap<String, Instant> ended;
        SortedMap<String, Instant> idleSince;
        SortedMap<String, Instant> quietSince;
        SortedMap<String, Surplus> surplus;
        SortedMap<String, Epoch> trust;
        SortedMap<String, Instant> shortSince;
        SortedMap<String, Setback> setbacks;
        SortedMap<String, List<Lowered>> lowered;
        SortedMap<String, Claim> claims;
        SortedMap<String, Instant> hooks;
        SortedMap<String, Door> doors;

        private Draft(Memory memory) {
            capacityOrders = memory.capacityOrders;
            scaleOrders = memory.scaleOrders;
            ended = memory.ended;
            idleSince = memory.idleSince;
            quietSince = memory.quietSince;
            surplus = memory.surplus;
            trust = memory.trust;
            shortSince = memory.shortSince;
            setbacks = memory.setbacks;
            lowered = memory.lowered;
            claims = memory.claims;
            hooks = memory.hooks;
            doors = memory.doors;
        }

        private Memory memory() {
            return new Memory(capacityOrders, scaleOrders, ended, idleSince, quietSince, surplus, trust, shortSince, setbacks, lowered, claims, hooks,
                    doors);
        }
    }

    private SortedMap<String, Claim> claimed(String executor, UnaryOperator<Claim> change) {
        var known = new TreeMap<>(claims);
        known.computeIfPresent(executor, (_, claim) -> change.apply(claim));
        return known;
    }

    private static <V> SortedMap<String, V> with(SortedMap<String, V> map, String key, V value) {
        var copy = new TreeMap<>(map);
        copy.put(key, value);
        return copy;
    }

    private static <V> SortedMap<String, V> frozen(SortedMap<String, V> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }

    private static <V> SortedMap<String, V> none() {
        return Collections.emptySortedMap();
    }
}
