package dev.changeover.notify.mail;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.email.Email;
import io.micronaut.email.javamail.composer.DefaultMessageComposer;
import io.micronaut.email.javamail.composer.MessageComposer;
import jakarta.inject.Singleton;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;

/** Lets a message keep the Message-ID that it was given: every attempt has the same. */
@Singleton
@Replaces(DefaultMessageComposer.class)
final class MailComposer implements MessageComposer {
    private final DefaultMessageComposer usual = new DefaultMessageComposer();

    @Override
    public Message compose(Email email, Session session) throws MessagingException {
        return new WithItsId((MimeMessage) usual.compose(email, session));
    }

    private static final class WithItsId extends MimeMessage {
        WithItsId(MimeMessage message) throws MessagingException {
            super(message);
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            if (getMessageID() == null) {
                super.updateMessageID();
            }
        }
    }
}
