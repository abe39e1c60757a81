package executorscaler;

/** Whether {@code run} stands for election, and by which Lease. */
public sealed interface Election {

    /**
     * By the Lease of this name.
     *
     * @param identity of this process and no other
     */
    record By(String namespace, String lease, String identity) implements Election {}

    /**
     * Not at all: the process writes as if it were the only one.
     *
     * @param why in plain words
     */
    record Off(String why) implements Election {}
}
