package dev.changeover.inventory;

import dev.changeover.contact.Contact;
import dev.changeover.contact.WrongContact;
import dev.changeover.inventory.Inventory.ContactList;
import dev.changeover.inventory.Inventory.Fleet;
import dev.changeover.inventory.YamlFile.Level;
import dev.changeover.window.MaintenanceWindow;
import dev.changeover.window.WrongWindow;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A fleet as a text in YAML or JSON: projects, in them instances, in them proxies, in them nodes. */
public final class FleetFile {
    private static final List<String> PROJECT = List.of("id", "name", "region", "contacts", "instances");
    private static final List<String> INSTANCE =
            List.of("id", "name", "status", "window", "time_zone", "ring", "contacts", "proxies");
    private static final List<String> CONTACT =
            List.of("name", "email", "phone", "webhook", "time_zone", "quiet_hours");
    private static final List<String> PROXY =
            List.of("id", "name", "address", "port", "mode", "engine", "version", "nodes");
    private static final List<String> NODE = List.of("id", "name", "role", "az_code", "task_queue", "version");

    private final List<Project> projects = new ArrayList<>();
    private final List<Instance> instances = new ArrayList<>();
    private final List<Proxy> proxies = new ArrayList<>();
    private final Set<String> statuses = new HashSet<>();
    private final Set<String> windows = new HashSet<>();
    private final List<ContactList> contacts = new ArrayList<>();
    private final Map<String, Ring> rings = new HashMap<>();

    /** Where those begin that were read of the present project and of the present instance. */
    private int firstInstance;

    private int firstProxy;
    private int firstContacts;

    private FleetFile() {}

    /**
     * Reads a whole fleet or nothing.
     *
     * @param text is read once, as it comes
     * @throws FileRefused with every fault in the text and its line
     * @throws UncheckedIOException if the text ends before its end
     */
    public static Fleet read(FileFormat format, Reader text) {
        var fleet = new FleetFile();
        YamlFile.read(
                format,
                text,
                new Level("projects", "project", PROJECT, fleet::project),
                new Level("instances", "instance", INSTANCE, fleet::instance),
                new Level("proxies", "proxy", PROXY, fleet::proxy));
        return fleet.toFleet();
    }

    /** The same of a YAML text that is there. */
    public static Fleet read(String yaml) {
        return read(FileFormat.YAML, new StringReader(yaml));
    }

    private Fleet toFleet() {
        return new Fleet(projects, instances, proxies, statuses, windows, contacts, rings);
    }

    private void project(YamlBlock block) {
        var id = block.id("project");
        projects.add(new Project(id, block.text("name", 255, id), block.text("region", 64)));
        var own = contacts(block, id, null);
        instances.subList(firstInstance, instances.size()).replaceAll(instance -> instance.in(id));
        firstInstance = instances.size();
        contacts.subList(firstContacts, contacts.size()).replaceAll(list -> list.in(id));
        contacts.addAll(firstContacts, own);
        firstContacts = contacts.size();
    }

    private void instance(YamlBlock block) {
        var id = block.id("instance");
        var status = block.constant("status", Instance.Status.class, Instance.Status.NORMAL);
        if (block.has("status")) statuses.add(id);
        instances.add(new Instance(id, "", block.text("name", 255, id), status, window(block, id)));
        proxies.subList(firstProxy, proxies.size()).replaceAll(proxy -> proxy.of(id));
        firstProxy = proxies.size();
        contacts.addAll(contacts(block, "", id));
        if (block.has("ring")) rings.put(id, block.constant("ring", Ring.class));
    }

    private MaintenanceWindow window(YamlBlock block, String instanceId) {
        if (!block.has("window")) {
            if (block.has("time_zone")) {
                block.fault("time_zone", block.name() + " has a time_zone without a window, like 02:00-06:00");
            }
            return MaintenanceWindow.DEFAULT;
        }
        windows.add(instanceId);
        var before = block.faultsOfFile();
        var hours = block.text("window", 255);
        var zone = block.has("time_zone") ? block.text("time_zone", 255) : null;
        try {
            return block.faultsOfFile() == before ? MaintenanceWindow.parse(hours, zone) : MaintenanceWindow.DEFAULT;
        } catch (WrongWindow wrong) {
            var key = wrong.part() == WrongWindow.Part.ZONE ? "time_zone" : "window";
            block.fault(key, "%s has a wrong %s: %s".formatted(block.name(), key, wrong.getMessage()));
            return MaintenanceWindow.DEFAULT;
        }
    }

    /** A list, be it empty, replaces all contacts of its project or instance. */
    private static List<ContactList> contacts(YamlBlock block, String projectId, @Nullable String instanceId) {
        if (!block.has("contacts")) {
            return List.of();
        }
        var list = block.blocks("contacts", "contact", CONTACT).stream()
                .flatMap(contact -> contact(contact, block, projectId, instanceId).stream())
                .toList();
        return List.of(new ContactList(projectId, instanceId, list));
    }

    private static Optional<Contact> contact(
            YamlBlock block, YamlBlock owner, String projectId, @Nullable String instanceId) {
        var before = block.faultsOfFile();
        var name = block.text("name", 255);
        var parts = CONTACT.stream()
                .skip(1)
                .map(key -> block.has(key) ? block.text(key, 2048) : null)
                .toList();
        if (block.faultsOfFile() > before) {
            return Optional.empty();
        }
        block.declare("name", "contact '%s' of %s".formatted(name, owner.name()));
        try {
            return Optional.of(Contact.of(
                    projectId, instanceId, name, parts.get(0), parts.get(1), parts.get(2), parts.get(3), parts.get(4)));
        } catch (WrongContact wrong) {
            block.fault(wrong.field(), "%s: %s".formatted(block.name(), wrong.getMessage()));
            return Optional.empty();
        }
    }

    private void proxy(YamlBlock block) {
        var before = block.faultsOfFile();
        var id = block.id("proxy");
        var proxy = new Proxy(
                id,
                "",
                block.text("name", 255, id),
                block.text("address", 255),
                block.value("port", "a number from 1 to 65535 is needed", 1, FleetFile::port),
                block.constant("mode", Proxy.Mode.class),
                block.engine(),
                Proxy.Status.NORMAL,
                block.blocks("nodes", "node", NODE).stream()
                        .map(node -> node(node, id, block))
                        .toList());
        if (block.faultsOfFile() == before) {
            proxy.faults().forEach(sentence -> block.fault("mode", sentence));
        }
        proxies.add(proxy);
    }

    private static Node node(YamlBlock block, String proxyId, YamlBlock proxy) {
        var id = block.id("node");
        return new Node(
                id,
                proxyId,
                block.text("name", 255, id),
                block.constant("role", Node.Role.class),
                block.text("az_code", 64, ""),
                block.text("task_queue", 255, "node:" + id),
                (block.has("version") || !proxy.has("version") ? block : proxy).version("version"),
                Node.Status.NORMAL,
                null,
                null,
                0);
    }

    private static @Nullable Integer port(String text) {
        return text.matches("\\d{1,5}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= 65_535
                ? Integer.valueOf(text)
                : null;
    }
}
