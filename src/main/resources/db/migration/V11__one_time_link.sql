-- A link that was printed somewhere logs in once; what is in a file of the server's owner stands for the first operator.
alter table one_time_token add column purpose varchar(16) default 'TOKEN' not null;
