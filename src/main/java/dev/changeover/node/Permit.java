package dev.changeover.node;

/**
 * The control plane's signature under an order.
 *
 * @param text what was signed, word for word: the order itself, for which node, job and step, and how long it is good
 * @param signature Ed25519 over the text, in Base64
 */
public record Permit(String text, String signature) {}
