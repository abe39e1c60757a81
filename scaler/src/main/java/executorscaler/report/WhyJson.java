package executorscaler.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import executorscaler.report.Explanation.Cause;
import java.util.Locale;

/**
 * An explanation for programs: {@code {"apiVersion", "subject", "tick", "at", "sentence", "chain": [{link, words}], "doing": [cause], "blocker": cause or null,
 * "others": [cause], "next": {at, words}, "advice"}}. A cause is {@code {subject, kind, weight, why, reason}}; {@code kind}, {@code why} and the numbers in
 * {@code reason} are those of plan, page, events and log.
 */
public final class WhyJson {

    private WhyJson() {}

    /** The explanation, indented. */
    public static String of(Explanation why) {
        return Json.pretty(tree(why));
    }

    private static ObjectNode tree(Explanation why) {
        var whole = Json.object().put("apiVersion", Failure.API_VERSION).put("subject", why.subject()).put("tick", why.tick())
                .put("at", why.at().toString())
                .put("sentence", why.sentence());
        var chain = Json.array();
        why.chain().forEach(row -> chain.add(Json.object().put("link", row.label()).put("words", row.words())));
        whole.set("chain", chain);
        var doing = Json.array();
        why.doing().forEach(cause -> doing.add(cause(cause)));
        whole.set("doing", doing);
        if (why.blocker().isPresent()) whole.set("blocker", cause(why.blocker().get()));
        else
            whole.putNull("blocker");
        var others = Json.array();
        why.others().forEach(cause -> others.add(cause(cause)));
        whole.set("others", others);
        var next = Json.object();
        why.next().at().ifPresent(time -> next.put("at", time.toString()));
        whole.set("next", next.put("words", why.next().words()));
        return whole.put("advice", why.advice());
    }

    private static ObjectNode cause(Cause cause) {
        var object = Json.object().put("subject", cause.subject()).put("kind", cause.kind())
                .put("weight", cause.weight().name().toLowerCase(Locale.ROOT)).put("why", cause.words());
        cause.reason().ifPresent(reason -> object.set("reason", Json.record((Record) reason)));
        return object;
    }
}
