/** Access control: accounts, passwords, access keys. Knows nothing of HTTP, proxies and upgrades. */
@NullMarked
package dev.changeover.access;

import org.jspecify.annotations.NullMarked;
