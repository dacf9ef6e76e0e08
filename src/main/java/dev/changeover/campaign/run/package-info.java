/** A campaign at work: its workflow, what operators and owners say to it, and the budgets it keeps. */
@NullMarked
package dev.changeover.campaign.run;

import org.jspecify.annotations.NullMarked;
