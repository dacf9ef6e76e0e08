package dev.changeover.campaign;

import static dev.changeover.value.Setting.require;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import java.util.List;

/**
 * How campaigns go that say nothing else.
 *
 * @param leadTime owners are told so long before the first upgrade
 * @param criticalLeadTime the same of CRITICAL campaigns
 * @param apart so long after its last forced upgrade a proxy is left alone
 * @param soak how long a wave is watched before the next
 * @param waveAtMost so long after its beginning a wave's soak begins, however many members are not through
 * @param atOnce so many upgrades of campaigns run at once
 * @param perProject and so many of them in one project
 * @param perMinute so many begin within a minute
 * @param tolerated how many members of a wave may fail, as a number or a percentage
 * @param spread over how much of an opening the upgrades of a wave are spread, from its beginning
 * @param look how often a campaign looks whether something has changed
 * @param startDefective whether a campaign for a DEFECTIVE version starts by itself
 */
@ConfigurationProperties("changeover.campaign")
public record CampaignSettings(
        @Bindable(defaultValue = "72h") Duration leadTime,
        @Bindable(defaultValue = "24h") Duration criticalLeadTime,
        @Bindable(defaultValue = "30d") Duration apart,
        @Bindable(defaultValue = "24h") Duration soak,
        @Bindable(defaultValue = "7d") Duration waveAtMost,
        @Bindable(defaultValue = "20") int atOnce,
        @Bindable(defaultValue = "5") int perProject,
        @Bindable(defaultValue = "10") int perMinute,
        @Bindable(defaultValue = "2%") String tolerated,
        @Bindable(defaultValue = "4h") Duration spread,
        @Bindable(defaultValue = "5s") Duration look,
        @Bindable(defaultValue = "false") boolean startDefective) {

    public CampaignSettings {
        notNegative("CHANGEOVER_CAMPAIGN_LEAD_TIME", leadTime);
        notNegative("CHANGEOVER_CAMPAIGN_CRITICAL_LEAD_TIME", criticalLeadTime);
        notNegative("CHANGEOVER_CAMPAIGN_APART", apart);
        notNegative("CHANGEOVER_CAMPAIGN_SOAK", soak);
        notNegative("CHANGEOVER_CAMPAIGN_WAVE_AT_MOST", waveAtMost);
        notNegative("CHANGEOVER_CAMPAIGN_SPREAD", spread);
        require(look.isPositive(), "CHANGEOVER_CAMPAIGN_LOOK", look, "more than 0s");
        require(atOnce > 0, "CHANGEOVER_CAMPAIGN_AT_ONCE", atOnce, "1 or more");
        require(perProject > 0, "CHANGEOVER_CAMPAIGN_PER_PROJECT", perProject, "1 or more");
        require(perMinute > 0, "CHANGEOVER_CAMPAIGN_PER_MINUTE", perMinute, "1 or more");
        require(
                tolerated.matches("[0-9]{1,7}|[0-9]{1,2}%|100%"),
                "CHANGEOVER_CAMPAIGN_TOLERATED",
                tolerated,
                "a number or a percentage");
    }

    /** One proxy first, then a tenth, then a third, then all. */
    public Strategy strategy(Level level) {
        return new Strategy(
                List.of(wave("1"), wave("10%"), wave("30%"), wave("rest")),
                atOnce,
                perProject,
                perMinute,
                Amount.of(tolerated),
                level == Level.CRITICAL ? criticalLeadTime : leadTime,
                apart);
    }

    private Strategy.Wave wave(String size) {
        return new Strategy.Wave(Amount.of(size), null, null, null, soak, waveAtMost, false);
    }

    private static void notNegative(String name, Duration value) {
        require(!value.isNegative(), name, value, "0s or more");
    }
}
