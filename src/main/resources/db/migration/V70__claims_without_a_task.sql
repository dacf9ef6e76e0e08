-- A claim and its job's task have been written together since a while; what an earlier version left of one without the other
-- would bar its proxy or instance for ever.
delete from proxy_claim where not exists (select 1 from task where task.job_id = proxy_claim.job_id);
delete from claim where not exists (select 1 from task where task.job_id = claim.job_id);
