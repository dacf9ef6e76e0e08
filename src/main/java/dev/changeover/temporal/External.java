package dev.changeover.temporal;

import dev.changeover.host.Reason;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.envconfig.LoadClientConfigProfileOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** A Temporal that somebody else runs. */
record External(ClientConfigProfile profile) implements Backend {
    /**
     * The profile that settings and environment name, with what the settings say laid over it.
     *
     * @throws TemporalConfigurationException when the profile is named but missing, or its file cannot be read
     */
    static ClientConfigProfile profile(TemporalSettings settings, Map<String, String> environment) {
        var options = LoadClientConfigProfileOptions.newBuilder().setEnvOverrides(environment);
        if (settings.profile() != null) options.setConfigFileProfile(settings.profile());
        try {
            var profile = ClientConfigProfile.load(options.build()).toBuilder();
            if (settings.address() != null) profile.setAddress(settings.address());
            if (settings.namespace() != null) profile.setNamespace(settings.namespace());
            return profile.build();
        } catch (IOException | RuntimeException failure) {
            // The library throws whatever its TOML reader throws; each means that the operator has to correct a file.
            throw new TemporalConfigurationException(
                    "Temporal's profile or variables cannot be used: " + failure.getMessage());
        }
    }

    static boolean isConfigured(ClientConfigProfile profile) {
        return profile.getAddress() != null && !profile.getAddress().isBlank();
    }

    @Override
    public TemporalMode mode() {
        return TemporalMode.EXTERNAL;
    }

    @Override
    public String address() {
        return stubsOptions().getTarget();
    }

    /** @throws TemporalConfigurationException when a certificate or key cannot be read */
    @Override
    public WorkflowServiceStubsOptions stubsOptions() {
        try {
            return profile.toWorkflowServiceStubsOptions();
        } catch (RuntimeException failure) {
            // The library throws whatever reads certificates; each means that the operator has to correct a setting.
            var reason = failure.getCause() == null ? failure : failure.getCause();
            throw new TemporalConfigurationException("Temporal's TLS settings cannot be used: " + Reason.of(reason));
        }
    }

    @Override
    public WorkflowClientOptions clientOptions() {
        return profile.toWorkflowClientOptions();
    }

    @Override
    public Optional<ClientCertificate> certificate() {
        return ClientCertificate.of(profile);
    }

    /** Its namespace and retention belong to whoever runs it. */
    @Override
    public Optional<String> prepare(WorkflowServiceStubs stubs, SearchAttributes attributes) {
        return attributes.ensure();
    }
}
