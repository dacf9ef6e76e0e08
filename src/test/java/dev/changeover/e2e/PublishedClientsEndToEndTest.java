package dev.changeover.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.huaweicloud.sdk.gaussdb.v3.model.GetJobInfoDetail;
import com.huaweicloud.sdk.gaussdb.v3.model.ProxyUpgradeProxyVersionRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.ShowGaussMySqlJobInfoRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.ShowProxyVersionRequest;
import com.huaweicloud.sdk.gaussdb.v3.model.ShowProxyVersionResponse;
import com.huaweicloud.sdk.gaussdb.v3.model.UpgradeProxyVersionRequest;
import com.huaweicloud.sdk.rds.v3.model.ListRdSforMySqlProxyRequest;
import dev.changeover.access.Role;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Callers;
import dev.changeover.api.PublishedClients;
import dev.changeover.api.StartedCampaign;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that were written for the cloud, with the key of an owner, against one set of real processes. */
class PublishedClientsEndToEndTest {
    private static final Path SDKS = Path.of("src", "test", "resources", "sdks").toAbsolutePath();
    private static final Pattern EXPORT = Pattern.compile("export HUAWEICLOUD_SDK_(AK|SK)=(\\S+)");

    private static Installation here;
    private static Map<String, String> key = Map.of();

    @BeforeAll
    static void install() throws Exception {
        here = new Installation(Duration.ofHours(24), Duration.ofSeconds(1), List.of("go", "python"));
        key = key();
    }

    @AfterAll
    static void uninstall() throws Exception {
        here.close();
    }

    @Test
    void a_program_in_go_does_so_too() throws Exception {
        var job = completed("go", List.of(GoProgram.built(SDKS.resolve("go")).toString()));

        upgraded("go", job);
    }

    @Test
    void a_program_in_python_does_so_too() throws Exception {
        var job = completed("python", python("upgrade.py"));

        upgraded("python", job);
    }

    /** The client in Java of that release has no such calls. */
    @ParameterizedTest
    @ValueSource(strings = {"go", "python"})
    void a_program_reads_moves_cancels_and_executes_a_planned_event(String language) throws Exception {
        var program = language.equals("go")
                ? List.of(GoProgram.built(SDKS.resolve("go")).toString(), "event")
                : python("events.py");
        var settings = Map.<String, Object>of("micronaut.server.port", -1, "test.clock-ticks", true);
        try (var server = ApplicationContext.run(EmbeddedServer.class, settings, "api")) {
            var context = server.getApplicationContext();
            var scene = context.getBean(ApiScene.class);
            scene.call.post("/v3/p-1/contacts", "{\"name\":\"owners\",\"email\":\"owners@example.com\"}");
            var event = StartedCampaign.in(context, scene.call);
            var made = Callers.key(context, "shop-events", Role.OWNER, "p-1");
            var environment = Map.of(
                    "ENDPOINT", scene.server.toString(),
                    "AK", made.key().id(),
                    "SK", made.secret(),
                    "PROJECT", "p-1",
                    "INSTANCE", "i-1",
                    "DAY", LocalDate.now(ZoneOffset.UTC).plusDays(6).toString());

            assertThat(printed(language + "-event", environment, program)).isEqualTo(event);
            assertThat(scene.upgrades.commands)
                    .extracting(command -> command.split(" ")[0])
                    .endsWith("cancel", "start-now");
        }
    }

    private static List<String> python(String program) throws Exception {
        var packages = PythonPackages.fetched("sdks", SDKS.resolve("python").resolve("requirements.txt"));
        return List.of(
                "env",
                "PYTHONPATH=" + packages,
                "PYTHONDONTWRITEBYTECODE=1",
                "python3",
                SDKS.resolve("python").resolve(program).toString());
    }

