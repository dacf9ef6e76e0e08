package dev.changeover.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.changeover.node.check.Check;
import dev.changeover.node.check.CheckedHost;
import dev.changeover.node.check.Finding;
import dev.changeover.node.check.Finding.Level;
import dev.changeover.node.check.NodeCheck;
import dev.changeover.node.check.WrittenSettings;
import dev.changeover.node.site.AgentConfiguration.Driver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says beforehand what a first start, a reload, an adoption or an upgrade would stumble over. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:no problem was found", "1:problems were found", "2:wrong usage"},
        description = {
            "Says what a first start, a reload, an adoption or an upgrade would stumble over on this host.",
            "Changes nothing. Run it as root or as the agent's user."
        })
final class CheckCommand extends NodeCommand {
    private enum Format {
        table,
        json
    }

    private static final List<Check> OF_THE_AGENT =
            List.of(new Check("adoption", AdoptionCheck::look), new Check("temporal", TemporalCheck::look));

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "table or json (default: table)")
    private Format format = Format.table;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var settings = WrittenSettings.read(agent().file());
        var findings = new ArrayList<>(settings.findings());
        if (settings.configuration().isPresent()) {
            var configuration = settings.configuration().get();
            if (configuration.driver() == Driver.sandbox) {
                findings.add(new Finding(
                        Level.OK, "driver", "sandbox", "a relay of the agent's own needs nothing of this host", ""));
            } else {
                findings.addAll(NodeCheck.of(CheckedHost.of(configuration), OF_THE_AGENT));
            }
        }
        findings.sort(Comparator.comparing(Finding::level));
        print(findings);
        return findings.stream().anyMatch(found -> found.level() == Level.PROBLEM) ? 1 : 0;
    }

    private void print(List<Finding> findings) throws JsonProcessingException {
        var out = out();
        if (format == Format.json) {
            out.println(JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
                    .build()
                    .writeValueAsString(findings));
            return;
        }
        var width = findings.stream()
                .mapToInt(found -> found.subject().length())
                .filter(length -> length <= 40)
                .max()
                .orElse(1);
        for (var found : findings) {
            out.println(("%-7s  %-" + width + "s  %s")
                    .formatted(found.level().name().toLowerCase(Locale.ROOT), found.subject(), found.sentence()));
        }
        out.println("%s, %s; nothing was changed"
                .formatted(count(findings, Level.PROBLEM), count(findings, Level.WARNING)));
    }

    private static String count(List<Finding> findings, Level level) {
        var count = findings.stream().filter(found -> found.level() == level).count();
        return "%d %s%s".formatted(count, level.name().toLowerCase(Locale.ROOT), count == 1 ? "" : "s");
    }
}
