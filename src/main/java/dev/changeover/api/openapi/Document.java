package dev.changeover.api.openapi;

import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.info.Info;

/** The title of the OpenAPI document, which is made from the controllers when they are compiled. */
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Changeover",
                        version = "3",
                        description = "Upgrades the proxy in front of a MySQL database without failing a single"
                                + " connection. Errors are {\"error_code\", \"error_msg\"}; every answer has an"
                                + " X-Request-Id."))
final class Document {
    private Document() {}
}
