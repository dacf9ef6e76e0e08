package dev.changeover.api.contacts;

import dev.changeover.access.Permission;
import dev.changeover.api.caller.Caller;
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

    /** A webhook as the caller may see it. */
    static String shown(String webhook, Caller caller) {
        return caller.may(Permission.MODIFY_INSTANCE) ? webhook : Contact.masked(webhook);
    }

    /** Some contacts, by name. */
    record ContactList(List<ContactInfo> contacts) {
        static ContactList of(List<Contact> contacts, Caller caller) {
            return new ContactList(contacts.stream()
                    .map(contact -> ContactInfo.of(contact, caller))
                    .toList());
        }
    }

    /**
     * A contact.
     *
     * @param instanceId null where it is told of every instance of the project
     * @param webhook for a viewer its host alone: https://hooks.example/***
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
        static ContactInfo of(Contact contact, Caller caller) {
            return new ContactInfo(
                    contact.id(),
                    contact.instanceId(),
                    contact.name(),
                    contact.email(),
                    contact.phone(),
                    contact.webhook() == null ? null : shown(contact.webhook(), caller),
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
