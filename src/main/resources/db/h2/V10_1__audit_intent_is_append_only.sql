create trigger audit_intent_is_append_only before update, delete on audit_intent
    for each row call 'dev.changeover.audit.AppendOnly';
