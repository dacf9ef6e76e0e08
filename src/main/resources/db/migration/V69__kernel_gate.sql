-- One row, which whoever changes the catalogue holds: entries that are not there yet cannot be locked.
create table kernel_gate (one integer primary key check (one = 1));
insert into kernel_gate (one) values (1);
