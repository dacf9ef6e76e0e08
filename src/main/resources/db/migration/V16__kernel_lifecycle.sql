-- Why a version has its lifecycle, for those who run it.
alter table kernel add column lifecycle_reason varchar(1024) default '' not null;
