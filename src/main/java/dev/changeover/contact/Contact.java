package dev.changeover.contact;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.zone.ZoneRulesProvider;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Somebody to tell; reached by every channel that has an address.
 *
 * @param id follows from project, instance and name
 * @param instanceId null for every instance of the project
 * @param name of 1 to 255 characters, once in its instance or project
 * @param email null for none
 * @param phone international, like +4915112345678; null for none
 * @param webhook an address of http or https; null for none
 * @param zone whose clock the contact reads
 * @param quiet when nothing is sent but that an upgrade is held
 */
public record Contact(
        String id,
        String projectId,
        @Nullable String instanceId,
        String name,
        @Nullable String email,
        @Nullable String phone,
        @Nullable String webhook,
        ZoneId zone,
        QuietHours quiet) {
    private static final Pattern PHONE = Pattern.compile("\\+[1-9]\\d{6,14}");

    /** One address with a domain: what is longer or has other characters is no mailbox that anybody gives. */
    private static final Pattern EMAIL =
            Pattern.compile("[^\\s@<>,;:\"()\\[\\]\\\\\\p{Cntrl}]{1,64}@[A-Za-z0-9.-]{1,189}");

    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,255}");

    private static final int LONGEST_WEBHOOK = 2048;

    /** In place of what only its owners see: an address with it is one that a viewer read, and no way to anybody. */
    private static final String MASKED = "/***";

    /**
     * A contact as somebody declares it.
     *
     * @param zone name of an IANA time zone; null for UTC
     * @param quiet as {@link QuietHours#of} reads them; null for 22:00 to 07:00
     * @throws WrongContact if a part is malformed, or no address is given
     */
    public static Contact of(
            String projectId,
            @Nullable String instanceId,
            String name,
            @Nullable String email,
            @Nullable String phone,
            @Nullable String webhook,
            @Nullable String zone,
            @Nullable String quiet) {
        if (name.isBlank() || !NAME.matcher(name).matches()) {
            throw new WrongContact("name", "a name of 1 to 255 characters is needed");
        }
        if (email == null && phone == null && webhook == null) {
            throw new WrongContact(
                    "email", "contact '%s' has no address: email, phone or webhook is needed".formatted(name));
        }
        if (email != null) checkEmail(email);
        if (phone != null && !PHONE.matcher(phone).matches()) {
            throw new WrongContact(
                    "phone",
                    "'%s' is no phone number: an international one like +4915112345678 is needed".formatted(phone));
        }
        return new Contact(
                id(projectId, instanceId, name),
                projectId,
                instanceId,
                name,
                email,
                phone,
                webhook == null ? null : checkedWebhook(webhook),
                zone(zone),
                quiet == null ? QuietHours.DEFAULT : QuietHours.of(quiet));
    }

    private static String id(String projectId, @Nullable String instanceId, String name) {
        var key = "%s %s %s".formatted(projectId, instanceId == null ? "" : instanceId, name);
        return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** The same in another project. */
    public Contact in(String otherProjectId) {
        return new Contact(
                id(otherProjectId, instanceId, name),
                otherProjectId,
                instanceId,
                name,
                email,
                phone,
                webhook,
                zone,
                quiet);
    }

    /** Where it is reached, by channel. */
    public Map<Channel, String> addresses() {
        var addresses = new EnumMap<Channel, String>(Channel.class);
        if (email != null) addresses.put(Channel.EMAIL, email);
        if (phone != null) addresses.put(Channel.SMS, phone);
        if (webhook != null) addresses.put(Channel.WEBHOOK, webhook);
        return addresses;
    }

    /** A webhook as those see it who may not change it: whoever knows its path and query can often write there. */
    public static String masked(String webhook) {
        var uri = URI.create(webhook);
        return "%s://%s%s".formatted(uri.getScheme(), uri.getRawAuthority(), MASKED);
    }

    private static void checkEmail(String email) {
        try {
            if (EMAIL.matcher(email).matches()) {
                new InternetAddress(email, true);
                return;
            }
        } catch (AddressException wrong) {
            // said below
        }
        throw new WrongContact(
                "email", "'%s' is no e-mail address: one like anna@example.com is needed".formatted(email));
    }

    /** As it is sent, %C3%A4 for ä: PostgreSQL's index has no room for as many bytes as characters may have. */
    private static String checkedWebhook(String webhook) {
        try {
            var uri = new URI(webhook);
            var sent = uri.toASCIIString();
            var scheme = uri.getScheme();
            if (sent.length() <= LONGEST_WEBHOOK
                    && ("https".equals(scheme) || "http".equals(scheme))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null
                    && !MASKED.equals(uri.getRawPath())) {
                return sent;
            }
        } catch (URISyntaxException wrong) {
            // said below
        }
        throw new WrongContact(
                "webhook",
                "'%s' is no webhook: an address like https://host/path is needed, without a password"
                        .formatted(webhook));
    }

    private static ZoneId zone(@Nullable String zone) {
        if (zone != null && !ZoneRulesProvider.getAvailableZoneIds().contains(zone)) {
            throw new WrongContact(
                    "time_zone",
                    "'%s' is not a time zone known here: an IANA name is needed, like Europe/Berlin".formatted(zone));
        }
        return ZoneId.of(zone == null ? "UTC" : zone);
    }
}
