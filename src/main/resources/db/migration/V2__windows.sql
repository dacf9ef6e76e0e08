-- start and end on the clock of an IANA time zone, as owners write them: 02:00-06:00 Europe/Berlin
alter table instance add column maintenance_window varchar(80) default '02:00-06:00 UTC' not null;
