package executorscaler.report;

import executorscaler.act.Outcome;
import executorscaler.act.Performed;
import executorscaler.loop.Role;
import executorscaler.loop.Tick;
import executorscaler.plan.Plan;
import executorscaler.plan.Reason;
import executorscaler.report.Explanation.Cause;
import executorscaler.report.Explanation.Next;
import executorscaler.report.Explanation.Row;
import executorscaler.report.Outlook.Holds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Answers why a pod, executor, pool or node is as it is: the chain from the job to the pool, the one reason that holds it up, and when that is looked at next. */
public final class Why {

    /** What came of a question. */
    public sealed interface Answer {}

    /** The subject is known. */
    public record Explained(Explanation explanation) implements Answer {}

    /**
     * There is no such thing.
     *
     * @param message what is wrong, and what is meant perhaps
     * @param understood whether the subject has a form that could be one
     */
    public record Unknown(String message, boolean understood) implements Answer {}

    private Why() {}

    /** What this tick says about {@code pod/NAME}, {@code pod/NAMESPACE/NAME}, {@code executor/NAME}, {@code pool/NAME} or {@code node/NAME}. */
    public static Answer of(Tick tick, String subject) {
        return answer(tick, subject, Outlook::of);
    }

    /** The same of a tick whose world was read from files: what is missing there is missing in a file. */
    public static Answer ofFiles(Tick tick, String subject) {
        return answer(tick, subject, Outlook::inFiles);
    }

    private static Answer answer(Tick tick, String subject, Function<Reason, Outlook> outlooks) {
        return switch (Subjects.find(tick, subject)) {
            case Subjects.Nothing nothing -> new Unknown(nothing.message(), nothing.understood());
            case Subjects.Asked asked -> new Explained(explain(tick, asked.question(), outlooks));
        };
    }

    /** The explanation of a question, by what the tick did and held back. */
    static Explanation explain(Tick tick, Question question) {
        return explain(tick, question, Outlook::of);
    }

    private static Explanation explain(Tick tick, Question question, Function<Reason, Outlook> outlooks) {
        var held = new ArrayList<Candidate>();
        for (var done : tick.performed()) trouble(done, question).ifPresent(held::add);
        for (var one : tick.plan().held()) {
            int distance = question.scope().indexOf(one.subject());
            if (distance >= 0) held.add(Candidate.of(one, distance, outlooks));
        }
        var coming = new ArrayList<Reason.NodesComing>();
        for (var one : question.prospects()) {
            coming.addAll(one.prospect().coming());
            for (var nodes : one.prospect().coming()) held.add(Candidate.of(new Plan.Held(one.pod(), nodes), 0, outlooks));
        }
        boolean certain = !coming.isEmpty() && question.prospects().stream().noneMatch(one -> one.prospect().homeless());
        var blocker = held.stream().filter(one -> one.outlook.holds().covers(question.holds()))
                .filter(one -> !certain || one.cause.reason().filter(Reason.NodesComing.class::isInstance).isPresent() || one.undoes(coming))
                .min(order(question.holds()));
        var others = held.stream().filter(one -> blocker.isEmpty() || !one.equals(blocker.get())).map(Candidate::cause).distinct().toList();
        var rows = new ArrayList<Row>();
        if (tick.role() instanceof Role.Follower follower) rows.add(new Row("role", Sentences.of(follower)));
        rows.addAll(question.rows());
        var sentence = question.subject() + ": " + question.state()
                + blocker.map(one -> ", held up by " + one.cause.kind() + " of " + one.cause.subject() + ".").orElse(".");
        var doing = doing(tick, question);
        var course = doing.isEmpty() ? question.course() : new Next(Optional.empty(), Outlook.of(doing.getLast().reason().orElseThrow()).ends());
        return new Explanation(question.subject(), tick.number(), tick.snapshot().takenAt(), sentence, rows, doing, blocker.map(Candidate::cause),
                others, blocker.map(one -> next(tick, one.outlook)).orElse(course), blocker.map(one -> one.outlook.advice()).orElse(""));
    }

    private record Candidate(Cause cause, Outlook outlook, int distance) {

        static Candidate of(Plan.Held held, int distance, Function<Reason, Outlook> outlooks) {
            return new Candidate(Why.cause(held.subject(), held.why()), outlooks.apply(held.why()), distance);
        }

        /** Whether an order of one of these pools was not made: a write that failed, or a step that was removed. All else along the way waits for the nodes, too. */
        boolean undoes(List<Reason.NodesComing> coming) {
            boolean write = cause.reason().isEmpty() || cause.reason().get() instanceof Reason.PlanRejected;
            return write && coming.stream().anyMatch(nodes -> cause.subject().equals("pool/" + nodes.pool()));
        }
    }

    /** What waits is held up by what is worst, wherever that is on its way; what stays is kept by what is nearest to it. */
    private static Comparator<Candidate> order(Holds holds) {
        var worst = Comparator.<Candidate, Weight>comparing(one -> one.cause.weight()).reversed();
        var nearest = Comparator.<Candidate>comparingInt(one -> one.distance);
        return holds == Holds.WORK ? worst.thenComparing(nearest) : nearest.thenComparing(worst);
    }

    private static Optional<Candidate> trouble(Performed done, Question question) {
        var action = done.step().action();
        int distance = question.scope().indexOf(action.subject());
        if (distance < 0) return Optional.empty();
        var advice = switch (done.outcome()) {
            case Outcome.Done _,Outcome.Stale _ -> "";
            case Outcome.Refused _ -> "see who refuses it; the service's rights, if it is 403";
            case Outcome.Failed _ -> "see what the error says; it is tried again";
        };
        if (advice.isEmpty()) return Optional.empty();
        var cause = new Cause(action.subject(), done.outcome().getClass().getSimpleName(), Weight.ALARMING,
                "could not " + Sentences.whole(action) + ": " + Sentences.whole(done.outcome()), Optional.empty());
        return Optional.of(new Candidate(cause,
                new Outlook(action.lowers() ? Holds.RETURN : Holds.WORK, Optional.empty(), "with the next try", advice), distance));
    }

    private static List<Cause> doing(Tick tick, Question question) {
        var doing = new ArrayList<Cause>();
        for (var step : tick.plan().steps()) {
            if (!question.scope().contains(step.action().subject())) continue;
            doing.add(new Cause(step.action().subject(), step.action().getClass().getSimpleName(), Weight.of(step.why()),
                    Sentences.whole(step.action()) + ", because " + Sentences.whole(step.why()), Optional.of(step.why())));
        }
        return doing;
    }

    private static Next next(Tick tick, Outlook outlook) {
        // A time that is over says no more than that it is decided with every look.
        return new Next(outlook.at().filter(time -> time.isAfter(tick.snapshot().takenAt())), outlook.ends());
    }

    private static Cause cause(String subject, Reason why) {
        return new Cause(subject, why.getClass().getSimpleName(), Weight.of(why), Sentences.whole(why), Optional.of(why));
    }
}
