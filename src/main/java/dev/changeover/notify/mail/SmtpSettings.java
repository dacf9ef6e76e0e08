package dev.changeover.notify.mail;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import org.jspecify.annotations.Nullable;

/**
 * The mail server that takes our e-mails.
 *
 * @param host null where none is configured: then no e-mail is sent, and each delivery says so
 * @param username null where the server wants none
 * @param security how the connection is encrypted
 * @param from the sender's address; its domain is in the Message-IDs
 */
@ConfigurationProperties("changeover.smtp")
record SmtpSettings(
        @Nullable String host,
        @Bindable(defaultValue = "587") int port,
        @Nullable String username,
        @Nullable String password,
        @Bindable(defaultValue = "STARTTLS") Security security,
        @Bindable(defaultValue = "changeover@localhost") String from) {

    SmtpSettings {
        if (!from.matches("[^\\s@<>]+@[^\\s@<>]+")) {
            throw new IllegalArgumentException(
                    "CHANGEOVER_SMTP_FROM is '%s', and must be an address like changeover@example.com".formatted(from));
        }
    }

    String domain() {
        return from.substring(from.indexOf('@') + 1);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "SmtpSettings[%s:%d %s from %s]".formatted(host, port, security, from);
    }

    enum Security {
        /** Not at all: for a server on the same host. */
        NONE,
        /** Beginning in plain text, and refused if the server does not encrypt. */
        STARTTLS,
        /** From the first byte. */
        TLS
    }
}
