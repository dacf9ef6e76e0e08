package dev.changeover.contact;

/** The ways to reach a contact. */
public enum Channel {
    EMAIL,
    SMS,
    WEBHOOK
}
