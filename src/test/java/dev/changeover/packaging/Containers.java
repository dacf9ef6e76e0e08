package dev.changeover.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import dev.changeover.demo.RealParts;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Services of the Compose file whose image is ours, run as processes of this host: the same command, environment, files
 * and health check, each with a directory of its own in place of a file system.
 */
final class Containers implements AutoCloseable {
    private final Path home;
    private final JsonNode services;
    private final Map<String, Image> images = new HashMap<>();
    private final Map<String, Process> processes = new HashMap<>();

    Containers(Path home) throws IOException, InterruptedException {
        this.home = home;
        this.services = ComposeParser.fetched()
                .read(Run.PROJECT.resolve("docker-compose.yml"))
                .path("services");
    }

    /** @param outside what stands for the container's own and its neighbours' addresses, and what they are here */
    Image build(String service, Map<String, String> outside) throws IOException, InterruptedException {
        var stage = service(service).path("build").path("target").asText();
        var image = Image.of(stage, home.resolve(service), outside);
        if (stage.equals("node")) image.kernels(RealParts.debianKernels());
        for (var volume : service(service).path("volumes")) {
            var source = volume.path("source").asText();
            var target = volume.path("target").asText();
            if (volume.path("type").asText().equals("bind")) {
                image.add(Path.of(source), target);
            } else if (shared(source)) {
                Files.createSymbolicLink(
                        image.path(target),
                        Files.createDirectories(home.resolve("volumes").resolve(source)));
            }
        }
        images.put(service, image);
        return image;
    }

    private boolean shared(String volume) {
        return services.properties().stream()
                        .filter(service -> service.getValue().path("volumes").findValuesAsText("source").stream()
                                .anyMatch(volume::equals))
                        .count()
                > 1;
    }

    /** @param more variables that only make it fit on this host */
    void start(String service, Map<String, String> more) throws IOException {
        var image = image(service);
        var builder = new ProcessBuilder(words(service, image))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log(service).toFile()));
        builder.environment().putAll(environment(service, image));
        builder.environment().putAll(more);
        processes.put(service, builder.start());
    }

    /** Runs one that ends by itself. */
    Run run(String service) throws IOException, InterruptedException {
        return run(service, Map.of());
    }

    /** @param more variables, as given to that run */
    Run run(String service, Map<String, String> more) throws IOException, InterruptedException {
        var image = image(service);
        var environment = new HashMap<>(environment(service, image));
        environment.putAll(more);
        return Run.of(environment, words(service, image).toArray());
    }

    /** Runs a line of a shell in a container that is up already, as its user with a home of its own. */
    Run exec(String service, String line) throws IOException, InterruptedException {
        var image = image(service);
        var environment = new HashMap<>(environment(service, image));
        environment.put(
                "XDG_CONFIG_HOME", image.path("/var/lib/changeover/.config").toString());
        return Run.of(environment, "sh", "-c", line);
    }

    void awaitHealth(String service) {
        var image = image(service);
        var words = strings(service(service).path("healthcheck").path("test"))
                .skip(1)
                .map(image::moved)
                .toList();
        try {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(4))
                    .until(() -> program(image, words).succeeded());
        } catch (ConditionTimeoutException late) {
            throw new AssertionError(service + " is not healthy. It said:\n" + lastWords(service), late);
        }
    }

    /** Every process that was started below a service's directory. */
    List<ProcessHandle> processesOf(String service) {
        var directory = home.resolve(service) + "/";
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(directory))
                .toList();
    }

    private static Run program(Image image, List<String> words) throws IOException, InterruptedException {
        return Run.of(image.environment(Map.of()), located(words, image).toArray());
    }

    private List<String> words(String service, Image image) throws IOException {
        var stage = service(service).path("build").path("target").asText();
        var entrypoint = service(service).path("entrypoint");
        var command = service(service).path("command");
        var words = new ArrayList<String>();
        words.addAll(entrypoint.isArray() ? strings(entrypoint).toList() : Image.words("ENTRYPOINT", stage));
        words.addAll(command.isArray() ? strings(command).toList() : Image.words("CMD", stage));
        return located(words.stream().map(image::moved).toList(), image);
    }

    /** A container looks for its programs in its own directories first. */
    private static List<String> located(List<String> words, Image image) {
        var own = image.path("/usr/local/bin").resolve(words.getFirst());
        return Files.exists(own)
                ? Stream.concat(Stream.of(own.toString()), words.stream().skip(1))
                        .toList()
                : words;
    }

    private Map<String, String> environment(String service, Image image) {
        var environment = new HashMap<String, String>();
        service(service)
                .path("environment")
                .properties()
                .forEach(variable -> environment.put(
                        variable.getKey(), image.moved(variable.getValue().asText())));
        return image.environment(environment);
    }

    private String lastWords(String service) {
        try {
            var lines = Files.readAllLines(log(service));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (IOException nothing) {
            return nothing.toString();
        }
    }

    private Path log(String service) {
        return home.resolve(service + ".log");
    }

    private JsonNode service(String name) {
        return services.required(name);
    }

    private Image image(String service) {
        return Objects.requireNonNull(images.get(service), service);
    }

    private static Stream<String> strings(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText);
    }

    /** As an engine stops a container: the main process is told, then everything that is left ends. */
    @Override
    public void close() throws InterruptedException {
        processes.values().forEach(Process::destroy);
        for (var process : processes.values()) process.waitFor(10, TimeUnit.SECONDS);
        for (var service : images.keySet()) processesOf(service).forEach(ProcessHandle::destroyForcibly);
    }
}
