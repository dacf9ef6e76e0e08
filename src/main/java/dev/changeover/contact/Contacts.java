package dev.changeover.contact;

import dev.changeover.database.Columns;
import dev.changeover.database.Sql;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Contacts in the database. Safe for concurrent use; every write is one transaction and may be repeated. */
@Singleton
public final class Contacts {
    private static final Columns<Contact> CONTACT = Columns.of(Contact.class);

    /** Each of them costs an operator a message for every notice and every test. */
    private static final int MOST = 50;

    private final Sql sql;
    private final HostNames names;
    private final ContactSettings settings;

    Contacts(Sql sql, HostNames names, ContactSettings settings) {
        this.sql = sql;
        this.names = names;
        this.settings = settings;
    }

    /** Those of an instance, by name; those of its project that every instance has are left out. */
    public List<Contact> ofInstance(String instanceId) {
        return where("instance_id = ?", instanceId);
    }

    /** Those that every instance of a project has, by name. */
    public List<Contact> ofProject(String projectId) {
        return where("project_id = ? and instance_id is null", projectId);
    }

    /** All of a project and of its instances, by name. */
    public List<Contact> inProject(String projectId) {
        return where("project_id = ?", projectId);
    }

    /** All that are told of an instance: its own and its project's. */
    public List<Contact> toTell(String projectId, String instanceId) {
        return where("project_id = ? and (instance_id = ? or instance_id is null)", projectId, instanceId);
    }

    private List<Contact> where(String condition, Object... values) {
        return sql.list("select * from contact where " + condition + " order by name, id", CONTACT::read, values);
    }

    /** One of a project or of one of its instances. */
    public Optional<Contact> inProject(String projectId, String contactId) {
        return sql.first("select * from contact where project_id = ? and id = ?", CONTACT::read, projectId, contactId);
    }

    /**
     * Adds a contact, or replaces the one of the same name.
     *
     * @throws WrongContact if its webhook is where none may be, or there are 50 others
     */
    public void put(Contact contact) {
        refusePrivate(contact);
        sql.together(() -> {
            lock(contact.projectId(), contact.instanceId());
            var known = all(contact.projectId(), contact.instanceId());
            if (known.stream().noneMatch(other -> other.id().equals(contact.id()))) refuseMore(known.size() + 1);
            CONTACT.add(sql, "contact", contact);
            CONTACT.change(sql, "contact", contact, "id", "email", "phone", "webhook", "zone", "quiet");
        });
    }

    /**
     * Lets an instance or a project have these contacts and no others.
     *
     * @param instanceId null for those of the project
     * @throws WrongContact if a webhook is where none may be, or they are more than 50
     */
    public void replace(String projectId, @Nullable String instanceId, List<Contact> contacts) {
        refuseMore(contacts.size());
        // Nobody is asked for the hosts of those that stay: a name may be gone, or its server slow, while a fleet is
        // imported.
        var known = all(projectId, instanceId).stream().map(Contact::webhook).collect(Collectors.toSet());
        contacts.stream().filter(contact -> !known.contains(contact.webhook())).forEach(this::refusePrivate);
        sql.together(() -> {
            lock(projectId, instanceId);
            all(projectId, instanceId).forEach(this::remove);
            contacts.forEach(contact -> CONTACT.add(sql, "contact", contact));
        });
    }

    /** Takes a contact away; what waits for it is not sent any more. False if there is none. */
    public boolean remove(Contact contact) {
        return sql.change("delete from contact where id = ?", contact.id()) > 0;
    }

    /** Of two that change the same contacts at once the second finds what the first has left. */
    private void lock(String projectId, @Nullable String instanceId) {
        if (instanceId == null) {
            sql.exists("select 1 from project where id = ? for update", projectId);
        } else {
            sql.exists("select 1 from instance where id = ? for update", instanceId);
        }
    }

    private List<Contact> all(String projectId, @Nullable String instanceId) {
        return instanceId == null ? ofProject(projectId) : ofInstance(instanceId);
    }

    private static void refuseMore(int number) {
        if (number > MOST) {
            throw new WrongContact(
                    "contacts",
                    ("an instance has at most %d contacts, and a project %d for all of its instances: remove one, or give"
                                    + " the address of a group")
                            .formatted(MOST, MOST));
        }
    }

    /** The name may mean another address tomorrow: senders look again at each connection. */
    private void refusePrivate(Contact contact) {
        var webhook = contact.webhook();
        if (webhook == null || settings.privateWebhooks()) return;
        var host = URI.create(webhook).getHost();
        try {
            if (names.addresses(host).stream().allMatch(PublicAddress::isPublic)) return;
        } catch (UnknownHostException unknown) {
            throw new WrongContact(
                    "webhook", "the host '%s' of the webhook of '%s' is not known".formatted(host, contact.name()));
        }
        throw new WrongContact(
                "webhook",
                "'%s' is no address on the Internet: an operator can allow it by CHANGEOVER_CONTACT_PRIVATE_WEBHOOKS=true"
                        .formatted(host));
    }
}
