package dev.changeover;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.Modifier;
import javax.tools.ToolProvider;

/**
 * The sentences that the program says when something fails, as its source has them: what it logs as a warning or an
 * error, what its exceptions say, and the words of calls and methods that tell why not. A text that such a sentence takes
 * from a method or constant of the same file is one, too.
 */
final class TroubleSentences {
    static final Path SOURCE = Path.of("src", "main", "java");

    /** How a sentence is said. */
    enum Said {
        NOT_IN_TROUBLE,
        IN_THE_LOG,
        PLAINLY,
        /** Behind a word that has a heading of its own, such as DISK_FULL. */
        BEHIND_A_WORD,
        /** Of a value that is refused: it says which one, and what it may be. */
        OF_A_VALUE,
        /** By {@code agent check}, whose advice stands behind it. */
        WITH_ADVICE,
        /** Where only a defect of ours leads. */
        OF_A_DEFECT
    }

    /**
     * One of them.
     *
     * @param text … stands for what is put in
     */
    record Sentence(String file, Said said, String text) {}

    /** By the end of a call's name: how what it is given is said. */
    private static final Map<Said, Set<String>> CALLS = Map.of(
            Said.IN_THE_LOG, Set.of("warn", "error"),
            Said.BEHIND_A_WORD, Set.of("because", "problem", "new Problem"),
            Said.OF_A_VALUE, Set.of("badParameter", "wrongUse"),
            Said.PLAINLY,
                    Set.of(
                            // an inspection, the checks of health, and what Temporal lacks
                            "warnings.add",
                            "losses.add",
                            "down",
                            "Readiness.no",
                            "unknown",
                            "new Missing",
                            // the interface and the command line
                            "unavailable",
                            "tooMany",
                            "answer",
                            "ErrorBody.of",
                            "new MalformedRequest",
                            "getErr().println",
                            "err().println",
                            "err.println",
                            "say",
                            // upgrades, campaigns and deliveries
                            "new CommandAnswer",
                            "new Held",
                            "postpone",
                            "becomes",
                            "lastOf",
                            "new Why",
                            "new Maybe",
                            "new Final",
                            "Result.away"),
            // what others have said
            Said.NOT_IN_TROUBLE, Set.of("contains", "startsWith", "endsWith", "equals"));

    /** Of other exceptions plainly; of those that extend one of these, as of that. */
    private static final Map<String, Said> THROWN = Map.of(
            "IllegalArgumentException", Said.OF_A_VALUE,
            "WrongSetting", Said.OF_A_VALUE,
            "DateTimeException", Said.OF_A_VALUE,
            "MismatchedInputException", Said.OF_A_VALUE,
            "IllegalStateException", Said.OF_A_DEFECT,
            "AssertionError", Said.OF_A_DEFECT,
            "ApplicationFailure", Said.PLAINLY);

    private final Map<String, String> superclasses = new HashMap<>();
    private final Set<Sentence> sentences = new LinkedHashSet<>();

    private TroubleSentences() {}

    static Set<Sentence> ofTheProgram() throws IOException {
        return new TroubleSentences().in(units());
    }

    private Set<Sentence> in(List<CompilationUnitTree> units) {
        new Classes().scan(units, superclasses);
        units.forEach(unit -> new Unit(unit).read());
        return sentences;
    }

