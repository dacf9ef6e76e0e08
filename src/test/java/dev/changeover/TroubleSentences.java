package dev.changeover;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberReferenceTree;
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

    private static final Map<String, Said> CALLS = Map.ofEntries(
            Map.entry("warn", Said.IN_THE_LOG),
            Map.entry("error", Said.IN_THE_LOG),
            Map.entry("because", Said.BEHIND_A_WORD),
            Map.entry("problem", Said.BEHIND_A_WORD),
            Map.entry("new Problem", Said.BEHIND_A_WORD),
            Map.entry("badParameter", Said.OF_A_VALUE),
            Map.entry("wrongUse", Said.OF_A_VALUE),
            Map.entry("warnings.add", Said.PLAINLY),
            Map.entry("losses.add", Said.PLAINLY),
            Map.entry("down", Said.PLAINLY),
            Map.entry("Readiness.no", Said.PLAINLY),
            Map.entry("unavailable", Said.PLAINLY),
            Map.entry("tooMany", Said.PLAINLY),
            Map.entry("answer", Said.PLAINLY),
            Map.entry("ErrorBody.of", Said.PLAINLY),
            Map.entry("getErr().println", Said.PLAINLY),
            Map.entry("err().println", Said.PLAINLY),
            Map.entry("err.println", Said.PLAINLY),
            Map.entry("becomes", Said.PLAINLY),
            Map.entry("postpone", Said.PLAINLY),
            Map.entry("new Missing", Said.PLAINLY),
            Map.entry("new MalformedRequest", Said.PLAINLY),
            Map.entry("new Maybe", Said.PLAINLY),
            Map.entry("new Final", Said.PLAINLY),
            Map.entry("Result.away", Said.PLAINLY),
            Map.entry("unknown", Said.PLAINLY),
            Map.entry("say", Said.PLAINLY),
            Map.entry("lastOf", Said.PLAINLY),
            Map.entry("new Why", Said.PLAINLY),
            Map.entry("new Held", Said.PLAINLY),
            Map.entry("new CommandAnswer", Said.PLAINLY),
            // of what others say
            Map.entry("contains", Said.NOT_IN_TROUBLE),
            Map.entry("startsWith", Said.NOT_IN_TROUBLE),
            Map.entry("endsWith", Said.NOT_IN_TROUBLE),
            Map.entry("equals", Said.NOT_IN_TROUBLE));

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
        var read = new TroubleSentences();
        var units = units();
        units.forEach(unit -> read.new Classes().scan(unit, read));
        units.forEach(unit -> read.new Unit(unit).read());
        return read.sentences;
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

    private static String simple(Tree name) {
        var text = name.toString().replaceAll("<.*|@\\S+ ", "");
        return text.substring(text.lastIndexOf('.') + 1);
    }

    private final class Classes extends TreeScanner<Void, TroubleSentences> {
        @Override
        public Void visitClass(ClassTree type, TroubleSentences read) {
            var parent = type.getExtendsClause();
            if (parent != null) superclasses.put(type.getSimpleName().toString(), simple(parent));
            return super.visitClass(type, read);
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
            var type =
                    method.getReturnType() == null ? "" : method.getReturnType().toString();
            if (type.contains("String") && method.getBody() != null) text(method.getName(), method.getBody());
            var of = method.getReturnType() == null ? Optional.<Said>empty() : thrown(simple(method.getReturnType()));
            var why = type.equals("Optional<String>") ? Said.PLAINLY : said;
            return super.visitMethod(method, of.orElse(why));
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
            var call = Optional.ofNullable(CALLS.get("new " + name));
            return super.visitNewClass(made, call.or(() -> thrown(name)).orElse(said));
        }

        @Override
        public Void visitMethodInvocation(MethodInvocationTree call, Said said) {
            var whole = call.getMethodSelect().toString();
            var name = simple(call.getMethodSelect());
            scan(call.getMethodSelect(), said);
            var arguments = call.getArguments();
            if (whole.startsWith("sql.")) said = Said.NOT_IN_TROUBLE;
            else if (arguments.size() == 3 && Set.of("problem", "warning").contains(name)) said = Said.WITH_ADVICE;
            else if (Set.of("super", "this").contains(whole))
                said = thrown(className).orElse(said);
            else said = called(whole, name).orElse(said);
            return scan(arguments, said);
        }

        private Optional<Said> called(String whole, String name) {
            var lastTwo = whole.substring(whole.lastIndexOf('.', whole.lastIndexOf('.') - 1) + 1);
            return Optional.ofNullable(CALLS.get(lastTwo)).or(() -> Optional.ofNullable(CALLS.get(name)));
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
        return tree instanceof LiteralTree literal && literal.getValue() instanceof String
                || tree instanceof BinaryTree sum
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
