package dev.changeover.api.contacts;

import static io.swagger.v3.oas.annotations.media.Schema.RequiredMode.REQUIRED;

import dev.changeover.api.ApiException;
import dev.changeover.contact.Contact;
import dev.changeover.contact.WrongContact;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Somebody to tell; at least one of e-mail, phone and webhook is needed.
 *
 * @param name 1 to 255 characters; a contact of the same name is replaced
 * @param phone an international number like +4915112345678
 * @param webhook an address of http or https on the Internet
 * @param timeZone name of an IANA time zone; null means UTC
 * @param quietHours when nothing is sent but that an upgrade is held: 22-07, 22:30-06:30 or none; null means 22-07
 */
record ContactBody(
        @Schema(requiredMode = REQUIRED, nullable = false) @Nullable String name,

        @Nullable String email,
        @Nullable String phone,
        @Nullable String webhook,
        @Nullable String timeZone,
        @Nullable String quietHours) {

    Contact contact(String projectId, @Nullable String instanceId) {
        return checked(() -> Contact.of(
                projectId, instanceId, name == null ? "" : name, email, phone, webhook, timeZone, quietHours));
    }

    /** What is wrong with a contact is told as what is wrong with a parameter. */
    static <T> T checked(Supplier<T> work) {
        try {
            return work.get();
        } catch (WrongContact wrong) {
            throw ApiException.badParameter(wrong.field(), String.valueOf(wrong.getMessage()));
        }
    }

    /** All contacts of an instance. */
    record All(
            @Schema(requiredMode = REQUIRED, nullable = false) @Nullable List<ContactBody> contacts) {
        List<Contact> contacts(String projectId, String instanceId) {
            if (contacts == null) {
                throw ApiException.badParameter("contacts", "is missing; a list is needed, which may be empty");
            }
            if (contacts.stream().anyMatch(Objects::isNull)) {
                throw ApiException.badParameter("contacts", "has an entry that is null");
            }
            var all = contacts.stream()
                    .map(body -> body.contact(projectId, instanceId))
                    .toList();
            if (all.stream().map(Contact::id).distinct().count() < all.size()) {
                throw ApiException.badParameter("contacts", "two have the same name");
            }
            return all;
        }
    }
}
