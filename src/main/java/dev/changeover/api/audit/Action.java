package dev.changeover.api.audit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The word under which the audit trail has a route that changes something: <i>what.deed</i>, and never another one later.
 * A variable of the path may be part of it. Every route of another method than GET needs one; who does change nothing
 * says {@link #READ}.
 *
 * <p>All else is done by the filters of this package: the entry before the controller acts, and the outcome. A controller
 * adds what only it knows through a parameter of type {@link Change}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Action {
    /** Of every route that changes nothing; in the audit trail only where somebody was refused. */
    String READ = "read";

    /** The word, like {@code window.change}. */
    String value();
}
