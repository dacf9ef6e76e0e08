-- What the figures ask of open upgrades is in the index: no row with its snapshot is read.
create index task_by_openness on task (outcome, phase, held_since, status, planned_start, ended_at);
