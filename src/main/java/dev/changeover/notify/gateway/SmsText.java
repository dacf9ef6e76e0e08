package dev.changeover.notify.gateway;

import dev.changeover.notify.Letter;
import dev.changeover.notify.Letter.Item;
import java.text.Normalizer;

/**
 * A letter in 160 characters of the alphabet that phones have (GSM 03.38, without those that count twice), so that it is
 * one SMS. A long name is cut, the rest is not.
 */
final class SmsText {
    private static final int LONGEST = 160;
    private static final int SHORTEST_NAME = 8;
    private static final String ALPHABET =
            "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
                    + "abcdefghijklmnopqrstuvwxyzäöñüà";

    private SmsText() {}

    static String of(Letter letter) {
        if (letter.items().isEmpty()) {
            return fitting("", "Changeover: this is a test, nothing is planned.");
        }
        if (letter.isDigest()) {
            return fitting("", "Changeover: %s. %s".formatted(letter.subject(), letter.console()));
        }
        var item = letter.items().getFirst();
        return fitting(item.proxy(), rest(item));
    }

    private static String rest(Item item) {
        var newest = item.newest();
        var text = new StringBuilder(" %s>%s %s"
                .formatted(newest.source(), newest.target(), newest.kind().words()));
        if (item.isOpen() && !item.when().isEmpty()) {
            text.append(": ").append(item.when());
        }
        if (!item.deadline().isEmpty()) {
            text.append(". Choose until ").append(item.deadline());
        }
        var console = item.details().getScheme() + "://" + item.details().getAuthority();
        return text.append(". ").append(console).toString();
    }

    private static String fitting(String name, String rest) {
        var plain = plain(rest);
        var room = Math.max(SHORTEST_NAME, LONGEST - plain.length());
        var known = plain(name);
        var text = (known.length() <= room ? known : known.substring(0, room - 2) + "..") + plain;
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 2) + "..";
    }

    /** Accents that the alphabet does not have are left out, other characters become a question mark. */
    private static String plain(String text) {
        var plain = new StringBuilder();
        text.replace("→", ">").codePoints().forEach(character -> {
            if (ALPHABET.indexOf(character) >= 0) {
                plain.appendCodePoint(character);
                return;
            }
            var base = Normalizer.normalize(Character.toString(character), Normalizer.Form.NFD)
                    .replaceAll("\\p{M}", "");
            plain.append(base.length() == 1 && ALPHABET.contains(base) ? base : "?");
        });
        return plain.toString();
    }
}
