package dev.changeover.api.contacts;

import dev.changeover.access.Permission;
import dev.changeover.access.Throttle;
import dev.changeover.api.ApiException;
import dev.changeover.api.audit.Action;
import dev.changeover.api.audit.Change;
import dev.changeover.api.caller.Caller;
import dev.changeover.api.caller.Ownership;
import dev.changeover.api.contacts.ContactAnswers.ContactInfo;
import dev.changeover.api.contacts.ContactAnswers.ContactList;
import dev.changeover.api.contacts.ContactAnswers.Test;
import dev.changeover.api.contacts.ContactAnswers.Tests;
import dev.changeover.contact.Contact;
import dev.changeover.contact.Contacts;
import dev.changeover.notify.Postman;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.security.annotation.Secured;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Whom to tell of an instance, or of every instance of a project (REQUIREMENTS S9). */
@Controller("/v3/{project_id}")
@Tag(name = "Contacts")
class ContactController {
    /** Enough to get a contact right; an operator pays for what owners send. */
    private static final int FREE_TESTS = 5;

    private final Ownership ownership;
    private final Contacts contacts;
    private final Postman postman;
    private final Throttle limits;

    ContactController(Ownership ownership, Contacts contacts, Postman postman, Clock clock) {
        this.ownership = ownership;
        this.contacts = contacts;
        this.postman = postman;
        this.limits = new Throttle("test messages in this project, or to one of its addresses", FREE_TESTS, clock);
    }

    /** Those who are told of every instance of the project. */
    @Secured(Permission.LIST_INSTANCES)
    @Get("/contacts")
    ContactList ofProject(@PathVariable("project_id") String projectId, @Parameter(hidden = true) Caller caller) {
        return ContactList.of(contacts.ofProject(ownership.project(projectId).id()), caller);
    }

    /** Adds somebody who is told of every instance of the project, at most 50, or replaces the one of the same name. */
    @Secured(Permission.MODIFY_INSTANCE)
    @Action("contact.add")
    @Post("/contacts")
    ContactInfo addToProject(
            @PathVariable("project_id") String projectId,
            @Body ContactBody body,
            @Parameter(hidden = true) Caller caller,
            @Parameter(hidden = true) Change change) {
        return add(body.contact(ownership.project(projectId).id(), null), caller, change);
    }

    /** Takes a contact away, of the project or of one of its instances; what waits for it is not sent any more. */
    @Secured(Permission.MODIFY_INSTANCE)
    @Action("contact.remove")
    @Delete("/contacts/{contact_id}")
    Map<String, String> remove(
            @PathVariable("project_id") String projectId,
            @PathVariable("contact_id") String contactId,
            @Parameter(hidden = true) Change change) {
        var contact = contacts.inProject(ownership.project(projectId).id(), contactId)
                .orElseThrow(() -> ApiException.badParameter("contact_id", "the project has no contact " + contactId));
        change.before("contact", contact.name()).announce();
        contacts.remove(contact);
        return Map.of();
    }

    /** Those who are told of the instance: its own, and the project's. */
    @Secured(Permission.LIST_INSTANCES)
    @Get("/instances/{instance_id}/contacts")
    ContactList ofInstance(
            @PathVariable("project_id") String projectId,
            @PathVariable("instance_id") String instanceId,
            @Parameter(hidden = true) Caller caller) {
        return ContactList.of(toTell(projectId, instanceId), caller);
    }

    /** Adds somebody who is told of the instance, at most 50, or replaces the one of the same name. */
    @Secured(Permission.MODIFY_INSTANCE)
    @Action("contact.add")
    @Post("/instances/{instance_id}/contacts")
    ContactInfo addToInstance(
            @PathVariable("project_id") String projectId,
            @PathVariable("instance_id") String instanceId,
            @Body ContactBody body,
            @Parameter(hidden = true) Caller caller,
            @Parameter(hidden = true) Change change) {
        return add(
                body.contact(
                        projectId, ownership.instance(projectId, instanceId).id()),
                caller,
                change);
    }

    /** Lets the instance have these contacts of its own, at most 50, and no others. */
    @Secured(Permission.MODIFY_INSTANCE)
    @Action("contact.replace")
    @Put("/instances/{instance_id}/contacts")
    ContactList replace(
            @PathVariable("project_id") String projectId,
            @PathVariable("instance_id") String instanceId,
            @Body ContactBody.All body,
            @Parameter(hidden = true) Caller caller,
            @Parameter(hidden = true) Change change) {
        var instance = ownership.instance(projectId, instanceId);
        var all = body.contacts(projectId, instance.id());
        change.before("contacts", names(contacts.ofInstance(instance.id())))
                .after("contacts", names(all))
                .announce();
        ContactBody.checked(() -> {
            contacts.replace(projectId, instance.id(), all);
            return all;
        });
        return ContactList.of(toTell(projectId, instanceId), caller);
    }

    /**
     * Sends a test message to everybody who is told of the instance, at once and whatever the hour. After five tests of a
     * project or to an address the next ones have to wait, ever longer up to a quarter of an hour: 429, nothing is sent.
     */
    @Secured(Permission.MODIFY_INSTANCE)
    @Action("contact.test")
    @Post(uris = {"/instances/{instance_id}/contacts/test", "/instances/{instance_id}/contact-test"})
    Tests test(@PathVariable("project_id") String projectId, @PathVariable("instance_id") String instanceId) {
        return tests(projectId, toTell(projectId, instanceId));
    }

    /**
     * Sends a test message to everybody who is told of every instance of the project, at once and whatever the hour. After
     * five tests of a project or to an address the next ones have to wait, ever longer up to a quarter of an hour: 429,
     * nothing is sent.
     */
    @Secured(Permission.MODIFY_INSTANCE)
    @Action("contact.test")
    @Post("/contact-test")
    Tests testOfProject(@PathVariable("project_id") String projectId) {
        return tests(projectId, contacts.ofProject(ownership.project(projectId).id()));
    }

    private Tests tests(String projectId, List<Contact> all) {
        var keys = Stream.concat(
                        Stream.of("project " + projectId),
                        all.stream().flatMap(contact -> contact.addresses().values().stream()))
                .distinct()
                .toList();
        // One that has to wait costs the others nothing.
        keys.forEach(limits::check);
        keys.forEach(limits::take);
        return new Tests(postman.test(all).entrySet().stream()
                .flatMap(tested -> Test.of(tested.getKey(), tested.getValue()).stream())
                .toList());
    }

    private ContactInfo add(Contact contact, Caller caller, Change change) {
        change.after("contact", contact.name()).announce();
        ContactBody.checked(() -> {
            contacts.put(contact);
            return contact;
        });
        return ContactInfo.of(contact, caller);
    }

    private List<Contact> toTell(String projectId, String instanceId) {
        return contacts.toTell(
                projectId, ownership.instance(projectId, instanceId).id());
    }

    private static List<String> names(List<Contact> contacts) {
        return contacts.stream().map(Contact::name).toList();
    }
}
