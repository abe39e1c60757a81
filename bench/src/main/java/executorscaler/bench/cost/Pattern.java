package executorscaler.bench.cost;

import java.util.List;

/**
 * One way to fill a node of a pool.
 *
 * @param pool its number
 * @param pods how many of each group
 */
record Pattern(int pool, List<Integer> pods) {

    Pattern {
        pods = List.copyOf(pods);
    }
}
