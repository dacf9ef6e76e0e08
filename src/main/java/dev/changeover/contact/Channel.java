package dev.changeover.contact;

public enum Channel {
    EMAIL,
    SMS,
    WEBHOOK
}