    private static List<CompilationUnitTree> units() throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var paths = Files.walk(SOURCE);
                var files = compiler.getStandardFileManager(null, null, null)) {
            var sources =
                    paths.filter(path -> path.toString().endsWith(".java")).sorted();
            var task = compiler.getTask(
                    null,
                    files,
                    null,
                    List.of("-proc:none"),
                    null,
                    files.getJavaFileObjectsFromPaths(sources.toList()));
            var units = new ArrayList<CompilationUnitTree>();
            ((JavacTask) task).parse().forEach(units::add);
            return units;
        }
    }

    /** How an exception of this class is said; empty for what is none. */
    private Optional<Said> thrown(String name) {
        var said = Optional.ofNullable(THROWN.get(name));
        if (said.isPresent()) return said;
        var parent = superclasses.get(name);
        if (parent == null) return name.endsWith("Exception") ? Optional.of(Said.PLAINLY) : Optional.empty();
        // one of our own is no defect, whatever it extends
        return thrown(parent).map(of -> of == Said.OF_A_DEFECT ? Said.PLAINLY : of);
    }

    private static Optional<Said> called(String name) {
        return CALLS.entrySet().stream()
                .filter(calls -> calls.getValue().contains(name))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static String simple(Tree type) {
        return last(type.toString().replaceAll("<.*|@\\S+ ", ""));
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static final class Classes extends TreeScanner<Void, Map<String, String>> {
        @Override
        public Void visitClass(ClassTree type, Map<String, String> superclasses) {
            var parent = type.getExtendsClause();
            if (parent != null) superclasses.put(type.getSimpleName().toString(), simple(parent));
            return super.visitClass(type, superclasses);
        }
    }

    private final class Unit extends TreeScanner<Void, Said> {
        private final CompilationUnitTree unit;
        private final String file;
        private final Map<String, List<Tree>> texts = new HashMap<>();
        private final Deque<Runnable> used = new ArrayDeque<>();
        private final Set<String> seen = new HashSet<>();
        private String className = "";

        Unit(CompilationUnitTree unit) {
            this.unit = unit;
            this.file = SOURCE.resolve("dev/changeover")
                    .relativize(Path.of(unit.getSourceFile().getName()))
                    .toString();
        }

        void read() {
            scan(unit, Said.NOT_IN_TROUBLE);
            for (var next = used.poll(); next != null; next = used.poll()) next.run();
        }

        @Override
        public Void visitAnnotation(AnnotationTree annotation, Said said) {
            return null;
        }

        @Override
        public Void visitClass(ClassTree type, Said said) {
            var outer = className;
            className = type.getSimpleName().toString();
            super.visitClass(type, said);
            className = outer;
            return null;
        }

        @Override
        public Void visitMethod(MethodTree method, Said said) {
            var type = method.getReturnType();
            if (type == null) return super.visitMethod(method, said);
            if (type.toString().contains("String") && method.getBody() != null)
                text(method.getName(), method.getBody());
            var tellsWhy = type.toString().equals("Optional<String>");
            return super.visitMethod(method, thrown(simple(type)).orElse(tellsWhy ? Said.PLAINLY : said));
        }

        @Override
        public Void visitVariable(VariableTree variable, Said said) {
            var isConstant = variable.getModifiers().getFlags().containsAll(List.of(Modifier.STATIC, Modifier.FINAL));
            if (isConstant && variable.getInitializer() != null) text(variable.getName(), variable.getInitializer());
            return super.visitVariable(variable, said);
        }

        private void text(CharSequence name, Tree tree) {
            texts.computeIfAbsent(name.toString(), key -> new ArrayList<>()).add(tree);
        }

        @Override
        public Void visitThrow(ThrowTree thrown, Said said) {
            return super.visitThrow(thrown, Said.PLAINLY);
        }

        @Override
        public Void visitNewClass(NewClassTree made, Said said) {
            var name = simple(made.getIdentifier());
            var how = called("new " + name).or(() -> thrown(name));
            return super.visitNewClass(made, how.orElse(said));
        }

        @Override
        public Void visitMethodInvocation(MethodInvocationTree call, Said said) {
            scan(call.getMethodSelect(), said);
            return scan(call.getArguments(), how(call).orElse(said));
        }

        private Optional<Said> how(MethodInvocationTree call) {
            if (call.getMethodSelect() instanceof MemberSelectTree member) {
                var of = member.getExpression().toString();
                var name = member.getIdentifier().toString();
                if (of.equals("sql")) return Optional.of(Said.NOT_IN_TROUBLE);
                if (isOfACheck(name, call)) return Optional.of(Said.WITH_ADVICE);
                return called(last(of) + "." + name).or(() -> called(name));
            }
            var name = call.getMethodSelect().toString();
            return Set.of("super", "this").contains(name) ? thrown(className) : called(name);
        }

        private boolean isOfACheck(String name, MethodInvocationTree call) {
            return Set.of("problem", "warning").contains(name)
                    && call.getArguments().size() == 3;
        }

        @Override
        public Void visitIdentifier(IdentifierTree identifier, Said said) {
            return use(identifier.getName(), said);
        }

        @Override
        public Void visitMemberReference(MemberReferenceTree reference, Said said) {
            use(reference.getName(), said);
            return super.visitMemberReference(reference, said);
        }

        @Override
        public Void visitLiteral(LiteralTree literal, Said said) {
            return literal.getValue() instanceof String ? add(literal, said) : null;
        }

        @Override
        public Void visitBinary(BinaryTree sum, Said said) {
            if (!isText(sum)) return super.visitBinary(sum, said);
            add(sum, said);
            return scanOthers(sum, said);
        }

        private Void scanOthers(Tree part, Said said) {
            if (part instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
                scanOthers(sum.getLeftOperand(), said);
                return scanOthers(sum.getRightOperand(), said);
            }
            return part instanceof LiteralTree ? null : scan(part, said);
        }

        private Void add(Tree text, Said said) {
            sentences.add(new Sentence(file, said, written(text)));
            return null;
        }

        /** Later: what it names may stand further down. */
        private Void use(CharSequence name, Said said) {
            if (said != Said.NOT_IN_TROUBLE && seen.add(name + " " + said)) {
                used.add(() -> texts.getOrDefault(name.toString(), List.of()).forEach(tree -> scan(tree, said)));
            }
            return null;
        }
    }

    private static boolean isText(Tree tree) {
        if (tree instanceof LiteralTree literal) return literal.getValue() instanceof String;
        return tree instanceof BinaryTree sum
                && sum.getKind() == Tree.Kind.PLUS
                && (isText(sum.getLeftOperand()) || isText(sum.getRightOperand()));
    }

    private static String written(Tree tree) {
        if (tree instanceof LiteralTree literal) return String.valueOf(literal.getValue());
        if (tree instanceof BinaryTree sum && isText(sum))
            return written(sum.getLeftOperand()) + written(sum.getRightOperand());
        return "…";
    }
}
