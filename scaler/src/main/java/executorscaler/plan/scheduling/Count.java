package executorscaler.plan.scheduling;

/** What pods of one kind change where they are placed. */
interface Count {

    /** So many more pods on this site, of which all or none are being deleted. */
    void add(Site site, int more, boolean ending);
}
