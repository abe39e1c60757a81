package executorscaler.report;

import executorscaler.report.TickView.NodeView;

/** What becomes of a node, as the page draws it. */
public enum NodeState {
    /** Complete, and open for pods. */
    READY,
    /** Complete, and closed by somebody else. */
    CLOSED,
    /** In the cluster, and not complete: not ready, without its devices, or with a taint of its start. */
    JOINING,
    /** Closed by us. */
    DRAINING,
    /** Its instance is ending. */
    LEAVING,
    /** Its instance is launched, and has no node yet. */
    BOOTING,
    /** Desired, and not launched. */
    ORDERED;

    static NodeState of(NodeView view) {
        if (view.leaving()) return LEAVING;
        if (view.draining()) return DRAINING;
        if (view.joining()) return JOINING;
        return view.node().open() ? READY : CLOSED;
    }
}
