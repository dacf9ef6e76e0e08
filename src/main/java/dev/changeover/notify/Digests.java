package dev.changeover.notify;

import dev.changeover.contact.Channel;
import dev.changeover.database.Columns;
import dev.changeover.database.Sql;
import dev.changeover.notify.Delivery.Status;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes one delivery of all that is due at an address. Safe for concurrent use, also by several servers. */
@Singleton
record Digests(Sql sql, NotifySettings settings) {
    private static final int LONGEST = 500;

    private static final Logger LOG = LoggerFactory.getLogger(Digests.class);
    private static final Columns<Reader> READER = Columns.of(Reader.class);

    /** Makes a delivery of what is due, for each of some addresses; false if there was none that could be made. */
    boolean assemble(Instant now) {
        return isAnyAssembled(1, now) || isAnyAssembled(0, now);
    }

    private boolean isAnyAssembled(int held, Instant now) {
        var due = sql.list(
                "select distinct channel, address from notice_recipient"
                        + " where delivery_id is null and held = ? and not_before <= ? limit 100",
                row -> new Address(row.constant(Channel.class, "channel"), row.text("address")),
                held,
                now);
        return due.stream().filter(address -> isAssembled(address, now)).count() > 0;
    }

    /** One that the database does not take holds up no other. */
    private boolean isAssembled(Address address, Instant now) {
        try {
            sql.together(() -> assemble(address, now));
            return true;
        } catch (RuntimeException notTaken) {
            if (Sql.mayPass(notTaken)) throw notTaken;
            LOG.error("what is due to {} cannot be sent: {}", address, notTaken.getMessage());
            return false;
        }
    }

    /** Notices that would be due a little later come along. Two servers wait for each other's rows. */
    private void assemble(Address to, Instant now) {
        var recipients = sql.list(
                """
                select notice_id, contact_id, held from notice_recipient
                where channel = ? and address = ? and delivery_id is null and not_before <= ?
                order by held desc, notice_id limit %d for update
                """.formatted(LONGEST),
                row -> new Recipient(row.number("notice_id"), row.text("contact_id"), row.number("held")),
                to.channel(),
                to.address(),
                now.plus(settings.collect()));
        var id = UUID.randomUUID().toString();
        var taken = recipients.stream()
                .filter(recipient -> sql.change(
                                "update notice_recipient set delivery_id = ? where notice_id = ? and channel = ?"
                                        + " and address = ? and delivery_id is null",
                                id,
                                recipient.noticeId(),
                                to.channel(),
                                to.address())
                        > 0)
                .toList();
        if (!taken.isEmpty()) {
            add(id, to, taken, now);
        }
    }

    private void add(String id, Address to, List<Recipient> taken, Instant now) {
        var reader = taken.stream()
                .map(Recipient::contactId)
                .distinct()
                .flatMap(contact ->
                        sql.first("select name, zone from contact where id = ?", READER::read, contact).stream())
                .findFirst();
        sql.change(
                """
                insert into delivery (id, channel, address, contact_name, zone, status, reason, attempts, unknowns,
                    created_at, next_at, ended_at, held)
                values (?, ?, ?, ?, ?, ?, '', 0, 0, ?, ?, ?, ?)
                """,
                id,
                to.channel(),
                to.address(),
                reader.map(Reader::name).orElse(""),
                reader.map(Reader::zone).orElse("UTC"),
                reader.isPresent() ? Status.WAITING : Status.WITHDRAWN,
                now,
                reader.isPresent() ? now : null,
                reader.isPresent() ? null : now,
                taken.stream().mapToInt(Recipient::held).max().orElse(0));
    }

    private record Address(Channel channel, String address) {}

    private record Recipient(int noticeId, String contactId, int held) {}

    private record Reader(String name, String zone) {}
}
