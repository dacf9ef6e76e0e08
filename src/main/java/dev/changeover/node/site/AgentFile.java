package dev.changeover.node.site;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.stream.Collectors;

/** The file of the agent's settings, and what is wrong with it in words. */
final class AgentFile {
    private AgentFile() {}

    static AgentConfiguration read(Path file) throws IOException {
        var toml = TomlMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .build();
        try {
            return toml.readValue(Files.readString(file), AgentConfiguration.class);
        } catch (CharacterCodingException binary) {
            throw new IOException(file + " is not text in UTF-8", binary);
        } catch (JsonProcessingException e) {
            throw new IOException(file + ": " + words(e), e);
        }
    }

    private static String words(JsonProcessingException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            return unknown.getPropertyName() + " is not a key of this file";
        }
        if (e instanceof InvalidFormatException wrong && wrong.getTargetType().isEnum()) {
            return "%s is '%s', and must be one of %s"
                    .formatted(
                            key(wrong),
                            wrong.getValue(),
                            Arrays.stream(wrong.getTargetType().getEnumConstants())
                                    .map(String::valueOf)
                                    .collect(Collectors.joining(", ")));
        }
        if (e instanceof ValueInstantiationException wrong
                && e.getCause() instanceof IllegalArgumentException refused) {
            var sentence = String.valueOf(refused.getMessage());
            return sentence.startsWith(key(wrong)) ? sentence : "%s: %s".formatted(key(wrong), sentence);
        }
        if (e instanceof MismatchedInputException wrong && wrong.getTargetType() != null) {
            return "%s must be %s".formatted(key(wrong), kind(wrong.getTargetType()));
        }
        return e.getOriginalMessage() + place(e);
    }

    private static String key(JsonMappingException e) {
        return e.getPath().stream()
                .map(JsonMappingException.Reference::getFieldName)
                .filter(Objects::nonNull)
                .collect(Collectors.joining("."));
    }

    private static String kind(Class<?> type) {
        return Collection.class.isAssignableFrom(type) ? "a list" : type.isRecord() ? "a table" : "a text";
    }

    private static String place(JsonProcessingException e) {
        return e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNr();
    }
}
