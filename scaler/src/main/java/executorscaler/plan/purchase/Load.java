package executorscaler.plan.purchase;

/**
 * Nodes of one kind, each filled with the same pods.
 *
 * @param pods how many of each kind, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Load(int node, int[] pods, int times) {}
