-- Run once, on an empty volume. Nothing but the other containers can reach this server.
CREATE ROLE changeover LOGIN PASSWORD 'changeover';
CREATE DATABASE changeover OWNER changeover;
-- Temporal's own tool creates its two databases and their tables.
CREATE ROLE temporal LOGIN CREATEDB PASSWORD 'temporal';
