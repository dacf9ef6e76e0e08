package dev.changeover;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The house rules that a machine can check. The allowed imports are in the table of {@code architecture.md}. */
class ArchitectureTest {
    private static final String BASE = "dev.changeover";
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Path CONSOLE = Path.of("src/main/resources/console");

    /**
     * {@code ModeSelection} chooses the dev-server, which nobody else knows to be a process; a process of HAProxy is
     * asked through its runtime API, which knows of none.
     */
    private static final Set<String> USE_THEIR_ROOMS = Set.of("temporal", "haproxy");

    static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(BASE);

    private final PackageTable table = PackageTable.read(Path.of("workflows-docs/architecture.md"));

    @Test
    void imports_only_what_the_document_allows() {
        importingOnlyWhat(table).check(MAIN);
    }

    @Test
    void notices_an_import_that_the_document_does_not_allow() {
        var strict = PackageTable.of(List.of("| `upgrade` | the heart | `node` (contract) |"));

        assertThatThrownBy(() -> importingOnlyWhat(strict).check(MAIN))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("upgrade may not import inventory");
    }

    @Test
    void holds_a_room_of_a_package_to_its_own_row() {
        var strict = PackageTable.of(List.of("| `api` | routes | all |", "| `api.caller` | who calls | `access` |"));

        assertThatThrownBy(() -> importingOnlyWhat(strict).check(MAIN))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("api.caller may not import api.signature");
    }

    @Test
    void documents_every_package() {
        var packages = MAIN.stream()
                .map(type -> PackageTable.packageOf(type.getPackageName()))
                .filter(name -> !name.isEmpty())
                .distinct();

        assertThat(packages).isSubsetOf(table.packages());
    }

