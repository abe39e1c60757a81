package executorscaler.report;

import executorscaler.report.TickView.NodeView;

/** What becomes of a node, as the page draws it. */
public enum NodeState {
    /** Open for pods. */
    READY,
    /** Ready, and closed by somebody else. */
    CLOSED,
    /** There, and not ready. */
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
        if (!view.node().ready()) return JOINING;
        return view.node().open() ? READY : CLOSED;
    }
}
