package dev.changeover.demo;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A mail server of this process that keeps what it gets, so that no mail leaves this host. For one thread. */
final class MailCatcher implements AutoCloseable {
    private final Path directory;
    private final Path pages;
    private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private final Set<String> known = new HashSet<>();

    /**
     * @param directory where every mail becomes a page for a browser; those of an earlier time are deleted, which a list
     *     beside the directory names: other pages there are somebody's own
     */
    MailCatcher(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.pages = directory.resolveSibling(directory.getFileName() + ".list");
        if (Files.exists(pages)) {
            for (var page : Files.readAllLines(pages))
                Files.deleteIfExists(directory.resolve(Path.of(page).getFileName()));
        }
        Files.writeString(pages, "");
        server.start();
    }

    /**
     * A mail that has arrived.
     *
     * @param to the contact's name and address
     * @param upgrades a line for each that it tells of, where the subject names none
     */
    record Mail(String to, String subject, List<String> upgrades) {}

    int port() {
        return server.getSmtp().getPort();
    }

    /** How many have arrived, those that {@link #fresh} has given. */
    int count() {
        return known.size();
    }

    /** Those that nobody has asked for yet. */
    List<Mail> fresh() throws IOException {
        var fresh = new ArrayList<Mail>();
        try {
            for (var message : server.getReceivedMessages()) {
                if (known.add(message.getMessageID())) {
                    fresh.add(kept(message));
                }
            }
        } catch (MessagingException strange) {
            throw new IOException(strange);
        }
        return fresh;
    }

    private Mail kept(MimeMessage message) throws MessagingException, IOException {
        var to = (InternetAddress) message.getRecipients(Message.RecipientType.TO)[0];
        var page = "%02d-%s.html".formatted(known.size(), to.getAddress().replaceAll("@.*|[^a-z-]", ""));
        Files.writeString(pages, page + System.lineSeparator(), StandardOpenOption.APPEND);
        Files.writeString(directory.resolve(page), text(message, "text/html").orElse(""));
        var upgrades = message.getSubject().contains("→")
                ? List.<String>of()
                : upgrades(text(message, "text/plain").orElse(""));
        return new Mail("%s <%s>".formatted(to.getPersonal(), to.getAddress()), message.getSubject(), upgrades);
    }

    private static List<String> upgrades(String text) {
        var upgrades = new ArrayList<String>();
        text.lines().forEach(line -> {
            if (line.contains(" → ")) upgrades.add(line);
            else if (line.startsWith("When: ")) upgrades.add(upgrades.removeLast() + line.replace("When: ", ", "));
        });
        return upgrades;
    }

    private static Optional<String> text(Part part, String type) throws MessagingException, IOException {
        if (part.isMimeType(type)) {
            return Optional.of(new String(part.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
        if (part.getContent() instanceof Multipart parts) {
            for (int i = 0; i < parts.getCount(); i++) {
                var found = text(parts.getBodyPart(i), type);
                if (found.isPresent()) return found;
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        server.stop();
    }
}