    @Test
    void has_no_cycles_between_packages() {
        slices().matching(BASE + ".(**)").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void has_no_names_that_say_nothing() {
        noClasses()
                .should()
                .haveNameMatching(".*(Impl|Utils?|Helper|Manager|Mapper|Dto|DTO|Service)")
                .check(MAIN);
    }

    @Test
    void injects_through_constructors() {
        noFields().should().beAnnotatedWith("jakarta.inject.Inject").check(MAIN);
    }

    @Test
    void catches_only_what_it_can_name() {
        classes().should(new CatchNothingUnnamed()).check(MAIN);
    }

    @ParameterizedTest
    @CsvSource({
        "CatchesThrowable,           run catches java.lang.Throwable",
        "CatchesException,           run catches java.lang.Exception",
        "CatchesEitherWithAResource, run catches java.lang.Exception"
    })
    void notices_a_catch_of_all_there_is(String fixture, String caught) {
        var type = new ClassFileImporter()
                .importClasses(Fixtures.class.getDeclaredClasses())
                .get(Fixtures.class.getName() + "$" + fixture);

        assertThat(Catches.in(type)).containsExactly(caught);
    }

    @Test
    void does_not_take_for_a_catch_what_the_compiler_writes() {
        var type = new ClassFileImporter().importClass(Fixtures.CatchesNamed.class);

        assertThat(Catches.in(type)).isEmpty();
    }

    @Test
    void uses_the_parent_of_a_room_and_never_back() {
        usingNoRoomOfItsOwn(USE_THEIR_ROOMS).check(MAIN);
    }

    @Test
    void notices_a_parent_that_uses_its_room() {
        assertThatThrownBy(() -> usingNoRoomOfItsOwn(Set.of()).check(MAIN))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("temporal uses a room of its own");
    }

    @Test
    void has_no_more_files_in_a_package_than_the_document_says() throws IOException {
        assertThat(table.tooLarge(filesByPackage())).isEmpty();
    }

    @Test
    void notices_a_package_that_needs_a_room() {
        var strict = PackageTable.of(List.of("| `a` | one | none | 3 |", "| `b` | two | none |"));

        assertThat(strict.tooLarge(Map.of("a", 4L, "b", 20L))).containsExactly("a has 4 files, and may have 3");
        assertThat(strict.tooLarge(Map.of("a", 3L, "b", 21L))).containsExactly("b has 21 files, and may have 20");
    }

    @Test
    void has_no_file_that_is_too_long_to_be_read() throws IOException {
        try (var sources = Files.walk(SOURCES);
                var console = Files.walk(CONSOLE)) {
            for (var file : Stream.concat(
                            sources.filter(path -> path.toString().endsWith(".java")),
                            console.filter(Files::isRegularFile))
                    .toList()) {
                assertThat(Files.readAllLines(file))
                        .describedAs(file.toString())
                        .hasSizeLessThanOrEqualTo(250);
            }
        }
    }

    private static ArchRule importingOnlyWhat(PackageTable table) {
        return classes().should(new ArchCondition<>("import only what the document allows") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency ->
                                dependency.getTargetClass().getPackageName().startsWith(BASE))
                        .forEach(dependency -> table.objection(type, dependency.getTargetClass())
                                .ifPresent(objection -> events.add(SimpleConditionEvent.violated(
                                        type, objection + ": " + dependency.getDescription()))));
            }
        });
    }

    private static ArchRule usingNoRoomOfItsOwn(Set<String> exceptions) {
        return classes().should(new ArchCondition<>("use no room of their own package") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                var own = PackageTable.packageOf(type.getPackageName());
                if (own.isEmpty() || exceptions.contains(own)) {
                    return;
                }
                type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency ->
                                dependency.getTargetClass().getPackageName().startsWith(type.getPackageName() + "."))
                        .forEach(dependency -> events.add(SimpleConditionEvent.violated(
                                type, own + " uses a room of its own: " + dependency.getDescription())));
            }
        });
    }

    private static Map<String, Long> filesByPackage() throws IOException {
        try (var files = Files.walk(SOURCES.resolve(BASE.replace('.', '/')))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("package-info.java"))
                    .collect(Collectors.groupingBy(
                            file -> PackageTable.packageOf(SOURCES.relativize(file.getParent())
                                    .toString()
                                    .replace('/', '.')),
                            Collectors.counting()));
        }
    }

    private static final class CatchNothingUnnamed extends ArchCondition<JavaClass> {
        CatchNothingUnnamed() {
            super("catch no Exception and no Throwable as such");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            if (type.getName().startsWith(type.getPackageName() + ".$")) {
                return; // generated by Micronaut
            }
            Catches.in(type)
                    .forEach(caught ->
                            events.add(SimpleConditionEvent.violated(type, "%s.%s".formatted(type.getName(), caught))));
        }
    }

    /** What the rule about catches must see, and what it must not take for it. */
    @SuppressWarnings({"unused", "EmptyCatch", "CatchAndPrintStackTrace"}) // they are here to be looked at
    private static final class Fixtures {
        static final class CatchesThrowable {
            void run(Runnable task) {
                try {
                    task.run();
                } catch (Throwable anything) {
                    throw new IllegalStateException(anything);
                }
            }
        }

        static final class CatchesException {
            void run(Callable<?> task) {
                try {
                    task.call();
                } catch (Exception anything) {
                    throw new IllegalStateException(anything);
                }
            }
        }

        static final class CatchesEitherWithAResource {
            void run(AutoCloseable resource, Callable<?> task) {
                try (var open = resource) {
                    task.call();
                } catch (IllegalStateException | AssertionError named) {
                    throw named;
                } catch (Exception | Error anything) {
                    return;
                }
            }
        }

        static final class CatchesNamed {
            Object run(AutoCloseable resource, AutoCloseable another, Object task) throws Exception {
                try (var one = resource;
                        var two = another) {
                    synchronized (this) {
                        return List.of(one, two, task);
                    }
                } catch (IllegalStateException named) {
                    return named;
                } finally {
                    System.gc();
                }
            }
        }
    }
}
