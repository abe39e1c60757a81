package executorscaler.kubernetes;

/** A field of an object that cannot be read as what it should be; the message names the field and its value. */
final class Unreadable extends Exception {

    private static final long serialVersionUID = 1L;

    Unreadable(String field, Object value) {
        super(field + " is " + value);
    }
}
