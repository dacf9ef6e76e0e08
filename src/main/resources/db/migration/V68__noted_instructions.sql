-- What a command forbids counts only once the upgrade has said that it does it: one that nobody heard holds nothing up.
alter table instruction add column noted_at timestamp(6) with time zone;
update instruction set noted_at = at;
