package dev.changeover.cli;

/** What a user types to start this program. */
final class Program {
    private static final String JAR = ".jar";

    /** Where the launcher that is called by the program's name has its jar. */
    private static final String INSTALLED = "share/changeover/changeover.jar";

    private Program() {}

    /** {@code java -jar FILE} where it was started so, else its name. */
    static String name(String name) {
        return name(name, System.getProperty("sun.java.command", ""));
    }

    static String name(String name, String started) {
        var end = started.indexOf(JAR);
        if (end < 0) {
            return name;
        }
        var jar = started.substring(0, end + JAR.length());
        return jar.endsWith(INSTALLED) || jar.contains(" ") ? name : "java -jar " + jar;
    }
}
