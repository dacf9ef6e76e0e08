/** The routes of what exists: projects, instances, proxies, kernels, maintenance windows. */
@NullMarked
package dev.changeover.api.fleet;

import org.jspecify.annotations.NullMarked;
