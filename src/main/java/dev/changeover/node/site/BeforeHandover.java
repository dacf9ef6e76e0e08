package dev.changeover.node.site;

import dev.changeover.host.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a node was right before a handover, as long as nothing else is known of it: the old generation ends with its last
 * session, and what came after is compared with it. In a file, so that a restarted agent knows it.
 */
public record BeforeHandover(Path file) {

    /**
     * @param errors failed connections to, and broken responses from, the servers
     * @param sessions in which they happened
     * @param down backends that were
     */
    public record State(long errors, long sessions, List<String> down) {
        public State {
            down = List.copyOf(down);
        }
    }

    /** @param next the generation that comes after */
    public void note(int next, State state) throws IOException {
        var lines = new ArrayList<>(
                List.of(Integer.toString(next), Long.toString(state.errors()), Long.toString(state.sessions())));
        lines.addAll(state.down());
        PrivateFile.write(file, String.join("\n", lines) + "\n");
    }

    /** Empty where this generation came after no other one, or nobody knows it any more. */
    public Optional<State> of(int generation) throws IOException {
        if (Files.notExists(file)) return Optional.empty();
        try {
            var lines = PrivateFile.wholeLines(file).orElse(List.of());
            if (lines.size() >= 3) {
                var known = new State(
                        Long.parseLong(lines.get(1)), Long.parseLong(lines.get(2)), lines.subList(3, lines.size()));
                return Optional.of(known).filter(state -> lines.getFirst().equals(Integer.toString(generation)));
            }
        } catch (NumberFormatException damaged) {
            // the same as where lines are missing
        }
        PrivateFile.setAside(file, "says nothing of a generation");
        return Optional.empty();
    }
}
