package dev.changeover.server;

import dev.changeover.value.WrongSetting;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.ConfigurationReader;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.env.Environment;
import io.micronaut.context.exceptions.BeanInstantiationException;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.convert.ConversionContext;
import io.micronaut.core.order.Ordered;
import io.micronaut.core.type.Argument;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads every setting of ours before anything else starts. Micronaut takes the default where a value is not of its
 * type, takes every word for a boolean, and reads most settings only when they are needed.
 */
@Context
@Order(Ordered.HIGHEST_PRECEDENCE)
final class SettingsCheck {
    private static final Set<String> BOOLEANS = Set.of("true", "false", "yes", "no", "on", "off");
    private static final Map<Class<?>, String> ALLOWED = Map.of(
            int.class, "a whole number",
            boolean.class, "true or false",
            Duration.class, "a duration such as 500ms, 90s, 5m, 24h or 7d",
            URI.class, "an address such as https://host/path");

    /** @throws WrongSetting for the first one that is not what it must be */
    SettingsCheck(ApplicationContext context) {
        var ours = context.getAllBeanDefinitions().stream()
                .filter(bean -> bean.getBeanType().getName().startsWith("dev.changeover."))
                .toList();
        for (var bean : ours) {
            for (var argument : bean.getConstructor().getArguments()) {
                argument.getAnnotationMetadata()
                        .stringValue(Property.class, "name")
                        .filter(name -> name.startsWith("changeover."))
                        .ifPresent(name -> check(context.getEnvironment(), name, argument));
            }
        }
        for (var bean : ours) {
            if (bean.hasStereotype(ConfigurationReader.class)) {
                try {
                    context.getBean(bean);
                } catch (BeanInstantiationException refused) {
                    if (refused.getCause() instanceof IllegalArgumentException wrong) {
                        throw new WrongSetting(wrong.getMessage());
                    }
                    throw refused;
                }
            }
        }
    }

    private static void check(Environment environment, String name, Argument<?> argument) {
        var value = environment.getProperty(name, String.class).orElse("").strip();
        var type = argument.getType();
        if (!value.isEmpty() && !fits(environment, name, value, argument)) {
            throw new WrongSetting("%s is '%s', and must be %s".formatted(variable(name), value, allowed(type)));
        }
    }

    private static boolean fits(Environment environment, String name, String value, Argument<?> argument) {
        return argument.getType() == boolean.class
                ? BOOLEANS.contains(value.toLowerCase(Locale.ROOT))
                : environment.getProperty(name, ConversionContext.of(argument)).isPresent();
    }

    private static String variable(String name) {
        return name.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
    }

    private static String allowed(Class<?> type) {
        return type.isEnum()
                ? Arrays.stream(type.getEnumConstants())
                        .map(constant ->
                                constant.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .collect(Collectors.joining(", ", "one of ", ""))
                : ALLOWED.getOrDefault(type, "a " + type.getSimpleName());
    }
}
