package dev.changeover.api;

import static dev.changeover.access.Permission.DELETE_TASKS;
import static dev.changeover.access.Permission.LIST_AUDIT;
import static dev.changeover.access.Permission.LIST_INSTANCES;
import static dev.changeover.access.Permission.LIST_TASKS;
import static dev.changeover.access.Permission.MANAGE_ACCESS;
import static dev.changeover.access.Permission.MANAGE_KERNELS;
import static dev.changeover.access.Permission.MODIFY_INSTANCE;
import static dev.changeover.access.Permission.MODIFY_PROXY;
import static dev.changeover.access.Permission.OPERATE_UPGRADES;

import dev.changeover.access.Role;
import java.util.List;

/**
 * The permissions of all routes: every route there is, with the permission it needs and how it is called. Variables
 * stand for ids in path, query and body alike. {@link RouteMatrixTest} holds it against the routes and calls each of
 * them as everybody.
 */
final class RouteTable {
    /** Needs no credentials. */
    private static final String NOTHING = "nothing";
    /** Needs credentials of whomever. */
    private static final String ANYBODY = "anybody";

    private static final String UPGRADE =
            "{\"source_version\":\"%s\",\"target_version\":\"%s\"}".formatted(Fleets.OLD, Fleets.NEW);
    private static final String REASON = "{\"reason\":\"the matrix\"}";
    private static final String LOST = "{\"proxy_id\":\"{proxy_id}\",\"reason\":\"the matrix\"}";
    private static final String CONTACT = "{\"name\":\"matrix\",\"email\":\"matrix@example.com\"}";
    private static final String PROXY = "{\"id\":\"matrix\",\"address\":\"10.0.0.9\",\"port\":3306,\"mode\":\"SINGLE\","
            + "\"version\":\"2.6.12.3\",\"nodes\":[{\"id\":\"matrix-n1\",\"role\":\"PRIMARY\"}]}";
    private static final String LOG_IN = "{\"name\":\"nobody\",\"password\":\"wrong\"}";

    private static final String PASSWORD = "correct horse battery";

