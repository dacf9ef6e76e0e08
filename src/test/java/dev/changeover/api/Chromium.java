package dev.changeover.api;

import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import dev.changeover.demo.RealParts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A real browser without a window: the system's Chromium. */
public final class Chromium implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/chromium");
    private static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser browser;

    private Chromium(Playwright playwright) {
        this.playwright = playwright;
        this.browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(PROGRAM)
                        .setArgs(FLAGS));
    }

    /** Skips the test where there is none. */
    public static Chromium start() {
        if (Files.notExists(PROGRAM)) {
            throw RealParts.missing("no %s: install the package chromium".formatted(PROGRAM));
        }
        // A step that a restarted server had been given begins anew after its heartbeat's time-out, five minutes at
        // most.
        PlaywrightAssertions.setDefaultAssertionTimeout(360_000);
        var options = new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"));
        return new Chromium(Playwright.create(options));
    }

    /** A window of somebody who was never here. */
    public Page page() {
        var page = browser.newContext().newPage();
        page.setDefaultTimeout(60_000);
        return page;
    }

    @Override
    public void close() {
        playwright.close();
    }
}
