package dev.changeover;

/** The one entry point. */
public final class Application {
    private Application() {}

    /** Starts the role named by the first argument. */
    public static void main(String[] args) {
        System.out.println("changeover");
    }
}
