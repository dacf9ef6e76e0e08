package dev.changeover.agent;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What a person does by hand on the host of a node: a subcommand of {@code agent}. */
abstract class NodeCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable AgentCommand agent;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    AgentCommand agent() {
        return Objects.requireNonNull(agent);
    }

    CommandSpec spec() {
        return spec;
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
