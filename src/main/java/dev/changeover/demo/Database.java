package dev.changeover.demo;

import dev.changeover.mysql.Login;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** What the demonstrated proxy stands in front of. */
public sealed interface Database extends AutoCloseable permits MariaDb, FakeMySqlServer {

    /** Who HAProxy's checks and the probes of the agents log in as: no password, no rights. */
    Login CHECK = new Login("haproxy_check", "");

    /** MariaDB where it is installed, else the stand-in. */
    static Database ofThisHost() throws IOException {
        Optional<String> missing = MariaDb.whyNot();
        return missing.isEmpty() ? MariaDb.start() : FakeMySqlServer.start(missing.get());
    }

    /** Where it listens: always 127.0.0.1. */
    InetSocketAddress address();

    /** Who clients log in as. */
    Login app();

    /** What it is, and why, in one line for people. */
    String words();

    @Override
    void close();
}