    static final List<Rule> ALL = List.of(
            rule("GET /health", NOTHING),
            rule("GET /health/{selector}", NOTHING),
            rule("GET /prometheus", OPERATE_UPGRADES),
            rule("GET /openapi/changeover.yml", ANYBODY),
            rule("POST /v3/login", NOTHING).with(LOG_IN),
            rule("POST /v3/logout", ANYBODY),
            rule("GET /v3/me", ANYBODY),
            rule("POST /v3/session", NOTHING).with(LOG_IN),
            rule("DELETE /v3/session", ANYBODY),
            rule("GET /v3/session/provider", NOTHING),
            rule("POST /v3/session/provider", NOTHING),
            rule("POST /v3/session/provider/code", NOTHING).with("{\"code\":\"c\",\"state\":\"s\"}"),
            rule("PUT /v3/me/password", ANYBODY)
                    .with("{\"old_password\":\"wrong\",\"new_password\":\"%s\"}".formatted(PASSWORD)),
            rule("GET /v3/me/access-keys", ANYBODY),
            rule("POST /v3/me/access-keys", ANYBODY),
            rule("DELETE /v3/me/access-keys/{access_key_id}", ANYBODY),
            rule("GET /v3/users", MANAGE_ACCESS),
            rule("POST /v3/users", MANAGE_ACCESS)
                    .with("{\"name\":\"matrix-new\",\"role\":\"viewer\",\"projects\":[\"p-1\"]}"),
            rule("PUT /v3/users/{name}", MANAGE_ACCESS).with("{\"role\":\"owner\"}"),
            rule("PUT /v3/users/{name}/password", MANAGE_ACCESS).with("{\"password\":\"%s\"}".formatted(PASSWORD)),
            rule("DELETE /v3/users/{name}", MANAGE_ACCESS),
            rule("GET /v3/access-keys", MANAGE_ACCESS),
            rule("POST /v3/access-keys", MANAGE_ACCESS).with("{\"account\":\"{name}\"}"),
            rule("DELETE /v3/access-keys/{access_key_id}", MANAGE_ACCESS),
            rule("GET /audit", LIST_AUDIT),
            rule("GET /v3/audit", LIST_AUDIT),
            rule("GET /v3/{project_id}/audit", LIST_AUDIT),
            rule("GET /v3/{project_id}/contacts", LIST_INSTANCES),
            rule("POST /v3/{project_id}/contacts", MODIFY_INSTANCE).with(CONTACT),
            rule("DELETE /v3/{project_id}/contacts/{contact_id}", MODIFY_INSTANCE),
            rule("POST /v3/{project_id}/contact-test", MODIFY_INSTANCE),
            rule("GET /v3/{project_id}/instances/{instance_id}/contacts", LIST_INSTANCES),
            rule("POST /v3/{project_id}/instances/{instance_id}/contacts", MODIFY_INSTANCE)
                    .with(CONTACT),
            rule("PUT /v3/{project_id}/instances/{instance_id}/contacts", MODIFY_INSTANCE)
                    .with("{\"contacts\":[%s]}".formatted(CONTACT)),
            rule("POST /v3/{project_id}/instances/{instance_id}/contact-test", MODIFY_INSTANCE),
            rule("POST /v3/{project_id}/instances/{instance_id}/contacts/test", MODIFY_INSTANCE),
            rule("GET /v3/{project_id}/notices", LIST_INSTANCES),
            rule("GET /v3/projects", LIST_INSTANCES),
            rule("GET /v3/instances/{instance_id}", LIST_INSTANCES),
            rule("GET /v3/proxies/{proxy_id}", LIST_INSTANCES),
            rule("GET /v3/nodes", OPERATE_UPGRADES),
            rule("GET /v3/upgrades/held", OPERATE_UPGRADES),
            rule("GET /v3/repair", OPERATE_UPGRADES),
            rule("POST /v3/repair/{job_id}/end", OPERATE_UPGRADES).with(LOST),
            rule("POST /v3/repair/{job_id}/begin", OPERATE_UPGRADES).with(LOST),
            rule("GET /v3/upgrades/{job_id}", LIST_TASKS),
            rule("GET /v3/fleet", MANAGE_KERNELS),
            rule("POST /v3/fleet", MANAGE_KERNELS).with("{\"projects\":[{\"id\":\"p-8\",\"region\":\"eu-de\"}]}"),
            rule("POST /v3/nodes/{node_id}/enrolment", MANAGE_KERNELS),
            rule("GET /v3/order-key", MANAGE_KERNELS),
            rule("POST /v3/order-key", MANAGE_KERNELS).with("{\"others\":1000}"),
            rule("GET /v3/kernel-versions", MANAGE_KERNELS),
            rule("POST /v3/kernel-versions", MANAGE_KERNELS)
                    .with(
                            "{\"kernels\":[{\"version\":\"9.9.9.9\",\"engine\":\"haproxy\",\"reported_version\":\"9\"}]}"),
            rule("PATCH /v3/kernel-versions/{engine}/{version}", MANAGE_KERNELS)
                    .with("{\"lifecycle\":\"RISKY\",\"reason\":\"it leaks\"}"),
            rule("GET /v3/kernel-versions/{engine}/{version}/proxies", MANAGE_KERNELS),
            rule("GET /v3/campaigns", OPERATE_UPGRADES),
            rule("POST /v3/campaigns", OPERATE_UPGRADES).with("{\"version\":\"9.9.9.8\"}"),
            rule("POST /v3/campaign-plans", OPERATE_UPGRADES).with("{\"version\":\"9.9.9.8\"}"),
            rule("GET /v3/campaigns/{campaign_id}", OPERATE_UPGRADES),
            rule("GET /v3/campaigns/{campaign_id}/members", OPERATE_UPGRADES),
            rule("GET /v3/campaigns/{campaign_id}/notices", OPERATE_UPGRADES),
            rule("POST /v3/campaigns/{campaign_id}/{order}", OPERATE_UPGRADES).with(REASON),
            rule("GET /v3/{project_id}/schedule-events", LIST_TASKS),
            rule("POST /v3/{project_id}/schedule-events", MODIFY_PROXY)
                    .with(
                            "{\"event_instances\":[{\"event_id\":\"e\",\"instance_id\":\"i\"}],\"operation_type\":\"cancel\"}"),
            rule("GET /v3/{project_id}/instances/{instance_id}/ring", LIST_INSTANCES),
            rule("PUT /v3/{project_id}/instances/{instance_id}/ring", MODIFY_INSTANCE)
                    .with("{\"ring\":\"EARLY\"}"),
            rule("GET /v3/{project_id}/instances", LIST_INSTANCES),
            rule("POST /v3/{project_id}/instances", MANAGE_KERNELS).with("{\"id\":\"matrix\"}"),
            rule("PUT /v3/{project_id}/instances/{instance_id}", MANAGE_KERNELS).with("{\"id\":\"{instance_id}\"}"),
            rule("POST /v3/{project_id}/instances/{instance_id}/proxy", MANAGE_KERNELS)
                    .with(PROXY),
            rule("GET /v3/{project_id}/instances/{instance_id}/proxy-list", LIST_INSTANCES),
            rule("GET /v3/{project_id}/instances/{instance_id}/proxies", LIST_INSTANCES),
            rule("GET /v3/{project_id}/instances/{instance_id}/proxy/engine-version", LIST_INSTANCES),
            rule("GET /v3/{project_id}/instances/{instance_id}/ops-window", LIST_INSTANCES),
            rule("DELETE /v3/{project_id}/instances/{instance_id}/proxies/{proxy_id}", MODIFY_INSTANCE)
                    .with("{}"),
            rule("DELETE /v3/{project_id}/instances/{instance_id}", MODIFY_INSTANCE)
                    .with("{}"),
            rule("DELETE /v3/projects/{project_id}", MANAGE_KERNELS).with("{}"),
            rule("PUT /v3/{project_id}/instances/{instance_id}/ops-window", MODIFY_INSTANCE)
                    .with("{\"start_time\":\"01:00\",\"end_time\":\"02:00\"}"),
            rule("GET /v3/{project_id}/instances/{instance_id}/proxy/{proxy_id}/upgrade-plan", LIST_INSTANCES),
            rule(
                    "GET /v3/{project_id}/instances/{instance_id}/proxy/{proxy_id}/{engine_name}/proxy-version",
                    LIST_INSTANCES),
            rule("POST /v3/{project_id}/instances/{instance_id}/proxy/{proxy_id}/upgrade-version", MODIFY_PROXY)
                    .with(UPGRADE),
            rule("POST /v3/{project_id}/instances/{instance_id}/schedule-tasks/exist", LIST_TASKS)
                    .with("{\"schedule_type\":\"PROXY_VERSION_UPGRADE\",\"proxy_id\":\"{proxy_id}\"}"),
            rule("GET /v3/{project_id}/tasklist", LIST_TASKS),
            rule("GET /v3/{project_id}/immediate-jobs", LIST_TASKS),
            rule("GET /v3/{project_id}/schedule-tasks", LIST_TASKS),
            rule("GET /v3/{project_id}/scheduled-jobs", LIST_TASKS),
            rule("DELETE /v3/{project_id}/scheduled-jobs", MODIFY_PROXY).with("{\"job_ids\":[\"{job_id}\"]}"),
            rule("DELETE /v3/{project_id}/instance/{instance_id}/scheduled-jobs", DELETE_TASKS)
                    .with("{\"job_id\":\"{job_id}\"}"),
            rule("GET /v3/{project_id}/jobs", LIST_TASKS).asking("?id={job_id}"),
            rule("DELETE /v3/{project_id}/jobs", DELETE_TASKS).asking("?id={job_id}"),
            rule("DELETE /v3/{project_id}/jobs/{job_id}", DELETE_TASKS),
            rule("GET /v3/{project_id}/upgrades/{job_id}", LIST_TASKS),
            rule("GET /v3/{project_id}/upgrades/{job_id}/events", LIST_TASKS),
            rule("GET /v3/{project_id}/upgrades/{job_id}/report", LIST_TASKS),
            rule("POST /v3/{project_id}/upgrades/{job_id}/{command}", MODIFY_PROXY)
                    .with(REASON),
            rule("POST /v3/{project_id}/upgrades/{job_id}/{order}", OPERATE_UPGRADES)
                    .with(REASON));

