package dev.changeover.campaign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.changeover.inventory.Ring;
import io.temporal.common.converter.JacksonJsonPayloadConverter;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a campaign goes; a snapshot, so a later change of settings moves no campaign.
 *
 * @param waves in order; together they take every member
 * @param atOnce so many upgrades of campaigns run at once in the fleet, at most
 * @param perProject and so many of them in one project
 * @param perMinute so many begin within any minute
 * @param tolerated how many members of a wave may fail or be held; one more ends the campaign
 * @param leadTime owners are told so long before the first upgrade, at least
 * @param apart so long after its last forced upgrade a proxy is left alone, unless the campaign is CRITICAL
 */
public record Strategy(
        List<Wave> waves,
        int atOnce,
        int perProject,
        int perMinute,
        Amount tolerated,
        Duration leadTime,
        Duration apart) {
    private static final ObjectMapper JSON = JacksonJsonPayloadConverter.newDefaultObjectMapper();

    public Strategy {
        waves = List.copyOf(waves);
        require(!waves.isEmpty(), "waves: one at least is needed");
        require(atOnce > 0, "at_once: 1 or more is needed");
        require(perProject > 0, "per_project: 1 or more is needed");
        require(perMinute > 0, "per_minute: 1 or more is needed");
        require(tolerated.unit() != Amount.Unit.REST, "tolerated: a number or a percentage is needed");
        require(!leadTime.isNegative(), "lead_time: 0 or more is needed");
        require(!apart.isNegative(), "apart: 0 or more is needed");
        var percent = waves.stream()
                .map(Wave::size)
                .filter(size -> size.unit() == Amount.Unit.PERCENT)
                .mapToInt(Amount::number)
                .sum();
        require(percent <= 100, "waves: they do not add up: %d%% in all".formatted(percent));
    }

    /**
     * @param size of all members, the most that it takes of those that match and are in no earlier wave
     * @param region of its members; null for any
     * @param project of its members; null for any
     * @param ring of its members; null for any, early ones first
     * @param soak how long it is watched once all its members are through
     * @param atMost so long after its beginning the soak begins, however many are not through; not of the last wave
     * @param approval whether an operator has to approve the next wave
     */
    public record Wave(
            Amount size,
            @Nullable String region,
            @Nullable String project,
            @Nullable Ring ring,
            Duration soak,
            Duration atMost,
            boolean approval) {
        public Wave {
            require(!soak.isNegative() && !atMost.isNegative(), "waves: soak and at_most are 0 or more");
        }
    }

    /** How many of a wave's members may fail. */
    public int tolerated(int members) {
        return tolerated.of(members);
    }

    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static Strategy ofJson(String json) {
        try {
            return JSON.readValue(json, Strategy.class);
        } catch (JsonProcessingException strange) {
            throw new IllegalStateException("a campaign has a strategy that this version cannot read", strange);
        }
    }

    private static void require(boolean allowed, String sentence) {
        if (!allowed) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
