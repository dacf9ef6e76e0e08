/** Tests of the command line, against a real server whose upgrades a test decides. */
@NullMarked
package dev.changeover.cli;

import org.jspecify.annotations.NullMarked;
