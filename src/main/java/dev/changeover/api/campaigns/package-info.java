/** Routes: forced upgrades, as operators run them and as owners see them. */
@NullMarked
package dev.changeover.api.campaigns;

import org.jspecify.annotations.NullMarked;
