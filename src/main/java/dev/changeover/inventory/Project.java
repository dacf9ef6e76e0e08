package dev.changeover.inventory;

/** The owner of instances; every project belongs to one region. */
public record Project(String id, String name, String region) {}
