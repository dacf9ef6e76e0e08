create trigger audit_is_append_only before update, delete on audit
    for each row call 'dev.changeover.audit.AppendOnly';
create trigger audit_subject_is_append_only before update, delete on audit_subject
    for each row call 'dev.changeover.audit.AppendOnly';
create trigger audit_outcome_is_append_only before update, delete on audit_outcome
    for each row call 'dev.changeover.audit.AppendOnly';
