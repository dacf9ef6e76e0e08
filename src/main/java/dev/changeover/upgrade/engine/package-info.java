/** How the control plane starts upgrades, asks about them and commands them, and the local activities of their workflows. */
@NullMarked
package dev.changeover.upgrade.engine;

import org.jspecify.annotations.NullMarked;
