package executorscaler;

/** Whether {@code run} stands for election, and by which Lease. */
public sealed interface Election {

    /**
     * By the Lease of this name.
     *
     * @param identity of this process and no other
     */
    record By(String namespace, String lease, String identity) implements Election {

        /** Name of the pod that this process runs in, as the identity begins with it. */
        public String pod() {
            int end = identity.lastIndexOf('_');
            return end < 0 ? identity : identity.substring(0, end);
        }

        /** Name of the ConfigMap that says how things are; it is beside the Lease. */
        public String status() {
            return lease + "-status";
        }
    }

    /**
     * Not at all: the process writes as if it were the only one.
     *
     * @param why in plain words
     */
    record Off(String why) implements Election {}
}
