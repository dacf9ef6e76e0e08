package dev.changeover.node.order;

import dev.changeover.inventory.KernelVersion;
import dev.changeover.node.NodeFault;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code [orders]} of {@code agent.toml}: what no order can change.
 *
 * @param unsigned whether an agent that is not enrolled takes orders of everybody who reaches Temporal; false unless set
 * @param leastAgeLimit no retirement closes sessions younger than this, such as {@code 24h}; none unless set
 * @param leastPace closings come no faster than this, such as {@code 1s}; none unless set
 * @param olderKernels whether a node may be handed over to a kernel older than the one it boots; false unless set
 * @param closeYounger whether an operator's order to close sessions may close ones younger than {@code leastAgeLimit};
 *     true unless set
 */
public record OrderRules(
        @Nullable Boolean unsigned,
        @Nullable String leastAgeLimit,
        @Nullable String leastPace,
        @Nullable Boolean olderKernels,
        @Nullable Boolean closeYounger) {
    public static final OrderRules DEFAULT = new OrderRules(null, null, null, null, null);

    private static final Pattern TIME = Pattern.compile("(\\d{1,6})(ms|s|m|h|d)");
    private static final Map<String, Duration> UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));

    public OrderRules {
        time(leastAgeLimit, "least_age_limit");
        time(leastPace, "least_pace");
    }

    boolean takesUnsigned() {
        return Boolean.TRUE.equals(unsigned);
    }

    /** The age from which on the agent closes sessions by itself: the usual one, or the floor where that is higher. */
    public Duration ageLimit(Duration usual) {
        return later(usual, time(leastAgeLimit, "least_age_limit"));
    }

    /** The same for the time between two closings. */
    public Duration pace(Duration usual) {
        return later(usual, time(leastPace, "least_pace"));
    }

    private static Duration later(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    void keepAgeLimit(Duration ordered) {
        if (ordered.compareTo(time(leastAgeLimit, "least_age_limit")) < 0) {
            throw NodeFault.BELOW_FLOOR.because(
                    "the age limit of %d s is below least_age_limit = \"%s\" of this host's agent.toml"
                            .formatted(ordered.toSeconds(), leastAgeLimit));
        }
    }

    /** @param ages of the sessions that an operator wants closed */
    public void keepAges(Stream<Duration> ages) {
        var least = time(leastAgeLimit, "least_age_limit");
        var young = ages.filter(age -> age.compareTo(least) < 0).count();
        if (Boolean.FALSE.equals(closeYounger) && young > 0) {
            throw NodeFault.BELOW_FLOOR.because(
                    "this host's agent.toml says close_younger = false, and sessions that have not reached its least_age_limit = \"%s\" are %d of these; none was closed"
                            .formatted(leastAgeLimit, young));
        }
    }

    void keepPace(Duration ordered) {
        if (ordered.compareTo(time(leastPace, "least_pace")) < 0) {
            throw NodeFault.BELOW_FLOOR.because(
                    "the pace of %d ms is below least_pace = \"%s\" of this host's agent.toml"
                            .formatted(ordered.toMillis(), leastPace));
        }
    }

    void keepToNewer(KernelVersion ordered, CheckedOrders.Boots boots) {
        Optional<KernelVersion> current;
        try {
            current = boots.kernel();
        } catch (IOException unknown) {
            throw NodeFault.NO_ANSWER.because(
                    "the kernel that this host boots cannot be told: " + unknown.getMessage());
        }
        if (!Boolean.TRUE.equals(olderKernels)
                && current.filter(ordered::isOlderThan).isPresent()) {
            throw NodeFault.BELOW_FLOOR.because(
                    "kernel %s is older than %s, and this host's agent.toml does not allow older_kernels"
                            .formatted(ordered, current.get()));
        }
    }

    private static Duration time(@Nullable String text, String key) {
        if (text == null) {
            return Duration.ZERO;
        }
        Matcher written = TIME.matcher(text);
        if (!written.matches()) {
            throw new IllegalArgumentException(
                    "%s: '%s' is no time such as 24h, 30m, 1s or 500ms".formatted(key, text));
        }
        return Objects.requireNonNull(UNITS.get(written.group(2))).multipliedBy(Long.parseLong(written.group(1)));
    }
}
