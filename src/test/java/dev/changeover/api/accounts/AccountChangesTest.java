package dev.changeover.api.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.access.Account;
import dev.changeover.access.Accounts;
import dev.changeover.access.Role;
import dev.changeover.api.ApiScene;
import dev.changeover.api.Callers;
import dev.changeover.api.Calls;
import dev.changeover.inventory.Inventory;
import dev.changeover.window.MaintenanceWindow;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens outlive what they stood for; what they are good for is looked up at every call. */
@MicronautTest(environments = "api", transactional = false)
class AccountChangesTest {
    private static final String NAME = "otto";
    private static final String WINDOW = "/v3/p-1/instances/i-1/ops-window";

    private final Accounts accounts;
    private final Inventory inventory;
    private final Calls call;

    AccountChangesTest(EmbeddedServer server, ApiScene scene, Accounts accounts) {
        this.accounts = accounts;
        this.inventory = scene.inventory;
        this.call = scene.call.by(Callers.token(server.getApplicationContext(), NAME, Role.OWNER, "p-1"));
    }

    @BeforeEach
    void as_from_the_start() {
        inventory.setWindow("i-1", MaintenanceWindow.DEFAULT);
        become(Role.OWNER, "p-1");
    }

    @Test
    void a_removed_account_is_nobody_at_its_next_call() {
        assertThat(call.get("/v3/projects").status()).isEqualTo(200);

        accounts.remove(NAME);

        assertThat(call.get("/v3/projects").status()).isEqualTo(401);
        assertThat(change().status()).isEqualTo(401);
        assertThat(window()).isEqualTo(MaintenanceWindow.DEFAULT);
    }

    @Test
    void an_account_with_another_role_may_what_that_may_at_its_next_call() {
        become(Role.VIEWER, "p-1");

        assertThat(change().status()).isEqualTo(403);
        assertThat(window()).isEqualTo(MaintenanceWindow.DEFAULT);
    }

    @Test
    void an_account_with_other_projects_sees_those_at_its_next_call() {
        become(Role.OWNER, "p-2");

        assertThat(change().status()).isEqualTo(404);
        assertThat(call.get("/v3/p-1/tasklist").status()).isEqualTo(404);
        assertThat(call.get("/v3/p-2/tasklist").status()).isEqualTo(200);
        assertThat(call.get("/v3/projects").json().path("projects").findValuesAsText("id"))
                .containsExactly("p-2");
        assertThat(window()).isEqualTo(MaintenanceWindow.DEFAULT);
    }

    private void become(Role role, String project) {
        var account = new Account(NAME, role, Set.of(project));
        if (!accounts.change(NAME, was -> account, "")) {
            accounts.add(account, null, "");
        }
    }

    private Calls.Answer change() {
        return call.send(
                "PUT", WINDOW, "{\"start_time\":\"01:00\",\"end_time\":\"02:00\"}", "Content-Type", "application/json");
    }

    private MaintenanceWindow window() {
        return inventory.instance("i-1").orElseThrow().window();
    }
}
