package dev.changeover.notify.mail;

import static java.util.stream.Collectors.joining;

import dev.changeover.contact.Channel;
import dev.changeover.notify.Delivery;
import dev.changeover.notify.Letter;
import dev.changeover.notify.Letters;
import dev.changeover.notify.Sender;
import io.micronaut.email.Attachment;
import io.micronaut.email.Contact;
import io.micronaut.email.Email;
import io.micronaut.email.javamail.sender.JavaxEmailComposer;
import jakarta.inject.Singleton;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Transport;
import java.time.Clock;
import java.util.Date;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends by SMTP. All messages of one upgrade refer to one name, so that mail programs show them as one thread; the
 * Message-ID is the delivery's, the same in every attempt.
 */
@Singleton
final class MailSender implements Sender {
    private static final Logger LOG = LoggerFactory.getLogger(MailSender.class);
    private static final String UNSET = "no mail server is configured: CHANGEOVER_SMTP_HOST";

    /** A header has an end somewhere. */
    private static final int MOST_REFERENCES = 20;

    private final SmtpSettings settings;
    private final JavaxEmailComposer composer;
    private final Letters letters;
    private final Pages pages;
    private final Clock clock;

    MailSender(SmtpSettings settings, JavaxEmailComposer composer, Letters letters, Pages pages, Clock clock) {
        this.settings = settings;
        this.composer = composer;
        this.letters = letters;
        this.pages = pages;
        this.clock = clock;
        if (settings.host() == null) {
            LOG.warn("contacts get no e-mail: {}", UNSET);
        }
    }

    @Override
    public Channel channel() {
        return Channel.EMAIL;
    }

    @Override
    public Result send(Delivery delivery) {
        if (settings.host() == null) {
            return Result.off(UNSET);
        }
        var letter = letters.of(delivery);
        try {
            Transport.send(composer.compose(email(letter, delivery), message -> address(message, letter, delivery)));
            return Result.SENT;
        } catch (MessagingException failed) {
            return failed(failed);
        }
    }

    private Email email(Letter letter, Delivery delivery) {
        var email = Email.builder()
                .from(new Contact(settings.from(), "Changeover"))
                .to(new Contact(delivery.address(), delivery.contact()))
                .subject(letter.subject())
                .body(pages.html(letter), pages.text(letter));
        CalendarFile.of(letter, settings.from(), delivery.address(), settings.domain())
                .ifPresent(file -> email.attachment(Attachment.builder()
                        .filename("upgrade.ics")
                        .contentType("text/calendar; charset=UTF-8; method=" + file.method())
                        .content(file.content())
                        .build()));
        return email.build();
    }

    private void address(Message message, Letter letter, Delivery delivery) {
        try {
            message.setHeader("Message-ID", id(delivery.id()));
            message.setSentDate(Date.from(clock.instant()));
            // No answer of a program is read, and no program should answer.
            message.setHeader("Auto-Submitted", "auto-generated");
            if (!letter.items().isEmpty()) {
                message.setHeader(
                        "References",
                        letter.items().stream()
                                .limit(MOST_REFERENCES)
                                .map(item -> id(Threads.of(item.thread())))
                                .collect(joining(" ")));
            }
        } catch (MessagingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private String id(String name) {
        return "<%s@%s>".formatted(name, settings.domain());
    }

    /**
     * The server's answers of 500 and more are final, of the one address or of the message; all else may pass. Where it
     * has not answered the message, it does not answer the others either.
     */
    private static Result failed(MessagingException failed) {
        var words = String.valueOf(failed.getMessage()).strip();
        var refused = false;
        for (Exception cause = failed; cause instanceof MessagingException known; cause = known.getNextException()) {
            if (known instanceof SMTPAddressFailedException address && address.getReturnCode() >= 500) {
                return Result.bounced(String.valueOf(address.getMessage()).strip());
            }
            refused |= known instanceof SMTPSendFailedException answer && answer.getReturnCode() >= 500;
        }
        if (refused) {
            return Result.refused(words);
        }
        return failed instanceof SendFailedException ? new Result.Later(words, false) : Result.away(words);
    }
}
