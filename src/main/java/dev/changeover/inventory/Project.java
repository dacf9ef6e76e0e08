package dev.changeover.inventory;

/** Whose things these are; every project lies in one region. */
public record Project(String id, String name, String region) {}
