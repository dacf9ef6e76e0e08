package dev.changeover.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;

/** A body has no text, or not such a text, where one is needed; the message is a sentence for the caller. */
public final class WrongText extends MismatchedInputException {
    public WrongText(JsonParser parser, String sentence) {
        super(parser, sentence, String.class);
    }
}
