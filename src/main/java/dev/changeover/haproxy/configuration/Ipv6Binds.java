package dev.changeover.haproxy.configuration;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lines that bind one IPv6 address, such as {@code bind [2001:db8::5]:3306}, without {@code v6only}. Linux makes such a
 * socket serve IPv6 alone, whatever the line says; HAProxy compares that with the line, takes a socket that it is given
 * for another one, and would bind its own. With {@code v6only} the line means the same, and its socket is recognised.
 */
public final class Ipv6Binds {
    /** A word as it is written, with its quotes; possessive, because each step back of a long one would take a frame. */
    static final String WORD = "(?:\\\\.|\"(?:\\\\.|[^\"\\\\]++)*+\"|'[^']*+'|[^\\s\"'\\\\#]++)++";

    private static final Pattern BEGIN = Pattern.compile(
            "^([ \\t]*(?:bind|stats[ \\t]+socket)[ \\t]+" + WORD + ")(?=[\\s#]|$)(.*)$",
            Pattern.MULTILINE | Pattern.UNIX_LINES);
    private static final Pattern FAMILY = Pattern.compile("^(ipv6|tcp6|tcp)@");

    private Ipv6Binds() {}

    /** The text with the same meaning and the same lines, in which each of them says {@code v6only}. */
    public static String recognisable(String text) {
        var variables = new ConfigVariables(ConfigurationSection.parse(text));
        return BEGIN.matcher(text)
                .replaceAll(line -> Matcher.quoteReplacement(
                        lacksWord(line.group(), variables) ? line.group(1) + " v6only" + line.group(2) : line.group()));
    }

    /** Their addresses as they are written. */
    public static List<String> of(String text) {
        var variables = new ConfigVariables(ConfigurationSection.parse(text));
        var found = new ArrayList<String>();
        var lines = BEGIN.matcher(text);
        while (lines.find()) {
            if (lacksWord(lines.group(), variables)) found.add(lines.group(1).strip());
        }
        return found;
    }

    private static boolean lacksWord(String line, ConfigVariables variables) {
        var words = ConfigTokenizer.of(line);
        if (words.contains("v6only")) return false;
        var isOne = false;
        for (var written : variables
                .expand(words.get(words.getFirst().equals("bind") ? 1 : 2))
                .split(",")) {
            if (isEveryAddress(written)) return false;
            isOne |= isOneAddress(written);
        }
        return isOne;
    }

    private static boolean isEveryAddress(String written) {
        var host = host(written);
        return host.equals("::") || List.of("", "*").contains(host) && written.matches("(ipv6|tcp6)@.*");
    }

    private static boolean isOneAddress(String written) {
        var host = host(written);
        // A name could be looked up for seconds, and a digit and a colon begin none.
        if (!host.contains(":") || host.contains("@") || host.contains("/")) return false;
        try {
            return InetAddress.getByName(host) instanceof Inet6Address;
        } catch (UnknownHostException notForUs) {
            return false;
        }
    }

    private static String host(String written) {
        var bare = FAMILY.matcher(written).replaceFirst("");
        return bare.substring(0, Math.max(0, bare.lastIndexOf(':'))).replaceAll("^\\[|]$", "");
    }
}
