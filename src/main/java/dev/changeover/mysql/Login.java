package dev.changeover.mysql;

/** A client's user name and password; an empty password sends none. */
public record Login(String user, String password) {

    @Override
    public String toString() {
        return user; // never the password: this gets into messages
    }
}
