package dev.changeover.cli;

/** The words that a user types to start this program. */
final class ProgramName {
    private static final String JAR = "changeover.jar";

    /** Where the launcher that is called by the program's name has its jar. */
    private static final String INSTALLED = "share/changeover/" + JAR;

    private ProgramName() {}

    /** {@code java -jar FILE} where it was started so, else its name. */
    static String name(String name) {
        return name(name, System.getProperty("sun.java.command", ""));
    }

    static String name(String name, String started) {
        var jar = started.split(" ", 2)[0];
        return jar.endsWith(JAR) && !jar.endsWith(INSTALLED) ? "java -jar " + jar : name;
    }
}
