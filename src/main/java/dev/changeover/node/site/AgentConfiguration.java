package dev.changeover.node.site;

import com.fasterxml.jackson.annotation.JsonFormat;
import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.KernelToRun;
import dev.changeover.node.driver.BackendKind;
import dev.changeover.node.order.OrderRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an operator writes into {@code agent.toml}, in snake case. An unknown or missing key is an error that names it.
 *
 * @param nodeId as the control plane's inventory names this node
 * @param runDir sockets and generations; must survive a reboot, short enough for unix sockets (about 75 bytes)
 * @param kernelsDir unpacked kernels, one directory a version
 * @param haproxyConfiguration what the operator's unit passes with {@code -f}, in that order: a file, a directory whose
 *     {@code .cfg} files count, or a list of them. This agent only reads it; needed by the driver {@code haproxy}
 * @param sandboxConfiguration the same for the driver {@code sandbox}, as {@code listen = PORT} and
 *     {@code database = HOST:PORT}
 * @param driver {@code haproxy} unless set
 * @param packageAddresses kernels are fetched only from addresses that begin with one of these, such as
 *     {@code https://kernels.example.com/haproxy/} or {@code file:///srv/kernels/}
 * @param initialKernel what to start where no kernel has ever been started; may be left out
 * @param checkUser MySQL user without rights that proves a generation; {@code haproxy_check} unless set
 * @param checkPasswordFile whose first line is that user's password; a user without one unless set
 * @param backends what a backend's servers speak, by the backend's name, where its checks do not tell
 * @param processList an account that may read the database's process list; without it no session is known to be idle
 * @param temporalProfile the profile of {@code temporal.toml} to connect with; may be left out
 * @param payloadKeys the control plane's file of keys, where it encrypts what goes through Temporal
 * @param orders what no order can change; the usual unless set
 */
public record AgentConfiguration(
        String nodeId,
        Path runDir,
        Path kernelsDir,

        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Nullable List<Path> haproxyConfiguration,

        @Nullable Path sandboxConfiguration,
        Driver driver,
        List<String> packageAddresses,
        @Nullable InitialKernel initialKernel,
        String checkUser,
        @Nullable Path checkPasswordFile,
        Map<String, BackendKind> backends,
        @Nullable ProcessListAccount processList,
        @Nullable String temporalProfile,
        @Nullable Path payloadKeys,
        OrderRules orders) {

    private static final String PACKAGE_ADDRESS = "(?:file|https?):[^\\s\"<>^`{|}]+";
    /** The same with a path in it: without a slash behind its colon it has none, which would stand for every place. */
    private static final String PACKAGE_PLACE = "(?:file|https?):/[^\\s\"<>^`{|}]*";

    /** How this agent runs its node. */
    public enum Driver {
        haproxy,
        sandbox
    }

    /** A kernel as in the catalogue, for this host's architecture. */
    public record InitialKernel(KernelVersion version, String reportedVersion, String url, String sha256) {
        public InitialKernel {
            require(version, "initial_kernel.version");
            require(reportedVersion, "initial_kernel.reported_version");
            match(url, "initial_kernel.url", PACKAGE_ADDRESS, "an address that begins with file:, http: or https:");
            match(sha256, "initial_kernel.sha256", "[0-9a-fA-F]{64}", "64 hexadecimal digits");
        }

        static InitialKernel of(KernelToRun kernel) {
            var source = kernel.sources().getFirst();
            return new InitialKernel(kernel.version(), kernel.reportedVersion(), source.url(), source.sha256());
        }

        public KernelToRun toRun() {
            var source = new KernelToRun.Source(System.getProperty("os.arch"), url, sha256);
            return new KernelToRun(version, reportedVersion, List.of(source));
        }
    }

    /**
     * @param address {@code host:port} of the database
     * @param passwordFile whose first line is the password, so that it is not in {@code agent.toml}
     */
    public record ProcessListAccount(String address, String user, Path passwordFile) {
        public ProcessListAccount {
            match(address, "process_list.address", ".+:[0-9]{1,5}", "host:port");
            require(user, "process_list.user");
            require(passwordFile, "process_list.password_file");
        }
    }

    public AgentConfiguration {
        match(nodeId, "node_id", "\\S+", "a word");
        runDir = absolute(runDir, "run_dir");
        kernelsDir = absolute(kernelsDir, "kernels_dir");
        driver = driver == null ? Driver.haproxy : driver;
        packageAddresses = packageAddresses == null ? List.of() : List.copyOf(packageAddresses);
        packageAddresses.forEach(address -> match(
                address,
                "package_addresses",
                PACKAGE_PLACE,
                "addresses that begin with file:///, http:// or https://"));
        checkUser = checkUser == null ? "haproxy_check" : checkUser;
        backends = backends == null ? Map.of() : Map.copyOf(backends);
        orders = orders == null ? OrderRules.DEFAULT : orders;
        switch (driver) {
            case haproxy -> haproxyConfiguration = files(haproxyConfiguration);
            case sandbox -> sandboxConfiguration = absolute(sandboxConfiguration, "sandbox_configuration");
        }
    }

    /**
     * A node that keeps everything below one directory, and fetches kernels from files of its host; else the usual.
     *
     * @param first what to start where no kernel has ever been started
     */
    public static AgentConfiguration of(
            String nodeId, Path home, Driver driver, List<Path> files, String checkUser, @Nullable KernelToRun first) {
        return new AgentConfiguration(
                nodeId,
                home.resolve("run"),
                home.resolve("kernels"),
                files,
                files.getFirst(),
                driver,
                List.of("file:///"),
                first == null ? null : InitialKernel.of(first),
                checkUser,
                null,
                Map.of(),
                null,
                null,
                null,
                OrderRules.DEFAULT);
    }

    /** @throws IOException when the file cannot be read, or says something it must not; the message names the key */
    public static AgentConfiguration read(Path file) throws IOException {
        return AgentFile.read(file);
    }

    /** While this file is there, a person works on the host and nothing is started or handed over. */
    public Path maintenance() {
        return runDir.resolve("MAINTENANCE");
    }

    /** What the driver serves with: files, and directories of them. */
    public List<Path> operatorFiles() {
        return driver == Driver.haproxy
                ? Objects.requireNonNull(haproxyConfiguration)
                : List.of(Objects.requireNonNull(sandboxConfiguration));
    }

    /** The first of them, which stands for all in sentences. */
    public Path operatorFile() {
        return operatorFiles().getFirst();
    }

    /**
     * The check user's password as it is now; empty for one without.
     *
     * @throws IOException when its file cannot be read
     */
    public String checkPassword() throws IOException {
        return checkPasswordFile == null ? "" : firstLine(checkPasswordFile);
    }

    static String firstLine(Path file) throws IOException {
        return Files.readString(file).lines().findFirst().orElse("");
    }

    private static List<Path> files(@Nullable List<Path> written) {
        var files = require(written, "haproxy_configuration");
        if (files.isEmpty()) throw new IllegalArgumentException("haproxy_configuration names no file");
        return files.stream().map(file -> file.toAbsolutePath().normalize()).toList();
    }

    private static Path absolute(@Nullable Path path, String key) {
        return require(path, key).toAbsolutePath().normalize();
    }

    private static void match(@Nullable String value, String key, String pattern, String allowed) {
        if (!require(value, key).matches(pattern)) {
            throw new IllegalArgumentException("%s is '%s', and must be %s".formatted(key, value, allowed));
        }
    }

    private static <T> T require(@Nullable T value, String key) {
        if (value == null) throw new IllegalArgumentException(key + " is missing");
        return value;
    }
}
