create trigger audit_intent_is_append_only before update or delete or truncate on audit_intent
    for each statement execute function refuse_audit_change();
