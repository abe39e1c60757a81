package executorscaler.report;

/** What a place for one job does, as the page draws it. */
public enum SlotState {
    /** Runs a job. */
    BUSY('b'),
    /** Runs none. */
    FREE('f'),
    /** May be running a job: nobody says. */
    UNKNOWN('u'),
    /** Its pod is not ready yet. */
    STARTING('s'),
    /** Its pod has been told to stop. */
    LEAVING('l');

    private final char letter;

    SlotState(char letter) {
        this.letter = letter;
    }

    /** How the state names it in a row of slots. */
    public char letter() {
        return letter;
    }
}
