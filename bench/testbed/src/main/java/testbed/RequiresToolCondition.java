package testbed;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** The rule behind {@link RequiresTool}. */
public final class RequiresToolCondition implements ExecutionCondition {
    /** How a skip for want of a tool begins; the table of tiers looks for it. */
    static final String MISSING = "missing tool ";

    private static final Map<Tool, Optional<String>> answers = new ConcurrentHashMap<>();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        List<String> missing = AnnotationSupport.findAnnotation(context.getElement(), RequiresTool.class).stream()
                .flatMap(annotation -> Arrays.stream(annotation.value())).map(Tool::named).flatMap(tool -> reason(tool).stream()).toList();
        return missing.isEmpty()
                ? ConditionEvaluationResult.enabled("all tools are here")
                : ConditionEvaluationResult.disabled(String.join("; ", missing));
    }

    private static Optional<String> reason(Tool tool) {
        return answers.computeIfAbsent(tool, Tool::missing)
                .map(why -> MISSING + tool.name().toLowerCase(java.util.Locale.ROOT) + ": " + why);
    }
}
