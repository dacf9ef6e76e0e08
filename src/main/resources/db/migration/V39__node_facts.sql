-- What agents said of their nodes, and how soon somebody should look: 0 something is wrong, 1 nothing was said yet, 2 all is well.
alter table node add column facts text;
alter table node add column urgency integer default 1 not null;
create index node_by_urgency on node (urgency, id);
