package dev.changeover.temporal;

import dev.changeover.temporal.devserver.TemporalProgram;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mode that was chosen, and why in one sentence. */
record ModeSelection(Backend backend, String why) {
    private static final Logger LOG = LoggerFactory.getLogger(ModeSelection.class);

    static ModeSelection of(TemporalSettings settings, Map<String, String> environment) throws IOException {
        return switch (settings.mode()) {
            case EXTERNAL -> external(settings, environment, "the mode external is configured");
            case DEV_SERVER -> devServer(settings, environment, "the mode dev-server is configured");
            case IN_PROCESS -> inProcess(settings, "the mode in-process is configured");
            case AUTO -> automatically(settings, environment);
        };
    }

    private static ModeSelection automatically(TemporalSettings settings, Map<String, String> environment)
            throws IOException {
        if (External.isConfigured(External.profile(settings, environment))) {
            return external(settings, environment, "its address is configured");
        }
        if (TemporalProgram.of(environment).find().isPresent()) {
            return devServer(settings, environment, "no address is configured and the program temporal is there");
        }
        return inProcess(settings, "no address is configured and the program temporal is not there");
    }

    private static ModeSelection external(TemporalSettings settings, Map<String, String> environment, String because) {
        var external = new External(External.profile(settings, environment));
        return new ModeSelection(external, "External Temporal at " + external.address() + ", because " + because + ".");
    }

    private static ModeSelection devServer(TemporalSettings settings, Map<String, String> environment, String because)
            throws IOException {
        var program = TemporalProgram.of(environment)
                .find()
                .orElseThrow(() -> new TemporalConfigurationException("The mode dev-server needs the program temporal:"
                        + " put it on the PATH or run: changeover temporal install"));
        var server = new DevServer(program, settings);
        LOG.warn(
                "Temporal's dev server at {} asks nobody who they are: every user of this host can read there, and end or"
                        + " delay upgrades. It is for a host of one trusted user",
                server.address());
        return new ModeSelection(
                server,
                "Temporal's dev server at " + server.address() + " with its data in " + settings.dataDirectory()
                        + ", because " + because + " (" + program + ").");
    }

    private static ModeSelection inProcess(TemporalSettings settings, String because) {
        if (!settings.allowInProcess()) {
            throw new TemporalConfigurationException("There is no durable Temporal, because " + because
                    + ": set TEMPORAL_ADDRESS, or run: changeover temporal install; or allow the in-process one, which"
                    + " forgets every upgrade when this process ends.");
        }
        return new ModeSelection(
                new InProcess(),
                "Temporal's test server inside this process, because " + because + "; nothing outlives this process.");
    }
}
