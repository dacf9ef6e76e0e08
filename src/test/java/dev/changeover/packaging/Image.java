package dev.changeover.packaging;

import dev.changeover.demo.HaproxyKernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;

/**
 * The files of an image, laid out below a directory as its Dockerfile says, without a container engine: absolute paths
 * in them are moved below that directory, and {@code changeover.jar} is the classes that are being tested.
 *
 * @param outside what stands in the files for things of a container's own, and what it is on this host: addresses, ports
 */
record Image(Path root, Map<String, String> outside) {
    static final Path SOURCES = Run.PROJECT.resolve("src/main/docker");

    private static final Pattern OWN_PATHS =
            Pattern.compile("/(opt/changeover|etc/changeover|etc/haproxy|var/lib/changeover)");

    /** Lays out what the stage of the Dockerfile copies from the project. */
    static Image of(String stage, Path root, Map<String, String> outside) throws IOException {
        var image = new Image(root, outside);
        Files.createDirectories(image.path("/opt/changeover/packages"));
        Files.createDirectories(image.path("/var/lib/changeover"));
        image.program(image.path("/usr/local/share/changeover/changeover.jar"));
        for (var words : copies("program", stage)) {
            for (var source : words.subList(0, words.size() - 1)) {
                image.add(Run.PROJECT.resolve(source), words.getLast());
            }
        }
        return image;
    }

    /** The words of every COPY from the project in these stages. */
    static List<List<String>> copies(String... stages) throws IOException {
        var copies = new ArrayList<List<String>>();
        var stage = "";
        for (var line : instructions()) {
            var words = List.of(line.split("\\s+"));
            if (words.getFirst().equals("FROM")) {
                stage = words.getLast();
            } else if (words.getFirst().equals("COPY")
                    && !words.get(1).startsWith("--from")
                    && Arrays.asList(stages).contains(stage)) {
                copies.add(words.subList(1, words.size()));
            }
        }
        return copies;
    }

    /** The words of the last ENTRYPOINT or CMD that the stage has. */
    static List<String> words(String instruction, String stage) throws IOException {
        var words = List.<String>of();
        var at = "";
        for (var line : instructions()) {
            if (line.startsWith("FROM ")) at = line.substring(line.lastIndexOf(' ') + 1);
            if (line.startsWith(instruction + " [") && (at.equals("program") || at.equals(stage))) {
                words = List.of(line.substring(line.indexOf('[') + 1, line.indexOf(']'))
                        .replaceAll("[\" ]", "")
                        .split(","));
            }
        }
        return words;
    }

    /** The Dockerfile's instructions, each on one line. */
    static List<String> instructions() throws IOException {
        return Files.readString(SOURCES.resolve("Dockerfile"))
                .replaceAll("(?m)^#.*\n", "")
                .replace("\\\n", " ")
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    Path path(String inside) {
        return root.resolve(inside.substring(1));
    }

    /** Copies a file to where the image has it; a target that ends with a slash is a directory. */
    Path add(Path source, String inside) throws IOException {
        var target = inside.endsWith("/") ? path(inside).resolve(source.getFileName()) : path(inside);
        Files.createDirectories(target.getParent());
        Files.writeString(target, moved(Files.readString(source)));
        if (!target.toFile().setExecutable(Files.isExecutable(source))) {
            throw new IOException(target + " cannot be made executable");
        }
        return target;
    }

    /** Puts two real packages into the image, as if apt had just fetched them, and writes their catalogue. */
    Run kernels(HaproxyKernels.Available kernels) throws IOException, InterruptedException {
        var packages = path("/opt/changeover/packages");
        for (var kernel : List.of(kernels.older(), kernels.newer())) {
            Files.copy(
                    kernel.packageFile(), packages.resolve(kernel.packageFile().getFileName()));
        }
        return run("kernel-packages", packages);
    }

    Run run(Object... words) throws IOException, InterruptedException {
        words[0] = path("/usr/local/bin").resolve(words[0].toString());
        return Run.of(environment(Map.of()), words);
    }

    /** The environment of a container's process. */
    Map<String, String> environment(Map<String, String> more) {
        var environment = new HashMap<>(more);
        environment.put("PATH", path("/usr/local/bin") + ":" + System.getenv("PATH"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        return environment;
    }

    /** The same text outside of a container. */
    String moved(String text) {
        var translated = outside.entrySet().stream()
                .reduce(text, (before, word) -> before.replace(word.getKey(), word.getValue()), (one, other) -> other);
        return OWN_PATHS.matcher(translated).replaceAll(found -> root + "/" + found.group(1));
    }

    private void program(Path jar) throws IOException {
        var manifest = new Manifest();
        var classPath = Arrays.stream(System.getProperty("java.class.path").split(":"))
                .map(entry -> Path.of(entry).toUri().toString())
                .reduce("", (before, entry) -> before + " " + entry);
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "dev.changeover.Application");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath.strip());
        Files.createDirectories(jar.getParent());
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    }
}
