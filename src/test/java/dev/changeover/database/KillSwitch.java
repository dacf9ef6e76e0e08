package dev.changeover.database;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.core.order.Ordered;
import jakarta.inject.Singleton;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Lets the process die, as the database sees it, before a chosen step: a statement, a commit, or whatever else counts
 * itself as one. Until it is revived nothing more is done; what was not committed is undone.
 */
@Singleton
@Requires(property = "test.kill-switch")
public final class KillSwitch implements BeanCreatedEventListener<DataSource>, Ordered {
    private static final Set<String> STEPS =
            Set.of("executeQuery", "executeUpdate", "executeBatch", "execute", "commit");

    private int left = Integer.MAX_VALUE;
    private int done;
    private boolean dead;

    /** Steps that are still done before it dies. */
    public synchronized void dieAfter(int steps) {
        left = steps;
        done = 0;
        dead = false;
    }

    /** The next process begins; it does not die. */
    public void revive() {
        dieAfter(Integer.MAX_VALUE);
    }

    public synchronized boolean isDead() {
        return dead;
    }

    /** The steps that were done since. */
    public synchronized int done() {
        return done;
    }

    /** @throws Died if the process has died, or does so now */
    public synchronized void step() {
        dead |= left == 0;
        if (dead) throw new Died();
        left--;
        done++;
    }

    /** The process is not there any more. */
    public static final class Died extends RuntimeException {
        Died() {
            super("the process has died", null, false, false);
        }
    }

    /** Before the framework puts its own around it. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public DataSource onCreated(BeanCreatedEvent<DataSource> event) {
        return watched(DataSource.class, event.getBean());
    }

    private <T> T watched(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(
                KillSwitch.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (STEPS.contains(method.getName())) {
                        try {
                            step();
                        } catch (Died died) {
                            throw new SQLException(died);
                        }
                    }
                    try {
                        var result = method.invoke(real, arguments);
                        return result instanceof Connection connection
                                ? watched(Connection.class, connection)
                                : result instanceof PreparedStatement statement
                                        ? watched(PreparedStatement.class, statement)
                                        : result;
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                }));
    }
}
