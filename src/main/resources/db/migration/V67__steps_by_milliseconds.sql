-- Steps are numbered by milliseconds: by seconds those of a quick upgrade were ahead of the clock, and of a dump restored
-- at once.
alter table job_run alter column steps set data type bigint;
