package executorscaler.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A link within the repository leads to a file that there is, and to a heading in it. */
@Tag("unit")
class DocumentLinksTest {

    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]*)(?:#([^)]*))?\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);

    static Stream<String> documents() throws IOException {
        try (var decisions = Files.list(DocumentedCommand.ROOT.resolve("docs/decisions"))) {
            return Stream.concat(Stream.concat(DocumentedCommand.documents().stream(), Stream.of("CHANGELOG.md")),
                    decisions.map(file -> "docs/decisions/" + file.getFileName()).sorted().toList().stream());
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyLinkLeadsSomewhere(String document) {
        var here = DocumentedCommand.ROOT.resolve(document);
        var links = LINK.matcher(DocumentedCommand.read(document)).results().filter(link -> !link.group(1).startsWith("http")).toList();
        assertThat(links).allSatisfy(link -> {
            var file = link.group(1).isEmpty() ? here : Objects.requireNonNull(here.getParent()).resolve(link.group(1));
            assertThat(file).as(link.group()).exists();
            if (link.group(2) != null) assertThat(headings(file)).as(link.group()).contains(link.group(2));
        });
    }

    /** As a link names them: in lower case, blanks as dashes, without any other sign. */
    private static Set<String> headings(Path file) throws IOException {
        return HEADING.matcher(Files.readString(file)).results()
                .map(heading -> heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
