package dev.changeover;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The catches of {@code Throwable} and {@code Exception} that a class's source has. The compiler writes such ones, too, and
 * they are known by what they do: two for each resource of a {@code try}, which close it and add what that throws to what
 * was thrown before.
 */
final class Catches {
    private static final Set<String> UNNAMED = Set.of("java/lang/Throwable", "java/lang/Exception");

    private Catches() {}

    /** One sentence for each. */
    static List<String> in(JavaClass type) {
        try (var stream = type.getSource().orElseThrow().getUri().toURL().openStream()) {
            return ClassFile.of().parse(stream.readAllBytes()).methods().stream()
                    .flatMap(method -> method.code().stream().flatMap(code -> in(method, code)))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Stream<String> in(MethodModel method, CodeModel code) {
        return code.exceptionHandlers().stream()
                .filter(block -> block.catchType()
                        .filter(type -> UNNAMED.contains(type.asInternalName()))
                        .isPresent())
                .filter(block -> !isTheCompilers(instructionsOf(block, code)))
                .map(block -> "%s catches %s"
                        .formatted(
                                method.methodName(),
                                block.catchType().orElseThrow().asInternalName().replace('/', '.')))
                .distinct();
    }

    /** What a handler does, up to where it throws. */
    private static List<Instruction> instructionsOf(ExceptionCatch block, CodeModel code) {
        var body = code.elementList().stream()
                .dropWhile(element -> !(element instanceof LabelTarget target
                        && target.label().equals(block.handler())))
                .filter(Instruction.class::isInstance)
                .map(Instruction.class::cast)
                .toList();
        var thrown = IntStream.range(0, body.size())
                .filter(i -> body.get(i).opcode() == Opcode.ATHROW)
                .findFirst();
        return body.subList(0, thrown.orElse(body.size()));
    }

    private static boolean isTheCompilers(List<Instruction> handler) {
        return handler.size() > 3
                && handler.getFirst() instanceof StoreInstruction caught
                && IntStream.range(1, handler.size() - 2)
                        .anyMatch(i -> addsSuppressed(handler.subList(i, i + 3), caught.slot()));
    }

    /** Whether the caught one is added to another, or another to it. */
    private static boolean addsSuppressed(List<Instruction> three, int caught) {
        return three.get(0) instanceof LoadInstruction one
                && three.get(1) instanceof LoadInstruction other
                && (one.slot() == caught || other.slot() == caught)
                && three.get(2) instanceof InvokeInstruction call
                && call.name().equalsString("addSuppressed");
    }
}
