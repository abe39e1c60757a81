package testbed;

/** What a test bed can consist of; a test pays only for the parts it names. */
public enum Part {
    REDIS, CONTROL_PLANE, AWS
}
