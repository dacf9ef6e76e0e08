package dev.changeover.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.changeover.api.Chromium;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Somebody's window of the console; keeps what the browser complained of. */
final class Console {
    final Page page;
    final List<String> complaints = new ArrayList<>();
    private final URI server;

    Console(Chromium chromium, URI server) {
        this(chromium.page(), server);
    }

    Console(Page page, URI server) {
        this.server = server;
        this.page = page;
        page.setViewportSize(1280, 720);
        page.onConsoleMessage(message -> {
            // An answer that is an error is the interface's to give and the page's to say.
            if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
    }

    Console logIn(String name, String password) {
        page.navigate(server.resolve("/login").toString());
        page.getByLabel("Name").fill(name);
        page.getByLabel("Password").fill(password);
        page.getByLabel("Password").press("Enter");
        assertThat(button("Log out")).isVisible();
        return this;
    }

    /** @param address what comes after the # */
    void open(String address) {
        page.navigate(server.resolve("/console/").toString() + "#/" + address);
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
                .isVisible();
    }

    Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
    }

    /** With the keyboard, once it can be pressed: the focus goes there by Tab alone. */
    void press(String name) {
        assertThat(button(name).first()).isEnabled();
        for (int steps = 0; steps < 100; steps++) {
            page.keyboard().press("Tab");
            if (button(name)
                    .first()
                    .evaluate("element => element === document.activeElement")
                    .equals(true)) {
                page.keyboard().press("Enter");
                return;
            }
        }
        throw new AssertionError("no Tab leads to " + name);
    }

    Locator link(String name) {
        return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name));
    }

    Locator dialog() {
        return page.getByRole(AriaRole.DIALOG);
    }

    Locator text(String text) {
        return page.getByText(text);
    }

    /** What the interface answers this page's person. */
    Map<?, ?> call(String method, String path, String body) {
        return (Map<?, ?>) page.evaluate("""
                async ([method, path, body]) => {
                  const csrf = document.cookie.split('changeover_csrf=')[1].split(';')[0];
                  const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf };
                  const answer = await fetch(path, { method, headers, body: body || undefined });
                  if (!answer.ok) throw new Error(await answer.text());
                  return answer.json();
                }""", List.of(method, path, body));
    }

    /** How many bytes of scripts of ours this page has fetched since it was loaded, or found in the browser's cache. */
    int ownScripts() {
        return ((Number) page.evaluate("""
                async () => {
                  const ours = ({ pathname }) => pathname.startsWith('/console/') && pathname.endsWith('.js');
                  const urls = performance.getEntriesByType('resource').map(({ name }) => new URL(name)).filter(ours);
                  const sizes = [...new Set(urls.map(String))].map(async (url) => (await (await fetch(url)).blob()).size);
                  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
                }""")).intValue();
    }

    /** The failures of axe-core on this page, by day wide and by night narrow; each look has its screenshot. */
    List<String> violations(String name) {
        var found = new ArrayList<String>();
        for (var scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            for (var wide : List.of(true, false)) {
                page.setViewportSize(wide ? 1280 : 360, wide ? 720 : 740);
                var look = "%s-%s-%s".formatted(name, scheme.name().toLowerCase(Locale.ROOT), wide ? "wide" : "narrow");
                page.screenshot(new Page.ScreenshotOptions()
                        .setFullPage(!wide)
                        .setPath(Path.of("target", "screenshots", look + ".png")));
                if (wide == (scheme == ColorScheme.LIGHT)) {
                    new AxeBuilder(page)
                            .analyze()
                            .getViolations()
                            .forEach(rule -> found.add("%s: %s %s".formatted(look, rule.getId(), rule.getNodes())));
                }
                if (page.evaluate("document.documentElement.scrollWidth > innerWidth")
                        .equals(true)) {
                    found.add(look + ": wider than the screen");
                }
            }
        }
        page.setViewportSize(1280, 720);
        return found;
    }
}
