package executorscaler.aws;

/** What a pool's machines are like is not known; the message says why. */
final class NoMachineType extends Exception {

    private static final long serialVersionUID = 1;

    NoMachineType(String why) {
        super(why);
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
