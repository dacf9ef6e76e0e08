create function refuse_audit_change() returns trigger language plpgsql as $$
begin
    raise exception 'the audit trail is append-only';
end
$$;

create trigger audit_is_append_only before update or delete or truncate on audit
    for each statement execute function refuse_audit_change();
create trigger audit_subject_is_append_only before update or delete or truncate on audit_subject
    for each statement execute function refuse_audit_change();
create trigger audit_outcome_is_append_only before update or delete or truncate on audit_outcome
    for each statement execute function refuse_audit_change();
