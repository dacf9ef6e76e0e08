package dev.changeover.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.changeover.demo.RealParts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The system's Chromium without a window, for the tests of one class ({@code @RegisterExtension}): Playwright belongs to
 * one thread. It starts with the first page, and where there is none, that test is skipped. After each test its pages are
 * closed; a page where something was blocked or a script failed fails the test, and a test that failed leaves a picture of
 * each of its pages in {@code target/screenshots/failed}.
 */
public final class Chromium implements AfterTestExecutionCallback, AfterEachCallback, AfterAllCallback {
    private static final Path PROGRAM = Path.of("/usr/bin/chromium");
    private static final Path PICTURES = Path.of("target", "screenshots");
    private static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    /** The rules that look at colours; the others find by night what they have found by day. */
    private static final List<String> COLOURS = List.of("color-contrast", "link-in-text-block");

    private final List<String> complaints = new ArrayList<>();
    private @Nullable Playwright playwright;
    private @Nullable Browser browser;

    private Browser browser() {
        if (browser == null) {
            if (Files.notExists(PROGRAM)) {
                throw RealParts.missing("no %s: install the package chromium".formatted(PROGRAM));
            }
            PlaywrightAssertions.setDefaultAssertionTimeout(60_000);
            var options = new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"));
            playwright = Playwright.create(options);
            browser = playwright
                    .chromium()
                    .launch(new BrowserType.LaunchOptions()
                            .setExecutablePath(PROGRAM)
                            .setArgs(FLAGS));
        }
        return browser;
    }

    /** A window of somebody who was never here, as wide as a laptop. */
    public Page page() {
        var page = browser().newContext().newPage();
        page.setDefaultTimeout(60_000);
        page.onConsoleMessage(message -> {
            // An answer that is an error is the interface's to give and the page's to say.
            if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        return page;
    }

    /** A picture of what the window shows, {@code target/screenshots/NAME.png}. */
    public static void picture(Page page, String name) {
        picture(page, name, false);
    }

    private static void picture(Page page, String name, boolean whole) {
        page.screenshot(new Page.ScreenshotOptions().setFullPage(whole).setPath(PICTURES.resolve(name + ".png")));
    }

    /** The failures of axe-core on this page, light and dark, wide and narrow; each look has its screenshot. */
    public static List<String> violations(Page page, String name) {
        var found = new ArrayList<String>();
        for (var scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            for (var wide : List.of(true, false)) {
                page.setViewportSize(wide ? 1280 : 360, wide ? 720 : 740);
                var look = "%s-%s-%s".formatted(name, scheme.name().toLowerCase(Locale.ROOT), wide ? "wide" : "narrow");
                picture(page, look, !wide);
                var axe = new AxeBuilder(page)
                        .setLegacyMode(true); // no page of its own for frames of other origins, which no page here has
                if (scheme == ColorScheme.DARK) axe.withRules(COLOURS);
                axe.analyze()
                        .getViolations()
                        .forEach(rule -> found.add("%s: %s %s".formatted(look, rule.getId(), rule.getNodes())));
                if (page.evaluate("document.documentElement.scrollWidth > innerWidth")
                        .equals(true)) {
                    found.add(look + ": wider than the screen");
                }
            }
        }
        page.setViewportSize(1280, 720);
        return found;
    }

    @Override
    public void afterTestExecution(ExtensionContext test) {
        if (browser == null || test.getExecutionException().isEmpty()) {
            return;
        }
        var pages = browser.contexts().stream()
                .flatMap(context -> context.pages().stream())
                .toList();
        for (int number = 0; number < pages.size(); number++) {
            var name = "failed/%s-%s-%d"
                    .formatted(test.getRequiredTestClass().getSimpleName(), test.getDisplayName(), number + 1);
            picture(pages.get(number), name.replaceAll("[^\\w/-]", ""));
        }
    }

    @Override
    public void afterEach(ExtensionContext test) {
        if (browser != null) {
            browser.contexts().forEach(context -> context.close());
        }
        var said = List.copyOf(complaints);
        complaints.clear();
        assertThat(said).as("what pages complained of").isEmpty();
    }

    @Override
    public void afterAll(ExtensionContext tests) {
        if (playwright != null) {
            playwright.close();
        }
    }
}
