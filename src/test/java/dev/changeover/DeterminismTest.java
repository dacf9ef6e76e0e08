package dev.changeover;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A workflow is run again from its history: nothing that it reaches may answer otherwise the second time. */
class DeterminismTest {
    private static final String OURS = "dev.changeover";

    /** Clocks, threads, chance, the world outside, and collections whose order differs from run to run. */
    private static final List<String> FORBIDDEN = List.of(
            "java.lang.Thread.",
            "java.util.concurrent.",
            "java.util.Timer",
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime",
            "java.lang.System.getenv",
            "java.lang.System.getProperty",
            "java.time.Instant.now",
            "java.time.LocalDate.now",
            "java.time.LocalTime.now",
            "java.time.LocalDateTime.now",
            "java.time.ZonedDateTime.now",
            "java.time.OffsetDateTime.now",
            "java.time.ZoneId.",
            "java.time.Clock.",
            "java.util.Random.",
            "java.util.random.",
            "java.util.UUID.randomUUID",
            "java.lang.Math.random",
            "java.io.",
            "java.nio.file.",
            "java.nio.channels.",
            "java.net.",
            "java.sql.",
            "javax.sql.",
            "org.slf4j.LoggerFactory.",
            "io.micronaut.",
            "jakarta.inject.",
            "java.util.HashMap.<init>",
            "java.util.HashSet.<init>",
            "java.util.Set.of",
            "java.util.Set.copyOf",
            "java.util.Map.of",
            "java.util.Map.copyOf",
            "java.util.stream.Collectors.toSet",
            "java.util.stream.Collectors.toMap",
            "java.util.stream.Collectors.groupingBy",
            "java.util.Collection.parallelStream");

    private static final DescribedPredicate<JavaClass> WORKFLOWS = DescribedPredicate.describe(
            "workflows",
            type -> !type.isInterface()
                    && type.getAllRawInterfaces().stream().anyMatch(it -> it.isAnnotatedWith(WorkflowInterface.class)));

    @Test
    void reaches_nothing_that_answers_differently_when_it_is_asked_again() {
        classes().that(WORKFLOWS).should(new BeDeterministic()).check(ArchitectureTest.MAIN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java.lang.System.currentTimeMillis",
                "java.util.UUID.randomUUID",
                "java.lang.Thread.currentThread",
                "java.util.HashMap.<init>",
                "a field that can change"
            })
    void notices_what_a_workflow_reaches_through_lambdas_and_other_classes(String reached) {
        var bad = new ClassFileImporter().importClasses(Anything.class, Careless.class, Elsewhere.class);

        assertThatThrownBy(() ->
                        classes().that(WORKFLOWS).should(new BeDeterministic()).check(bad))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(reached);
    }

    /** Follows every call into our own code, static initializers included. */
    private static final class BeDeterministic extends ArchCondition<JavaClass> {
        BeDeterministic() {
            super("be deterministic in all that they reach");
        }

        @Override
        public void check(JavaClass workflow, ConditionEvents events) {
            var seen = new HashSet<JavaCodeUnit>();
            var next = new ArrayDeque<JavaCodeUnit>(workflow.getCodeUnits());
            while (!next.isEmpty()) {
                var unit = next.pop();
                if (seen.add(unit)) {
                    unit.getAccessesFromSelf().forEach(access -> {
                        judge(workflow, access, events);
                        follow(access, next);
                    });
                }
            }
        }

        private static void judge(JavaClass workflow, JavaAccess<?> access, ConditionEvents events) {
            var target = access.getTargetOwner().getFullName() + "." + access.getName();
            if (FORBIDDEN.stream().anyMatch(target::startsWith)) {
                violated(workflow, access, target, events);
            }
            if (access instanceof JavaFieldAccess field
                    && field.getTarget()
                            .resolveMember()
                            .filter(it -> it.getModifiers().contains(JavaModifier.STATIC))
                            .filter(it -> !it.getModifiers().contains(JavaModifier.FINAL))
                            .isPresent()) {
                violated(workflow, access, "a field that can change, " + target, events);
            }
        }

        private static void follow(JavaAccess<?> access, ArrayDeque<JavaCodeUnit> next) {
            var owner = access.getTargetOwner();
            if (!owner.getPackageName().startsWith(OURS)) {
                return;
            }
            owner.getStaticInitializer().ifPresent(next::add);
            access.getTarget()
                    .resolveMember()
                    .filter(JavaCodeUnit.class::isInstance)
                    .map(JavaCodeUnit.class::cast)
                    .ifPresent(next::add);
        }

        private static void violated(JavaClass workflow, JavaAccess<?> access, String target, ConditionEvents events) {
            events.add(SimpleConditionEvent.violated(
                    workflow,
                    "%s reaches %s at %s".formatted(workflow.getSimpleName(), target, access.getSourceCodeLocation())));
        }
    }

    /** Code that nobody should write; never run. */
    @WorkflowInterface
    public interface Anything {
        @WorkflowMethod
        String run();
    }

    public static final class Careless implements Anything {
        @Override
        public String run() {
            Runnable later = () -> Thread.currentThread();
            later.run();
            return new Elsewhere().id();
        }
    }

    static final class Elsewhere {
        private static long last;

        String id() {
            last = System.currentTimeMillis();
            return UUID.randomUUID() + new java.util.HashMap<String, String>().toString() + last;
        }
    }
}
