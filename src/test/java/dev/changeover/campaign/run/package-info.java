@NullMarked
package dev.changeover.campaign.run;

import org.jspecify.annotations.NullMarked;
