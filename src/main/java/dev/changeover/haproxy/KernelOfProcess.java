package dev.changeover.haproxy;

import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The program that a process runs, as a kernel's tree: nobody has to build a package for what is already there. The
 * executable comes through {@code /proc}, so it is what runs and not what a package has put in its place meanwhile; the
 * libraries are those that it finds on this host, but for the C library, which belongs to the host.
 *
 * @param pid whose program
 * @param libraries where its dynamic linker was told to look first; empty for the usual places
 */
public record KernelOfProcess(long pid, Optional<String> libraries) {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Pattern LIBRARY = Pattern.compile("\\s*(\\S+) => (/\\S+) \\(0x[0-9a-f]+\\)");
    private static final Pattern HOSTS_OWN =
            Pattern.compile("(libc|libm|libdl|libpthread|librt|libresolv|libnsl|libutil|libanl|ld-linux.*)\\.so.*");
    private static final Map<String, String> TRIPLETS =
            Map.of("amd64", "x86_64-linux-gnu", "aarch64", "aarch64-linux-gnu", "ppc64le", "powerpc64le-linux-gnu");

    /** Of a running process, with what it was started with. */
    public static KernelOfProcess of(long pid) {
        return new KernelOfProcess(pid, ProcessTable.variable(pid, "LD_LIBRARY_PATH"));
    }

    /** Lets it judge a generation's configuration, as long as the process runs. */
    public Optional<String> refusal(GenerationDirectory directory) throws IOException, InterruptedException {
        return program().refusal(directory);
    }

    /** As long as the process runs. */
    public Program program() {
        return new Program(executable(), libraries.map(Path::of));
    }

    private Path executable() {
        return ProcessTable.process(pid).resolve("exe");
    }

    /**
     * What it says it is.
     *
     * @throws IOException when it cannot be executed any more, or is no HAProxy
     */
    public String reportedVersion() throws IOException, InterruptedException {
        return program().reportedVersion();
    }

    /**
     * Copies it.
     *
     * @param tree an empty directory; {@link Program#in} finds the program in it afterwards
     * @throws IOException when a library that it needs is not there
     */
    public void copyTo(Path tree) throws IOException, InterruptedException {
        var program = Files.createDirectories(tree.resolve("usr/sbin")).resolve("haproxy");
        Files.copy(executable(), program);
        if (!program.toFile().setExecutable(true, false)) throw new IOException(program + " cannot be made executable");
        var needed = needed();
        if (needed.isEmpty()) return;
        var arch = System.getProperty("os.arch");
        var directory = tree.resolve("usr/lib").resolve(TRIPLETS.getOrDefault(arch, arch + "-linux-gnu"));
        Files.createDirectories(directory);
        for (var library : needed.entrySet()) Files.copy(library.getValue(), directory.resolve(library.getKey()));
    }

    /** Names that the program asks for, and the files that the dynamic linker finds for them: from where it is. */
    private Map<String, Path> needed() throws IOException, InterruptedException {
        var traced = new ProgramRun(
                        Path.of("/"),
                        variables -> {
                            variables.put("LD_TRACE_LOADED_OBJECTS", "1");
                            libraries.ifPresent(path -> variables.put("LD_LIBRARY_PATH", path));
                        },
                        LIMIT,
                        List.of(executable().toString()))
                .run();
        var missing = new ArrayList<String>();
        var needed = new HashMap<String, Path>();
        for (var line : traced.output().lines().toList()) {
            if (line.endsWith("not found")) missing.add(line.strip().split(" ")[0]);
            var library = LIBRARY.matcher(line);
            if (library.matches() && !HOSTS_OWN.matcher(library.group(1)).matches()) {
                needed.put(library.group(1), Path.of(library.group(2)));
            }
        }
        if (!missing.isEmpty() || traced.exitCode() != 0) {
            throw new IOException("the libraries of process %d cannot be found: %s"
                    .formatted(pid, missing.isEmpty() ? traced.output() : missing));
        }
        return needed;
    }
}
