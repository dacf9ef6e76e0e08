package dev.changeover.audit;

import java.util.List;

/**
 * Part of the audit trail.
 *
 * @param total how many entries the query has
 * @param entries newest first
 */
public record AuditPage(int total, List<AuditEntry> entries) {}
