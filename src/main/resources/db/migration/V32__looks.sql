-- Which look of which process of its agent the row of a node comes from; null from agents that do not number them.
alter table node add look_run bigint;
alter table node add look_number bigint;
