package dev.changeover.server;

import dev.changeover.access.KeyFile;
import dev.changeover.database.Sql;
import dev.changeover.node.order.OrderSigner;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;

/**
 * A database belongs to one key file: with another one no agent takes an order and no access key is good, as after a restore
 * that left the file out.
 */
@Context
@Requires(notEnv = TemporalMove.DATABASE_ALONE)
final class OneKeyFile {
    /** @throws WrongSetting if the file is not the one that the database has been used with */
    OneKeyFile(Sql sql, KeyFile file, OrderSigner signer, ServerSettings settings) {
        if (settings.newKey()) {
            sql.change("delete from order_key");
        }
        sql.change(
                "insert into order_key (one, fingerprint) values (1, ?) on conflict do nothing", signer.fingerprint());
        var known = sql.first("select fingerprint from order_key", row -> row.text("fingerprint"))
                .orElseThrow();
        if (!known.equals(signer.fingerprint())) {
            throw new WrongSetting(
                    ("the key file %s has the key %s, and this database belongs to the key %s: put the file"
                                    + " in its place that was kept with the database, or, if it is lost for good, start once with"
                                    + " CHANGEOVER_NEW_KEY=true and enrol every agent and make every access key anew")
                            .formatted(file, signer.fingerprint(), known));
        }
    }
}
