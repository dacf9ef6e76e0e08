-- Run once, on an empty volume. HAProxy's checks and the agents log in with this user: it may do nothing else.
CREATE USER 'haproxy_check'@'%';
