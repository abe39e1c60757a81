package executorscaler.report;

import executorscaler.config.Config;
import executorscaler.config.Problem;
import java.util.List;

/** What is to be said of a config, for programs: {@code {"apiVersion", "file", "valid", ...}}. */
public final class ConfigJson {

    private ConfigJson() {}

    /** {@code "executors"} and {@code "nodePools"}: how many; {@code "doubts": [{path, message, line}]}. */
    public static String valid(String file, Config config, List<Problem> doubts) {
        var whole = Json.object().put("apiVersion", Failure.API_VERSION).put("file", file).put("valid", true)
                .put("executors", config.executors().size()).put("nodePools", config.nodePools().size());
        var array = whole.putArray("doubts");
        doubts.forEach(doubt -> array.add(Json.record(doubt)));
        return Json.pretty(whole);
    }

    /** {@code "problems": [{path, message, line}]}. */
    public static String invalid(String file, List<Problem> problems) {
        var whole = Json.object().put("apiVersion", Failure.API_VERSION).put("file", file).put("valid", false);
        var array = whole.putArray("problems");
        problems.forEach(problem -> array.add(Json.record(problem)));
        return Json.pretty(whole);
    }
}
