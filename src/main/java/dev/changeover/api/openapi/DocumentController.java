package dev.changeover.api.openapi;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;

/** This document; its page is at {@code /openapi}. */
@Controller(DocumentController.PATH)
@Secured(SecurityRule.IS_AUTHENTICATED)
@Tag(name = "Document")
record DocumentController(PublishedDocument published) {
    static final String PATH = "/openapi/changeover.yml";
    private static final String YAML = "application/yaml";

    /** The OpenAPI document of this interface. */
    @Get(produces = YAML)
    @ApiResponse(responseCode = "200", content = @Content(mediaType = YAML, schema = @Schema(type = "object")))
    String document() {
        return published.text();
    }
}
