package dev.changeover.api.caller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.access.AccessKeys;
import dev.changeover.access.Role;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Callers;
import dev.changeover.api.FixedClock;
import dev.changeover.api.signature.Signer;
import dev.changeover.database.KillSwitch;
import dev.changeover.upgrade.Outcome;
import dev.changeover.upgrade.Phase;
import io.micronaut.context.BeanContext;
import io.micronaut.context.annotation.Property;
import io.micronaut.http.HttpRequest;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@MicronautTest(environments = "api", transactional = false)
@Property(name = "test.kill-switch", value = "true")
class CredentialRevalidationTest {
    private final BeanContext beans;
    private final ApiScene scene;

    CredentialRevalidationTest(ApiScene scene, EmbeddedServer here) {
        this.beans = here.getApplicationContext();
        this.scene = scene;
    }

    @Test
    void five_hundred_pages_of_one_caller_are_one_question_a_second() {
        var key = Callers.key(beans, "pages", Role.VIEWER, "p-1");
        var revalidation = beans.getBean(CredentialRevalidation.class);
        var pages = IntStream.range(0, 500)
                .mapToObj(page -> revalidation.of(HttpRequest.GET("/")
                        .header(
                                "Authorization",
                                "SDK-HMAC-SHA256 Access=%s, SignedHeaders=host, Signature=%s"
                                        .formatted(key.key().id(), "0".repeat(64)))))
                .toList();
        var database = beans.getBean(KillSwitch.class);

        database.revive();
        assertThat(pages).allSatisfy(page -> assertThat(page.get()).isPresent());
        assertThat(database.done()).isPositive().isLessThan(50);

        beans.getBean(AccessKeys.class).remove(key.key().id());
        assertThat(pages)
                .allSatisfy(page -> Awaitility.await().until(() -> page.get().isEmpty()));
    }

    @Test
    void a_stream_that_was_signed_for_lasts_as_long_as_its_key_and_no_longer() {
        var jobId = scene.call.submit();
        var key = Callers.key(beans, "shop", Role.VIEWER, "p-1");
        var program = new Signer(scene.server, key, FixedClock.NOW);
        var stream = CompletableFuture.supplyAsync(
                () -> program.get("/v3/p-1/upgrades/" + jobId + "/events"), Thread::startVirtualThread);
        Awaitility.await()
                .during(Duration.ofSeconds(7))
                .atMost(Duration.ofMinutes(1))
                .until(() -> !stream.isDone());

        beans.getBean(AccessKeys.class).remove(key.key().id());

        assertThat(stream).succeedsWithin(Duration.ofMinutes(1));
        scene.upgrades.happens(jobId, 1, "ENDED", Phase.ENDED, Outcome.DONE);
    }
}
