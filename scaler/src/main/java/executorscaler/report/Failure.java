package executorscaler.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A command that failed, for programs: {@code {"apiVersion", "error": {"message", "problems": [...]}}}. */
public final class Failure {

    /** Of all that commands and paths under {@code /api/v1} write: within it fields are added, never renamed. */
    public static final String API_VERSION = "executor-scaler/v1";

    private Failure() {}

    /** The problems, the first of them as the message. */
    public static String json(List<String> problems) {
        var all = Json.array();
        problems.forEach(all::add);
        var error = Json.object().put("message", problems.isEmpty() ? "" : problems.getFirst());
        error.set("problems", all);
        var whole = Json.object().put("apiVersion", API_VERSION);
        whole.set("error", error);
        return Json.pretty(whole);
    }

    /** The problems in what {@link #json} has written; of any other text that text. */
    public static List<String> problems(String text) {
        try {
            var problems = Json.parse(text).path("error").path("problems").valueStream().map(JsonNode::asText).toList();
            return problems.isEmpty() ? List.of(text.strip()) : problems;
        } catch (JsonProcessingException noJson) {
            return List.of(text.strip());
        }
    }
}
