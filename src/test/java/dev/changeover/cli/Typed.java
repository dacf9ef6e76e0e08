package dev.changeover.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.changeover.client.UserFiles;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** A command that a user typed, and its result. */
record Typed(int exit, String out, String err) {
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** A program that has nothing but our commands. */
    @Command(name = "changeover")
    static final class Root {}

    static CommandLine root() {
        return Commands.addTo(new CommandLine(new Root()), Map.of());
    }

    static Typed run(List<String> words) {
        return run(Commands.addTo(new CommandLine(new Root()), Map.of(), words.toArray(String[]::new)), words);
    }

    /** As another user, with something else to type on. */
    static Typed run(UserFiles files, Keyboard keyboard, String... words) {
        return run(Commands.addTo(new CommandLine(new Root()), files, keyboard, Map.of(), words), List.of(words));
    }

    private static Typed run(CommandLine root, List<String> words) {
        var out = new StringWriter();
        var err = new StringWriter();
        var exit = root.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words.toArray(String[]::new));
        return new Typed(exit, out.toString(), err.toString());
    }

    static Typed run(String... words) {
        return run(List.of(words));
    }

    /** The whole output as one JSON value. */
    JsonNode json() {
        try {
            return STRICT.readTree(out);
        } catch (JsonProcessingException notJson) {
            throw new AssertionError("not one JSON value: " + out + err, notJson);
        }
    }
}
