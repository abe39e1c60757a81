package executorscaler.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** What a new config allows less than the one before it: a slip of the finger there is told before anything goes (rule S20). */
public final class Allowance {

    private Allowance() {}

    /** {@code nodePools[spot].maxSize: 10 to 4}, or {@code executors[render]: gone}; nothing where it allows as much, or more. */
    public static List<String> lost(Config before, Config after) {
        var lost = new ArrayList<String>();
        add(lost, "executors", ".maxReplicas", before.executors(), after.executors(), ExecutorConfig::name, ExecutorConfig::maxReplicas);
        add(lost, "nodePools", ".maxSize", before.nodePools(), after.nodePools(), PoolConfig::name, PoolConfig::maxSize);
        return List.copyOf(lost);
    }

    private static <T> void add(List<String> lost, String list, String most, List<T> before, List<T> after, Function<T, String> name,
            ToIntFunction<T> size) {
        var left = after.stream().collect(Collectors.toMap(name, Function.identity()));
        for (T one : before) {
            var path = list + "[" + name.apply(one) + "]";
            if (!left.containsKey(name.apply(one))) {
                lost.add(path + ": gone");
                continue;
            }
            int now = size.applyAsInt(Objects.requireNonNull(left.get(name.apply(one))));
            if (now < size.applyAsInt(one)) lost.add(path + most + ": " + size.applyAsInt(one) + " to " + now);
        }
    }
}
