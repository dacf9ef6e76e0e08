package dev.changeover.api.contacts;

import dev.changeover.contact.Channel;
import dev.changeover.contact.Contact;
import dev.changeover.notify.Delivery.Status;
import dev.changeover.notify.Sender.Result;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is answered about contacts. */
final class ContactAnswers {
    private ContactAnswers() {}

    /** Some contacts, by name. */
    record ContactList(List<ContactInfo> contacts) {
        static ContactList of(List<Contact> contacts) {
            return new ContactList(contacts.stream().map(ContactInfo::of).toList());
        }
    }

    /**
     * A contact.
     *
     * @param instanceId null where it is told of every instance of the project
     */
    record ContactInfo(
            String id,
            @Nullable String instanceId,
            String name,
            @Nullable String email,
            @Nullable String phone,
            @Nullable String webhook,
            String timeZone,
            String quietHours) {
        static ContactInfo of(Contact contact) {
            return new ContactInfo(
                    contact.id(),
                    contact.instanceId(),
                    contact.name(),
                    contact.email(),
                    contact.phone(),
                    contact.webhook(),
                    contact.zone().getId(),
                    contact.quiet().toString());
        }
    }

    /** How the test messages ended. */
    record Tests(List<Test> results) {}

    /**
     * How one test message ended.
     *
     * @param status as of a delivery; WAITING where a real message would be tried again
     * @param reason empty where it was sent
     */
    record Test(String contact, Channel channel, String address, Status status, String reason) {
        static List<Test> of(Contact contact, Map<Channel, Result> results) {
            return contact.addresses().entrySet().stream()
                    .map(to -> of(contact.name(), to.getKey(), to.getValue(), results.get(to.getKey())))
                    .toList();
        }

        private static Test of(String name, Channel channel, String address, @Nullable Result result) {
            return switch (result) {
                case Result.Final ended -> new Test(name, channel, address, ended.status(), ended.reason());
                case Result.Later later -> new Test(name, channel, address, Status.WAITING, later.reason());
                case Result.Maybe maybe -> new Test(name, channel, address, Status.UNKNOWN, maybe.reason());
                case null -> new Test(name, channel, address, Status.OFF, "");
            };
        }
    }
}
