/** The port between the agent and an engine: what an engine can do on its host, and nothing about when or whether. */
@NullMarked
package dev.changeover.node.driver;

import org.jspecify.annotations.NullMarked;
