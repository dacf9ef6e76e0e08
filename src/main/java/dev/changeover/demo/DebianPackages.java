package dev.changeover.demo;

import dev.changeover.host.FileTree;
import dev.changeover.host.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Packages of a Debian-like host, downloaded and unpacked but never installed, so that no root is needed.
 *
 * @param installed whether the host has the package of that name
 * @param aptOptions say which package lists apt goes by; empty for the host's
 */
record DebianPackages(Predicate<String> installed, List<String> aptOptions) {
    private static final Path ANYWHERE = Path.of("/");

    DebianPackages(Predicate<String> installed) {
        this(installed, List.of());
    }

    /**
     * The same, going by package lists of our own that are fetched now, some 30 MB. For a host whose lists are missing
     * or so old that their versions have vanished; renewing the host's own would need root and is not ours to do.
     */
    DebianPackages withListsIn(Path directory) throws IOException {
        Files.createDirectories(directory.resolve("lists/partial"));
        Files.createDirectories(directory.resolve("cache/archives/partial"));
        var own = new DebianPackages(
                installed,
                List.of(
                        "-o",
                        "Dir::State::Lists=" + directory.resolve("lists"),
                        "-o",
                        "Dir::Cache=" + directory.resolve("cache")));
        own.apt(directory, "apt-get", "-q", "update").output();
        return own;
    }

    static boolean isInstalled(String name) {
        try {
            var status = ProgramRun.in(ANYWHERE, "dpkg-query", "-W", "-f", "${db:Status-Status}\n", name)
                    .output();
            return status.lines().anyMatch("installed"::equals);
        } catch (IOException noDpkgOrUnknown) {
            return false;
        }
    }

    /** The versions that apt can download, newest first. */
    List<String> versionsOf(String name) throws IOException {
        return apt(ANYWHERE, "apt-cache", "madison", name)
                .output()
                .lines()
                .map(line -> line.split("\\|"))
                .filter(fields -> fields.length == 3 && fields[2].endsWith("Packages")) // not sources
                .map(fields -> fields[1].strip())
                .distinct()
                .toList();
    }

    /** A {@code .tar.gz} of ours brings its libraries; a {@code .deb} needs those of the host. */
    boolean runsHere(Path packageFile) throws IOException {
        return packageFile.toString().endsWith(".tar.gz")
                || missingLibraries(packageFile).isEmpty();
    }

    /** Downloads one version into the directory: a {@code .deb}, or a {@code .tar.gz} where libraries are missing. */
    Path fetch(String name, String version, Path directory) throws IOException {
        Path work = Files.createTempDirectory(directory, ".fetching");
        try {
            Path deb = download(work, name + "=" + version);
            Path made = missingLibraries(deb).isEmpty() ? deb : withLibraries(deb, work);
            return Files.move(
                    made,
                    directory.resolve(made.getFileName()),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            FileTree.delete(work);
        }
    }

    private Path withLibraries(Path deb, Path work) throws IOException {
        Path tree = Files.createDirectory(work.resolve("tree"));
        ProgramRun.in(work, "dpkg-deb", "-x", deb.toString(), tree.toString()).output();
        Set<String> done = new LinkedHashSet<>();
        Set<String> wanted = new LinkedHashSet<>(missingLibraries(deb));
        while (done.size() < wanted.size()) {
            String library = wanted.stream()
                    .filter(name -> !done.contains(name))
                    .findFirst()
                    .orElseThrow();
            Path libraryDeb = download(work, library);
            ProgramRun.in(work, "dpkg-deb", "-x", libraryDeb.toString(), tree.toString())
                    .output();
            done.add(library);
            wanted.addAll(missingLibraries(libraryDeb));
        }
        Path archive = Path.of(deb.toString().replaceFirst("\\.deb$", ".tar.gz"));
        String triplet = triplet(tree.resolve("usr/lib"));
        KernelArchive.pack(tree, archive, "usr/sbin/haproxy", "usr/lib/" + triplet);
        return archive;
    }

    private static String triplet(Path libraries) throws IOException {
        try (Stream<Path> directories = Files.list(libraries)) {
            return directories
                    .map(directory -> directory.getFileName().toString())
                    .filter(name -> name.contains("-linux-"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no libraries of this machine's kind in the packages"));
        }
    }

    /** Libraries that the package names and the host lacks; of alternatives the first, unless any is installed. */
    private List<String> missingLibraries(Path deb) throws IOException {
        String depends = ProgramRun.in(ANYWHERE, "dpkg-deb", "-f", deb.toString(), "Depends")
                .output();
        return Stream.of(depends.split(","))
                .map(alternatives -> Stream.of(alternatives.split("\\|"))
                        .map(name -> name.replaceFirst("[(:].*", "").strip())
                        .toList())
                .filter(alternatives -> alternatives.getFirst().startsWith("lib"))
                .filter(alternatives -> alternatives.stream().noneMatch(installed))
                .map(List::getFirst)
                .toList();
    }

    private Path download(Path work, String what) throws IOException {
        Path target = Files.createTempDirectory(work, "download");
        apt(target, "apt-get", "-q", "download", what).output();
        try (Stream<Path> files = Files.list(target)) {
            return files.findFirst()
                    .orElseThrow(() -> new IOException("apt-get download " + what + " left no package behind"));
        }
    }

    private ProgramRun apt(Path directory, String... words) {
        List<String> command = new ArrayList<>(List.of(words));
        command.addAll(aptOptions);
        command.addAll(List.of("-o", "APT::Sandbox::User=root")); // as root, apt's own user could not write here
        return ProgramRun.in(directory, command.toArray(String[]::new));
    }
}
