package executorscaler.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import executorscaler.plan.Action;
import executorscaler.plan.Memory;
import executorscaler.plan.Plan;
import executorscaler.plan.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds docs/ARCHITECTURE.md: who may import whom, and which library lives where. One row a package; a package without a row fails. */
@Tag("unit")
class ArchitectureTest {

    private static final String ROOT = "executorscaler.";
    private static final JavaClasses CLASSES = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("executorscaler");

    /** Package, packages of ours that it may import, libraries that it may import. */
    static Stream<Arguments> table() {
        return Stream.of(row("snapshot", List.of(), List.of()), row("config", List.of(), List.of("org.snakeyaml..")),
                row("plan", List.of("snapshot", "config"), List.of()), row("observe", List.of("snapshot", "config"), List.of("org.slf4j..")),
                row("act", List.of("plan", "snapshot"), List.of("org.slf4j..")),
                row("loop", List.of("observe", "plan", "act", "config", "snapshot"), List.of("org.slf4j..")),
                row("report", List.of("loop", "plan", "act", "snapshot", "config"),
                        List.of("io.micrometer..", "io.prometheus..", "com.fasterxml.jackson..", "org.slf4j..")),
                row("http", List.of("report", "loop"), List.of("io.vertx..", "org.slf4j..")),
                row("kubernetes", List.of("observe", "act", "loop", "plan", "snapshot", "config"),
                        List.of("io.fabric8..", "com.fasterxml.jackson..", "org.slf4j..")),
                row("redis", List.of("observe", "act", "loop", "plan", "snapshot", "config"), List.of("redis.clients..", "org.slf4j..")),
                row("aws", List.of("observe", "act", "loop", "plan", "snapshot", "config"),
                        List.of("software.amazon.awssdk..", "com.fasterxml.jackson..", "org.slf4j..")),
                row("sim", List.of("snapshot", "config", "plan", "observe", "act", "loop"), List.of()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void importsOnlyWhatItsRowNames(String from, List<String> ours, List<String> libraries) {
        var allowed = new ArrayList<>(List.of("java..", "javax..", "org.jspecify..", ROOT + from + ".."));
        ours.forEach(name -> allowed.add(ROOT + name + ".."));
        allowed.addAll(libraries);
        classes().that().resideInAPackage(ROOT + from + "..").should().onlyDependOnClassesThat().resideInAnyPackage(allowed.toArray(String[]::new))
                .check(CLASSES);
    }

    @Test
    void everyPackageHasARow() {
        var rows = table().map(row -> (String) row.get()[0]).collect(Collectors.toSet());
        rows.addAll(List.of("cli"));
        var packages = CLASSES.stream().map(type -> type.getPackageName()).filter(name -> name.startsWith(ROOT))
                .map(name -> name.substring(ROOT.length()).replaceFirst("\\..*", ""))
                .collect(Collectors.toSet());
        assertThat(rows).containsExactlyInAnyOrderElementsOf(packages);
    }

    @Test
    void noPackagesDependOnEachOtherInACircle() {
        slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void theCheckerSharesNoCodeWithThePlanner() {
        var spoken = resideOutsideOfPackage(ROOT + "plan..").or(resideInAPackage(ROOT + "plan.check"));
        for (var value : List.of(Action.class, Plan.class, Reason.class, Memory.class)) spoken = spoken.or(belongToAnyOf(value));
        classes().that().resideInAPackage(ROOT + "plan.check").should().onlyDependOnClassesThat(spoken).check(CLASSES);
    }

    private static Arguments row(String from, List<String> ours, List<String> libraries) {
        return Arguments.of(from, ours, libraries);
    }
}
