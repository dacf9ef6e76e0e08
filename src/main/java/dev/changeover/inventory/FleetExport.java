package dev.changeover.inventory;

import static java.util.stream.Collectors.groupingBy;

import dev.changeover.contact.Contact;
import dev.changeover.contact.Contacts;
import dev.changeover.inventory.Inventory.InstanceEntry;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** The whole fleet as a text that {@link FleetFile} reads: registered in an empty inventory it makes the same fleet. */
@Singleton
public final class FleetExport {
    private static final int AT_ONCE = 1000;

    private final Inventory inventory;
    private final Contacts contacts;
    private final Rings rings;

    FleetExport(Inventory inventory, Contacts contacts, Rings rings) {
        this.inventory = inventory;
        this.contacts = contacts;
        this.rings = rings;
    }

    /**
     * Projects by region, all else by its id. Of what was seen on nodes it has the version that each runs. About 600
     * bytes a proxy, all in memory; of a fleet that changes meanwhile it may have half.
     */
    public String yaml() {
        var options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        options.setDereferenceAliases(true);
        var yaml = new Yaml(options); // not for several threads
        var projects = inventory.projects();
        var text = new StringBuilder(projects.isEmpty() ? "projects: []\n" : "projects:\n");
        projects.forEach(project -> write(project, yaml, text));
        return text.toString();
    }

    private void write(Project project, Yaml yaml, StringBuilder text) {
        var told = contacts.inProject(project.id()).stream()
                .collect(groupingBy(contact -> Objects.requireNonNullElse(contact.instanceId(), "")));
        var chosen = rings.in(project.id());
        text.append(yaml.dump(List.of(fields(
                "id", project.id(),
                "name", project.name(),
                "region", project.region(),
                "contacts", fields(told.get(""))))));
        var total = inventory.instances(Instance.Query.all(project.id(), 0, 1)).total();
        if (total > 0) text.append("  instances:\n");
        for (int from = 0; from < total; from += AT_ONCE) {
            for (var entry : inventory
                    .instances(Instance.Query.all(project.id(), from, AT_ONCE))
                    .entries()) {
                var id = entry.instance().id();
                var fields = fields(entry, chosen.getOrDefault(id, Ring.NORMAL), told.get(id));
                text.append(yaml.dump(List.of(fields)).indent(2));
            }
        }
    }

    private static Map<String, Object> fields(InstanceEntry entry, Ring ring, @Nullable List<Contact> told) {
        var instance = entry.instance();
        return fields(
                "id", instance.id(),
                "name", instance.name(),
                "status", instance.status().name(),
                "window", instance.window().hours(),
                "time_zone", instance.window().zone().getId(),
                "ring", ring.name(),
                "contacts", fields(told),
                "proxies", entry.proxies().stream().map(FleetExport::fields).toList());
    }

    private static List<Map<String, Object>> fields(@Nullable List<Contact> told) {
        return Objects.requireNonNullElse(told, List.<Contact>of()).stream()
                .map(contact -> fields(
                        "name", contact.name(),
                        "email", contact.email(),
                        "phone", contact.phone(),
                        "webhook", contact.webhook(),
                        "time_zone", contact.zone().getId(),
                        "quiet_hours", contact.quiet().toString()))
                .toList();
    }

    private static Map<String, Object> fields(Proxy proxy) {
        return fields(
                "id", proxy.id(),
                "name", proxy.name(),
                "address", proxy.address(),
                "port", proxy.port(),
                "mode", proxy.mode().name(),
                "engine", proxy.engine(),
                "version", proxy.version().toString(),
                "nodes",
                        proxy.nodes().stream()
                                .map(node -> fields(node, proxy.version()))
                                .toList());
    }

    private static Map<String, Object> fields(Node node, KernelVersion lowest) {
        return fields(
                "id", node.id(),
                "name", node.name(),
                "role", node.role().name(),
                "az_code", node.azCode().isEmpty() ? null : node.azCode(),
                "task_queue", node.taskQueue(),
                "version",
                        node.version().toString().equals(lowest.toString())
                                ? null
                                : node.version().toString());
    }

    /** In their order; those without a value are left out. */
    private static Map<String, Object> fields(@Nullable Object... namesAndValues) {
        var fields = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            var value = namesAndValues[i + 1];
            if (value != null) fields.put(String.valueOf(namesAndValues[i]), value);
        }
        return fields;
    }
}
