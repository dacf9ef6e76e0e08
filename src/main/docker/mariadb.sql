-- Run once, on an empty volume. HAProxy's checks and the agents' probes log in with the first user, who may do nothing;
-- the second one sees who is in a transaction, so that such sessions are the last to be closed.
CREATE OR REPLACE USER 'haproxy_check'@'%';
CREATE OR REPLACE USER 'changeover'@'%' IDENTIFIED BY 'changeover';
GRANT PROCESS ON *.* TO 'changeover'@'%';
