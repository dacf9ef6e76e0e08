package dev.changeover.demo;

import java.net.InetSocketAddress;

/** HAProxy's configuration as an operator writes it: one frontend, one backend with checks, sessions that last a day. */
public final class SampleConfiguration {
    private SampleConfiguration() {}

    /** @param port of 127.0.0.1 where it listens */
    public static String of(int port, InetSocketAddress database) {
        return """
                global
                    maxconn 2000
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 25h
                    timeout server 25h
                frontend mysql
                    bind 127.0.0.1:%d
                    default_backend db
                backend db
                    option mysql-check user %s
                    server db1 %s:%d check inter 1s
                """.formatted(port, Database.CHECK.user(), database.getHostString(), database.getPort());
    }
}
