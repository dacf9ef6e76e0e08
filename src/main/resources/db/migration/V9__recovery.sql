-- A token that is good although there is an operator, whose password is lost, is good for a short time only; null for that
-- of a first start.
alter table one_time_token add column expires_at timestamp(6) with time zone;
