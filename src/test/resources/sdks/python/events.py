"""Reads the planned event of an instance, moves it, cancels it and executes it, as a program in Python does that was
written for the cloud; it cancels it by the interface of GaussDB, which names no instance.

Endpoint, AK, SK, project and instance come in the environment, and the day that it is moved to.
"""

import os

import huaweicloudsdkgaussdb.v3 as gauss
import huaweicloudsdkrds.v3 as rds
from huaweicloudsdkcore.auth.credentials import BasicCredentials

INSTANCE = os.environ["INSTANCE"]
credentials = BasicCredentials(os.environ["AK"], os.environ["SK"], os.environ["PROJECT"])
relational = rds.RdsClient.new_builder().with_credentials(credentials).with_endpoint(os.environ["ENDPOINT"]).build()
databases = gauss.GaussDBClient.new_builder().with_credentials(credentials).with_endpoint(os.environ["ENDPOINT"]).build()


def listed():
    return relational.list_schedule_events(rds.ListScheduleEventsRequest(
        instance_id=INSTANCE, level="MAJOR", sort_field="planned_execution_time", order="ASC", offset=0, limit=100))


def act(event, operation, window=None):
    answer = relational.batch_execute_events(rds.BatchExecuteEventsRequest(body=rds.OperateEventReq(
        event_instances=[rds.EventInstance(event_id=event.id, instance_id=INSTANCE)],
        operation_type=operation, event_schedule_window=window)))
    result = answer.results[0]
    assert result.success and result.id == event.id, result
    return result


before = listed()
assert before.total_count == 1 and before.executing_count == 0 and before.failed_count == 0, before
event = before.events[0]
assert (event.instance_id, event.db_type, event.type) == (INSTANCE, "mysql", "PROXY_VERSION_UPGRADE"), event
assert event.impact and event.reason and event.created_time and event.update_time and event.latest_execution_time, event

moved = act(event, "reservation", rds.EventScheduleWindow(
    planned_day=os.environ["DAY"], start_time="02:30", end_time="04:00"))
after = listed()
assert after.schedule_count == 1 and after.events[0].status == "SCHEDULED", after
assert after.events[0].execute_time == os.environ["DAY"] + "T02:30:00+0000", after

seen = databases.show_instance_schedule_events(gauss.ShowInstanceScheduleEventsRequest(id=event.id)).events[0]
assert seen.updated_time and seen.instance_id == INSTANCE, seen
cancelled = databases.set_instance_schedule_events(gauss.SetInstanceScheduleEventsRequest(
    body=gauss.SetInstanceScheduleEventsRequestBody(
        operation_type="cancel", event_instances=[gauss.EventInstances(event_id=event.id)]))).results[0]
assert cancelled.success and cancelled.event_id == event.id and cancelled.job_id == moved.job_id, cancelled
executed = act(event, "execute")
assert executed.job_id == moved.job_id, executed
print(event.id)
