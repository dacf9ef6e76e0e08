@NullMarked
package dev.changeover.api.audit;

import org.jspecify.annotations.NullMarked;