    private RouteTable() {}

    private static Rule rule(String route, String permission) {
        return new Rule(route, permission, "", "");
    }

    /**
     * One route.
     *
     * @param route method and path
     * @param permission a constant of {@link dev.changeover.access.Permission}, or what stands for one here
     */
    record Rule(String route, String permission, String query, String body) {
        private Rule with(String body) {
            return new Rule(route, permission, query, body);
        }

        private Rule asking(String query) {
            return new Rule(route, permission, query, body);
        }

        boolean open() {
            return permission.equals(NOTHING);
        }

        boolean permits(Role role) {
            return open() || permission.equals(ANYBODY) || role.permissions().contains(permission);
        }

        String method() {
            return route.substring(0, route.indexOf(' '));
        }

        String path() {
            return route.substring(route.indexOf(' ') + 1);
        }

        /** Whether it names something that belongs to a project. */
        boolean isOfAProject() {
            return path().contains("{project_id}") || namesMoreThanItsProject();
        }

        /** Whether that can belong to another project than the path says. */
        boolean namesMoreThanItsProject() {
            return path().contains("{instance_id}") || path().contains("{proxy_id}") || namesAJob();
        }

        /** Whether a job is the first thing that it names beside its project. */
        boolean namesAJob() {
            return !path().contains("{instance_id}") && (path() + query + body).contains("{job_id}");
        }

        /** Whether what another project has is refused as a job rather than as a project. */
        boolean isOfAJob() {
            return (path() + query).contains("{job_id}");
        }
    }
}
