package dev.changeover.audit;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that somebody did, or tried to do. Texts that are too long for their place are cut.
 *
 * @param requestId of the call, unlike any other's; the answer and the log have it, too
 * @param intent what was to be done, as far as that was announced; null where it was not, and once there is an outcome
 * @param outcome null while it is being done, and for good where the server ended in the midst of it
 */
public record AuditEntry(
        String requestId,
        Instant at,
        Who who,
        Deed deed,
        List<Subject> subjects,
        @Nullable Intent intent,
        @Nullable Outcome outcome) {

    public AuditEntry {
        requestId = Text.fitting(requestId, 64);
        subjects = List.copyOf(subjects);
    }

    AuditEntry with(List<Subject> others) {
        return new AuditEntry(requestId, at, who, deed, others, intent, outcome);
    }

    /**
     * @param actor an account's name; empty where nobody is known
     * @param credentials what kind of them was shown
     */
    public record Who(String actor, String credentials, String address) {
        public Who {
            actor = Text.fitting(actor, 255);
            credentials = Text.fitting(credentials, 32);
            address = Text.fitting(address, 64);
        }
    }

    /**
     * @param action a stable word for programs
     * @param path with the names of its variables; empty where several calls are counted
     */
    public record Deed(String action, String method, String path) {
        public Deed {
            action = Text.fitting(action, 64);
            method = Text.fitting(method, 16);
            path = Text.fitting(path, 255);
        }
    }

    /** A subject of the call; it may never have existed. */
    public record Subject(Kind kind, String id) {
        public enum Kind {
            PROJECT,
            INSTANCE,
            PROXY,
            NODE,
            JOB,
            KERNEL_VERSION,
            CAMPAIGN,
            ACCOUNT,
            ACCESS_KEY
        }

        public Subject {
            id = Text.fitting(id, 128);
        }
    }

    /**
     * @param reason what the actor said why; empty where nothing was
     * @param before what was to be changed, as it was: a JSON object
     * @param after and as it was to be: a JSON object
     */
    public record Intent(String reason, String before, String after) {
        public Intent {
            reason = Text.fitting(reason, Outcome.LONGEST_REASON);
            before = Text.fitting(before, Outcome.LONGEST_STATE);
            after = Text.fitting(after, Outcome.LONGEST_STATE);
        }
    }

    /**
     * @param at when it was answered
     * @param status of the answer
     * @param code of the error; empty where there was none
     * @param times how many calls the entry stands for; more than one where refused calls are only counted
     * @param reason what the actor said why; empty where nothing was
     * @param before what was changed, as it was: a JSON object
     * @param after and as it is now: a JSON object
     */
    public record Outcome(Instant at, int status, String code, int times, String reason, String before, String after) {
        /** Nothing to say: an empty JSON object. */
        public static final String NOTHING = "{}";

        private static final int LONGEST_REASON = 1000;
        private static final int LONGEST_STATE = 100_000;

        public Outcome {
            code = Text.fitting(code, 32);
            reason = Text.fitting(reason, LONGEST_REASON);
            before = Text.fitting(before, LONGEST_STATE);
            after = Text.fitting(after, LONGEST_STATE);
        }

        /** Of one call that changed nothing. */
        public static Outcome bare(Instant at, int status, String code) {
            return new Outcome(at, status, code, 1, "", NOTHING, NOTHING);
        }
    }

    /**
     * Callers' texts may be too long for a column, or hold characters that a database does not take, or that make a
     * screen show something else than was said.
     */
    private static final class Text {
        static String fitting(String text, int longest) {
            return (text.length() <= longest ? text : text.substring(0, longest - 1) + "…")
                    .codePoints()
                    .map(Text::storable)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
        }

        private static int storable(int character) {
            if (Character.isWhitespace(character)) {
                return ' ';
            }
            return switch (Character.getType(character)) {
                case Character.CONTROL, Character.SURROGATE, Character.FORMAT -> '?';
                default -> character;
            };
        }
    }
}
