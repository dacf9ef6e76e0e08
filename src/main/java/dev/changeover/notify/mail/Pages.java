package dev.changeover.notify.mail;

import dev.changeover.notify.Letter;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import jakarta.inject.Singleton;

/** A letter as HTML and as text; the templates are classes, and the one for HTML escapes what it is given. */
@Singleton
final class Pages {
    private static final String LETTER = "letter.jte";

    private final TemplateEngine html = engine(ContentType.Html, "jte.html");
    private final TemplateEngine text = engine(ContentType.Plain, "jte.text");

    private static TemplateEngine engine(ContentType type, String classes) {
        return TemplateEngine.createPrecompiled(null, type, Pages.class.getClassLoader(), classes);
    }

    String html(Letter letter) {
        return rendered(html, letter);
    }

    String text(Letter letter) {
        return rendered(text, letter);
    }

    private static String rendered(TemplateEngine engine, Letter letter) {
        var output = new StringOutput();
        engine.render(LETTER, letter, output);
        return output.toString();
    }
}
