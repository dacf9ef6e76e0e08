package dev.changeover.node.check;

import dev.changeover.node.site.ProcessList;

/** Whether the account of {@code agent.toml} that reads what the database's connections are doing can do so. */
final class ProcessListCheck {

    private ProcessListCheck() {}

    static void look(CheckedHost host, Findings findings) {
        var account = host.configuration().processList();
        if (account == null) return;
        new ProcessList(account)
                .refusal()
                .ifPresentOrElse(
                        why -> findings.warning(
                                account.address(),
                                why,
                                "idle sessions cannot be chosen, and transactions not be spared; see process_list in agent.toml"),
                        () -> findings.ok(account.address(), "%s reads the process list".formatted(account.user())));
    }
}
