package dev.changeover.server;

import dev.changeover.host.Reason;
import dev.changeover.temporal.TemporalConfigurationException;
import dev.changeover.value.WrongSetting;
import io.micronaut.http.server.exceptions.ServerStartupException;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.flywaydb.core.api.exception.FlywayValidateException;

/**
 * Why a server does not start or a command fails, if its user can put that right: one sentence, with the setting's name.
 */
public final class FailureSentence {
    /** H2's error code when another process has the file open. */
    private static final String IN_USE = "90020";

    /**
     * How the SQL states begin of a database that cannot be reached, does not know us, is not there, lets nobody in for
     * now or permits too little; and H2's of a file that cannot be read or written.
     */
    private static final List<String> OUTSIDE =
            List.of("08", "28", "3D", "53", "57P", "42501", "90028", "90031", "90062");

    private FailureSentence() {}

    /** Looks at the failure and its causes, outermost first; empty if it is ours to put right. */
    public static Optional<String> in(Throwable failure) {
        return causes(failure).flatMap(cause -> sentence(cause).stream()).findFirst();
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(Optional.of(failure), Optional::isPresent, cause -> cause.map(Throwable::getCause))
                .flatMap(Optional::stream);
    }

    private static Optional<String> sentence(Throwable cause) {
        return switch (cause) {
            case WrongSetting wrong -> Optional.ofNullable(wrong.getMessage());
            case TemporalConfigurationException wrong -> Optional.ofNullable(wrong.getMessage());
            case ServerStartupException nowhere -> notListening(nowhere);
            case FlywayValidateException changed -> ofNewer(changed);
            case SQLException database -> unusable(database);
            case ApplicationFailure onNode -> Optional.of(onNode.getType() + ": " + onNode.getOriginalMessage());
            case UncheckedIOException file -> Optional.of(withReason(file));
            case IOException file -> Optional.of(Reason.of(file));
            default -> Optional.empty();
        };
    }

    private static String withReason(UncheckedIOException file) {
        var cause = Objects.requireNonNull(file.getCause());
        var reason = Reason.of(cause);
        var message = String.valueOf(file.getMessage());
        return message.equals(reason) || message.equals(cause.toString()) ? reason : message + ": " + reason;
    }

    private static Optional<String> notListening(ServerStartupException failure) {
        var place = String.valueOf(failure.getMessage()).replaceFirst("^.* on ", "");
        return causes(failure)
                .filter(cause -> cause instanceof SocketException || cause instanceof UnknownHostException)
                .map(cause -> "it cannot listen on %s: %s; CHANGEOVER_PORT and CHANGEOVER_HOST say where"
                        .formatted(place, cause.getMessage()))
                .findFirst();
    }

    private static Optional<String> ofNewer(FlywayValidateException changed) {
        return String.valueOf(changed.getMessage()).contains("applied migration not resolved locally")
                ? Optional.of(
                        "a newer version of Changeover has changed this database, and this one cannot use it: install"
                                + " the newer one again, or restore the dump that was made before it")
                : Optional.empty();
    }

    private static Optional<String> unusable(SQLException failure) {
        var state = String.valueOf(failure.getSQLState());
        if (state.equals(IN_USE)) {
            return Optional.of("another server has the database open that is in the data directory: end it, or name a"
                    + " directory of this one's own in CHANGEOVER_DATA");
        }
        return OUTSIDE.stream().anyMatch(state::startsWith)
                ? Optional.of(
                        "the database of CHANGEOVER_DATABASE_URL, or without it that of CHANGEOVER_DATA, cannot be"
                                + " used: " + failure.getMessage())
                : Optional.empty();
    }
}
