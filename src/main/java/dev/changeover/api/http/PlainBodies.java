package dev.changeover.api.http;

import dev.changeover.api.ApiException;
import dev.changeover.api.FilterOrder;
import dev.changeover.upgrade.ErrorCode;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;

/** Nothing is unpacked here: a small packed body can be a huge one, and a signature is one of the bytes that were sent. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(FilterOrder.PLAIN_BODIES)
final class PlainBodies {
    @RequestFilter
    void refusePacked(HttpRequest<?> request) {
        request.getHeaders()
                .findFirst(HttpHeaders.CONTENT_ENCODING)
                .filter(encoding -> !encoding.equalsIgnoreCase("identity"))
                .ifPresent(encoding -> {
                    throw new ApiException(
                            ErrorCode.NOT_JSON,
                            "Content-Encoding %s is not understood: send the body as it is".formatted(encoding));
                });
    }
}
