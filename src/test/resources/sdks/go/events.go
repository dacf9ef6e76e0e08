package main

import (
	rds "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/rds/v3"
	model "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/rds/v3/model"
)

// Reads the planned event of an instance, moves it to a day, cancels it, and executes it; gives its id.
func event(relational *rds.RdsClient, instance string, day string) string {
	before := listed(relational, instance)
	expect(*before.TotalCount == 1 && *before.ExecutingCount == 0 && *before.FailedCount == 0, "counts", before)
	event := (*before.Events)[0]
	expect(event.InstanceId == instance && event.DbType == "mysql" && event.Type == "PROXY_VERSION_UPGRADE", "event", event)
	expect(event.Impact != "" && event.Reason != "" && event.CreatedTime != "" && event.UpdateTime != "" &&
		*event.LatestExecutionTime != "", "event", event)

	start, end := "02:30", "04:00"
	moved := act(relational, event, "reservation",
		&model.EventScheduleWindow{PlannedDay: day, StartTime: &start, EndTime: &end})
	expect(*moved.JobId != "", "job", moved)
	after := listed(relational, instance)
	expect(*after.ScheduleCount == 1 && *(*after.Events)[0].ExecuteTime == day+"T02:30:00+0000", "moved", after)

	for _, operation := range []string{"cancel", "execute"} {
		done := act(relational, event, operation, nil)
		expect(*done.JobId == *moved.JobId, operation, done)
	}
	return event.Id
}

func listed(relational *rds.RdsClient, instance string) *model.ListScheduleEventsResponse {
	level, field, order, offset, limit := "MAJOR", "planned_execution_time", "ASC", int32(0), int32(100)
	return must(relational.ListScheduleEvents(&model.ListScheduleEventsRequest{
		InstanceId: &instance, Level: &level, SortField: &field, Order: &order, Offset: &offset, Limit: &limit}))
}

func act(relational *rds.RdsClient, event model.ScheduleEventInfo, operation string,
	window *model.EventScheduleWindow) model.EventJobResult {
	answer := must(relational.BatchExecuteEvents(&model.BatchExecuteEventsRequest{Body: &model.OperateEventReq{
		EventInstances:      []model.EventInstance{{EventId: event.Id, InstanceId: event.InstanceId}},
		OperationType:       operation,
		EventScheduleWindow: window}}))
	result := (*answer.Results)[0]
	expect(*result.Success && *result.Id == event.Id, operation, result)
	return result
}