    /** The job that a program of another language says it completed; its endpoint ends with a slash. */
    private static String completed(String instance, List<String> command) throws Exception {
        return printed(
                instance,
                Map.of(
                        "ENDPOINT",
                        here.api() + "/",
                        "AK",
                        Objects.requireNonNull(key.get("AK")),
                        "SK",
                        Objects.requireNonNull(key.get("SK")),
                        "PROJECT",
                        "p-1",
                        "INSTANCE",
                        instance),
                command);
    }

    /** The last line of a program that ends well. */
    private static String printed(String name, Map<String, String> environment, List<String> command) throws Exception {
        var output = Path.of("target", "sdk-" + name + ".log").toAbsolutePath();
        var program = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        program.environment().putAll(environment);
        var exitCode = PythonPackages.exitCode(program);
        var printed = Files.readString(output).strip();
        assertThat(exitCode).as(printed).isZero();
        return printed.substring(printed.lastIndexOf('\n') + 1);
    }

    private static void upgraded(String instance, String job) throws Exception {
        assertThat(here.view(job).path("status").asText()).isEqualTo("Completed");
        assertThat(Installation.nodesOf(instance))
                .allSatisfy(node -> assertThat(here.serving(node).orElseThrow().version())
                        .isEqualTo(here.kernels.newer().reportedVersion()));
    }

    @Test
    void a_program_that_has_only_the_published_clients_upgrades_a_proxy_from_start_to_finish() throws Exception {
        var program = PublishedClients.of(
                here.api(), Objects.requireNonNull(key.get("AK")), Objects.requireNonNull(key.get("SK")), "p-1");

        var entry = program.relational()
                .listRdSforMySqlProxy(new ListRdSforMySqlProxyRequest().withInstanceId("in-1"))
                .getProxyQueryInfoList()
                .getFirst();
        var proxyId = entry.getProxy().getPoolId();
        var before = version(program, proxyId);
        var job = upgrade(program, proxyId, before);
        await("the job is completed")
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> status(program, job), GetJobInfoDetail.StatusEnum.COMPLETED::equals);
        var after = version(program, proxyId);

        assertThat(entry.getProxy().getNodes()).hasSize(3);
        assertThat(before.getCurrentVersion()).isEqualTo(here.kernels.older().version());
        assertThat(before.getCanUpgrade()).isTrue();
        assertThat(after.getCurrentVersion()).isEqualTo(before.getLatestVersion());
        assertThat(after.getCanUpgrade()).isFalse();
        assertThat(Installation.NODES)
                .allSatisfy(node -> assertThat(here.serving(node).orElseThrow().version())
                        .isEqualTo(here.kernels.newer().reportedVersion()));
    }

    /** That an operator makes for the programs. */
    private static Map<String, String> key() throws Exception {
        assertThat(here.cli("user", "add", "shop-jobs", "--role", "owner", "--project", "p-1", "--no-password"))
                .isZero();
        return EXPORT.matcher(here.printed("key", "add", "shop-jobs"))
                .results()
                .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
    }

    private static ShowProxyVersionResponse version(PublishedClients program, String proxyId) {
        return program.databases()
                .showProxyVersion(new ShowProxyVersionRequest()
                        .withInstanceId("in-1")
                        .withProxyId(proxyId)
                        .withEngineName("taurusproxy"));
    }

    private static String upgrade(PublishedClients program, String proxyId, ShowProxyVersionResponse from) {
        var versions = new ProxyUpgradeProxyVersionRequest()
                .withSourceVersion(from.getCurrentVersion())
                .withTargetVersion(from.getLatestVersion());
        return program.databases()
                .upgradeProxyVersion(new UpgradeProxyVersionRequest()
                        .withInstanceId("in-1")
                        .withProxyId(proxyId)
                        .withBody(versions))
                .getUpdateResult()
                .getFirst()
                .getWorkflowId();
    }

    private static GetJobInfoDetail.StatusEnum status(PublishedClients program, String job) {
        return program.databases()
                .showGaussMySqlJobInfo(new ShowGaussMySqlJobInfoRequest().withId(job))
                .getJob()
                .getStatus();
    }
}
