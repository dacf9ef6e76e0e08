package dev.changeover.mysql;

import java.io.IOException;

/** The server answered with an error packet: it lives, and it says no. */
public final class MySqlRefusal extends IOException {
    private final int code;

    public MySqlRefusal(int code, String message) {
        super(code + " " + message);
        this.code = code;
    }

    /** The server's error number: 1040 is too many connections, 1045 access denied, 1129 a blocked host. */
    public int code() {
        return code;
    }
}
