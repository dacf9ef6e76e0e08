package dev.changeover.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.changeover.access.Account;
import dev.changeover.access.Accounts;
import dev.changeover.access.Role;
import dev.changeover.api.Chromium;
import dev.changeover.demo.SandboxScene;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Somebody's window of the console. */
final class Console {
    /** Everybody's. */
    static final String PASSWORD = SandboxScene.PASSWORD;

    /** The console has a field whose label says "name" too. */
    private static final Page.GetByLabelOptions EXACTLY = new Page.GetByLabelOptions().setExact(true);

    final Page page;
    private final URI server;

    Console(Chromium chromium, URI server) {
        this(chromium.page(), server);
    }

    Console(Page page, URI server) {
        this.server = server;
        this.page = page;
    }

    /** An owner and a viewer of each project of {@code Fleets}' first, an owner of its second, and an operator. */
    static void people(Accounts accounts) {
        accounts.add(new Account("olga", Role.OWNER, Set.of("p-1")), PASSWORD, "");
        accounts.add(new Account("bert", Role.OWNER, Set.of("p-2")), PASSWORD, "");
        accounts.add(new Account("vera", Role.VIEWER, Set.of("p-1")), PASSWORD, "");
        accounts.add(Account.operator("otto"), PASSWORD, "");
    }

    Console logIn(String name) {
        page.navigate(server.resolve("/login").toString());
        fillIn(name);
        assertThat(button("Log out")).isVisible();
        return this;
    }

    /** The form of the log-in. */
    void fillIn(String name) {
        page.getByLabel("Name", EXACTLY).fill(name);
        page.getByLabel("Password").fill(PASSWORD);
        var ready = new Page.GetByRoleOptions().setName("Log in").setExact(true);
        assertThat(page.getByRole(AriaRole.BUTTON, ready)).isEnabled();
        page.getByLabel("Password").press("Enter");
    }

    /** @param address what comes after the # */
    void open(String address) {
        var url = server.resolve("/console/") + "#/" + address;
        leadingTo(url, () -> page.navigate(url));
    }

    /** The page before has a heading too, and perhaps the same buttons: it is gone once the console has heard of the address. */
    private void leadingTo(String url, Runnable step) {
        var heard = page.evaluateHandle("""
                (url) => ({
                  heard: new Promise((done, failed) => {
                    addEventListener('hashchange', ({ newURL }) => newURL === new URL(url).href && done(true));
                    setTimeout(() => failed(new Error(`nothing leads to ${url}`)), 60_000);
                  }),
                })""", url);
        step.run();
        heard.evaluate("({ heard }) => heard");
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
                .isVisible();
    }

    Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
    }

    /** The log-in with the keyboard alone. */
    Console typeIn(String name) {
        page.navigate(server.resolve("/login").toString());
        assertThat(page.getByLabel("Name", EXACTLY)).isFocused();
        page.keyboard().type(name);
        page.keyboard().press("Tab");
        page.keyboard().type(PASSWORD);
        page.keyboard().press("Enter");
        assertThat(button("Log out")).isVisible();
        return this;
    }

    /** A button with the keyboard, once it can be pressed. */
    void press(String name) {
        reach(button(name).first());
        page.keyboard().press("Enter");
    }

    /** A link with the keyboard. */
    void follow(String name) {
        var link = link(name).first();
        reach(link);
        leadingTo(
                link.evaluate("it => it.href").toString(), () -> page.keyboard().press("Enter"));
    }

    /** A reason in the dialog with the keyboard, and Enter; the dialog is gone after it, and the keyboard can leave. */
    void giveReason(String reason) {
        reach(dialog().getByLabel("Reason"));
        page.keyboard().type(reason);
        page.keyboard().press("Enter");
        assertThat(dialog()).hasCount(0);
    }

    /** The focus goes there by Tab alone. */
    private void reach(Locator target) {
        assertThat(target).isEnabled();
        for (int steps = 0; steps < 100; steps++) {
            if (target.evaluate("element => element === document.activeElement").equals(true)) {
                return;
            }
            page.keyboard().press("Tab");
        }
        throw new AssertionError("no Tab leads to " + target);
    }

    Locator link(String name) {
        return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name));
    }

    /** The page below its head. */
    Locator main() {
        return page.locator("main");
    }

    Locator dialog() {
        return page.getByRole(AriaRole.DIALOG);
    }

    /** A button of the dialog, of just that name. */
    Locator inDialog(String button) {
        return dialog().getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(button).setExact(true));
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

    /** On how many sheets of paper the page is printed. */
    long sheets() {
        var paper = new String(page.pdf(), StandardCharsets.ISO_8859_1);
        return Pattern.compile("/Type\\s*/Page\\b").matcher(paper).results().count();
    }

    /** Whether nothing of the page is below its window. */
    boolean isOneScreen() {
        return page.evaluate("document.documentElement.scrollHeight <= innerHeight")
                .equals(true);
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
}
