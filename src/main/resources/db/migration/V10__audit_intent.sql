-- What a call was about to do, where its path does not say so: there before it is done, for where the server ends in the
-- midst of it. V10.1 lets nobody change or delete it.
create table audit_intent (
    request_id   varchar(64) primary key references audit (request_id),
    reason       text not null,
    before_state text not null, -- JSON objects
    after_state  text not null
);
