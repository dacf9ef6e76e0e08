package dev.changeover.mysql;

/** Who a client says it is; an empty password sends none. */
public record Login(String user, String password) {

    @Override
    public String toString() {
        return user; // never the password: this gets into messages
    }
}
