package dev.changeover.node.site;

import dev.changeover.node.driver.BackendKind;
import dev.changeover.node.order.OrderRules;
import dev.changeover.node.site.AgentConfiguration.ProcessListAccount;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a test's agent has that is not the usual. */
public final class AgentVariant {
    private AgentVariant() {}

    public static AgentConfiguration of(
            AgentConfiguration usual,
            Map<String, BackendKind> backends,
            @Nullable ProcessListAccount processList,
            OrderRules orders) {
        return new AgentConfiguration(
                usual.nodeId(),
                usual.runDir(),
                usual.kernelsDir(),
                usual.haproxyConfiguration(),
                usual.sandboxConfiguration(),
                usual.driver(),
                usual.packageAddresses(),
                usual.initialKernel(),
                usual.checkUser(),
                usual.checkPasswordFile(),
                backends,
                processList,
                usual.temporalProfile(),
                usual.payloadKeys(),
                orders);
    }
}
