package dev.changeover.notify.mail;

import static java.util.Objects.requireNonNull;

import dev.changeover.notify.Letter;
import dev.changeover.notify.Letter.Item;
import dev.changeover.notify.Notice.Kind;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import net.fortuna.ical4j.model.Calendar;
import net.fortuna.ical4j.model.component.VEvent;
import net.fortuna.ical4j.model.property.Attendee;
import net.fortuna.ical4j.model.property.Description;
import net.fortuna.ical4j.model.property.DtStamp;
import net.fortuna.ical4j.model.property.Method;
import net.fortuna.ical4j.model.property.Organizer;
import net.fortuna.ical4j.model.property.ProdId;
import net.fortuna.ical4j.model.property.Sequence;
import net.fortuna.ical4j.model.property.Uid;
import net.fortuna.ical4j.model.property.immutable.ImmutableCalScale;
import net.fortuna.ical4j.model.property.immutable.ImmutableMethod;
import net.fortuna.ical4j.model.property.immutable.ImmutableStatus;
import net.fortuna.ical4j.model.property.immutable.ImmutableVersion;

/**
 * The entries for a calendar (RFC 5545). The UID is the upgrade's and the sequence grows with each plan, so that a move
 * or a cancellation changes the entry that is there. One upgrade comes as an invitation (RFC 5546), which allows one UID;
 * several are published.
 *
 * @param method as the file and the part of the mail name it
 */
record CalendarFile(String method, byte[] content) {

    /** Empty where the letter plans nothing and cancels nothing that was planned. */
    static Optional<CalendarFile> of(Letter letter, String from, String to, String domain) {
        var items = letter.items().stream()
                .filter(item -> item.ends() != null)
                .filter(item -> item.isOpen() || isCancelled(item))
                .toList();
        if (items.isEmpty()) {
            return Optional.empty();
        }
        var method = letter.isDigest()
                ? ImmutableMethod.PUBLISH
                : isCancelled(items.getFirst()) ? ImmutableMethod.CANCEL : ImmutableMethod.REQUEST;
        var text = calendar(items, method, from, to, domain).toString();
        return Optional.of(new CalendarFile(method.getValue(), text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Calendar calendar(List<Item> items, Method method, String from, String to, String domain) {
        var calendar = new Calendar();
        calendar.add(new ProdId("-//Changeover//Notices//EN"));
        calendar.add(ImmutableVersion.VERSION_2_0);
        calendar.add(ImmutableCalScale.GREGORIAN);
        calendar.add(method);
        items.forEach(item -> calendar.add(event(item, from, to, domain)));
        return calendar;
    }

    private static VEvent event(Item item, String from, String to, String domain) {
        var event = new VEvent(
                requireNonNull(item.newest().plannedAt()), requireNonNull(item.ends()), "Upgrade " + item.title());
        event.replace(new DtStamp(item.newest().at()));
        event.add(new Uid(Threads.of(item.thread()) + "@" + domain));
        event.add(new Sequence(item.sequence()));
        event.add(isCancelled(item) ? ImmutableStatus.VEVENT_CANCELLED : ImmutableStatus.VEVENT_CONFIRMED);
        event.add(new Description("%s%n%s".formatted(item.newest().reason(), item.details())));
        event.add(new Organizer(mailbox(from)));
        event.add(new Attendee(mailbox(to)));
        return event;
    }

    /** Addresses may have characters that are written otherwise here. */
    private static URI mailbox(String address) {
        try {
            return new URI("mailto", address, null);
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static boolean isCancelled(Item item) {
        return item.newest().kind() == Kind.CANCELLED;
    }
}
