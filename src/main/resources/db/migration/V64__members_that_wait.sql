-- How many members wait in their opening is asked by each of them; nobody asks for those of a state in a project.
drop index member_by_state;
create index member_by_state on campaign_member (state, execute_at);
