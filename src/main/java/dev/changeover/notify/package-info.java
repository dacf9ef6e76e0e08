/**
 * What contacts are told, by e-mail, SMS and webhook, and how that went. Knows what an upgrade's events mean to an owner,
 * and nothing of how upgrades or campaigns run.
 */
@NullMarked
package dev.changeover.notify;

import org.jspecify.annotations.NullMarked;
