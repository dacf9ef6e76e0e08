/** Which proxies a campaign has, in which wave, and when each is to be upgraded; starts nothing. */
@NullMarked
package dev.changeover.campaign.plan;

import org.jspecify.annotations.NullMarked;
