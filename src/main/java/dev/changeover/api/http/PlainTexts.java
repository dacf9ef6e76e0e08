package dev.changeover.api.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.changeover.api.WrongText;
import dev.changeover.value.Texts;
import jakarta.inject.Singleton;
import java.io.IOException;

/** A text in a body is a text, not a number that is taken for one, and has only what {@link Texts} allow. */
@Singleton
final class PlainTexts extends SimpleModule {
    PlainTexts() {
        super("plain texts");
        addDeserializer(String.class, new Plain());
    }

    private static final class Plain extends StdScalarDeserializer<String> {
        Plain() {
            super(String.class);
        }

        @Override
        public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.hasToken(JsonToken.VALUE_STRING)) {
                throw new WrongText(parser, "a text is needed");
            }
            var text = parser.getText();
            if (!Texts.isPlain(text)) {
                throw new WrongText(parser, "a text without NUL and half characters is needed");
            }
            return text;
        }
    }
}
