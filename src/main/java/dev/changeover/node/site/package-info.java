/** What one node has on its host: settings, lock, kernels, boot pointer, the look at its processes. */
@NullMarked
package dev.changeover.node.site;

import org.jspecify.annotations.NullMarked;
