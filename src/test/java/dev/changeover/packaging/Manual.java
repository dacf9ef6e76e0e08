package dev.changeover.packaging;

import dev.changeover.Application;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.AutoComplete;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/** Writes what a package has besides the program and is made from its commands: pages of the manual, and completion. */
final class Manual {
    private static final String NAME = "changeover";

    /** Zsh takes bash's. */
    private static final String ZSH = """
            #compdef changeover
            autoload -U +X bashcompinit && bashcompinit
            source /usr/share/bash-completion/completions/changeover
            """;

    private Manual() {}

    /** @param arguments the directory, which gets {@code asciidoc}, {@code completion} and {@code zsh} */
    public static void main(String[] arguments) throws IOException {
        var directory = Path.of(arguments[0]);
        var commands = Application.commandLine();
        write(directory.resolve("completion").resolve(NAME), AutoComplete.bash(NAME, commands));
        write(directory.resolve("zsh").resolve("_" + NAME), ZSH);
        var pages = Files.createDirectories(directory.resolve("asciidoc"));
        var failed = ManPageGenerator.generateManPage(
                pages.toFile(), null, new boolean[0], false, commands.getCommandSpec());
        if (failed != 0) throw new IOException("the manual could not be written: " + failed);
    }

    private static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
