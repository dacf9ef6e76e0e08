package dev.changeover.demo;

import dev.changeover.mysql.Login;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** The database behind the demonstrated proxy. */
public sealed interface Database extends AutoCloseable permits MariaDb, FakeMySqlServer {

    /** The account of HAProxy's checks and the agents' probes: no password, no rights. */
    Login CHECK = new Login("haproxy_check", "");

    /** MariaDB where it is installed, else the stand-in. */
    static Database ofThisHost() throws IOException {
        Optional<String> missing = MariaDb.whyNot();
        return missing.isEmpty() ? MariaDb.start() : FakeMySqlServer.start(missing.get());
    }

    /** Where it listens: always 127.0.0.1. */
    InetSocketAddress address();

    Login app();

    /** Its kind, and why this one, in one line for people. */
    String words();

    @Override
    void close();
}
