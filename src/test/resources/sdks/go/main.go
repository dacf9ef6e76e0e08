// Upgrades a proxy as a program in Go does that was written for the cloud, and reads what else there is to read; with an
// argument it looks after a planned event instead. Endpoint, AK, SK, project and instance come in the environment; the
// last line it prints is the job that it completed, or the event.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/config"
	gaussdb "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/gaussdb/v3"
	gauss "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/gaussdb/v3/model"
	rds "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/rds/v3"
	model "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/rds/v3/model"
)

func must[T any](answer T, failure error) T {
	if failure != nil {
		panic(failure)
	}
	return answer
}

func expect(holds bool, what string, seen interface{}) {
	if !holds {
		panic(fmt.Sprintf("%s: %v", what, seen))
	}
}

func client() *core.HcHttpClientBuilder {
	credentials := must(basic.NewCredentialsBuilder().
		WithAk(os.Getenv("AK")).WithSk(os.Getenv("SK")).WithProjectId(os.Getenv("PROJECT")).SafeBuild())
	return core.NewHcHttpClientBuilder().
		WithEndpoints([]string{os.Getenv("ENDPOINT")}).
		WithCredential(credentials).
		WithHttpConfig(config.DefaultHttpConfig())
}

func main() {
	if len(os.Args) > 1 {
		fmt.Println(event(rds.NewRdsClient(must(client().SafeBuild())), os.Getenv("INSTANCE"), os.Getenv("DAY")))
		return
	}
	instance := os.Getenv("INSTANCE")
	databases := gaussdb.NewGaussDBClient(must(client().SafeBuild()))
	relational := rds.NewRdsClient(must(client().SafeBuild()))

	list := must(relational.ListRdSforMySqlProxy(&model.ListRdSforMySqlProxyRequest{InstanceId: instance}))
	nodes := *(*list.ProxyQueryInfoList)[0].Proxy.Nodes
	expect(*nodes[0].Role == "master" && *nodes[1].Role == "slave", "roles", nodes)
	expect(*list.MaxProxyNum > 0, "max_proxy_num", *list.MaxProxyNum)
	proxies := *must(databases.ShowGaussMySqlProxyList(
		&gauss.ShowGaussMySqlProxyListRequest{InstanceId: instance})).ProxyList
	proxy := *proxies[0].Proxy.PoolId

	before := version(databases, instance, proxy)
	expect(*before.CanUpgrade && *before.Risk.Level == 1, "proxy-version", before)
	accepted := must(databases.UpgradeProxyVersion(&gauss.UpgradeProxyVersionRequest{
		InstanceId: instance, ProxyId: proxy,
		Body: &gauss.ProxyUpgradeProxyVersionRequest{
			SourceVersion: *before.CurrentVersion, TargetVersion: *before.LatestVersion}}))
	job := *(*accepted.UpdateResult)[0].WorkflowId
	for status := ""; status != "Completed"; time.Sleep(500 * time.Millisecond) {
		found := must(databases.ShowGaussMySqlJobInfo(&gauss.ShowGaussMySqlJobInfoRequest{Id: job})).Job
		status = found.Status.Value()
		expect(status != "Failed", "the job failed", found)
	}
	after := version(databases, instance, proxy)
	expect(*after.CurrentVersion == *before.LatestVersion, "version after it", after)

	tasks := must(relational.ListTasks(&model.ListTasksRequest{Id: &job}))
	expect(*(*tasks.Tasks)[0].InstanceStatus == "ACTIVE", "tasklist", tasks)
	jobs := must(databases.ListImmediateJobs(&gauss.ListImmediateJobsRequest{JobId: &job}))
	expect(*(*jobs.Jobs)[0].InstanceStatus == "normal", "immediate-jobs", jobs)
	initing := model.GetListScheduleTasksRequestStatusEnum().INITING
	scheduled := must(relational.ListScheduleTasks(&model.ListScheduleTasksRequest{Status: &initing}))
	expect(*scheduled.TotalCount == 0, "schedule-tasks", scheduled)
	must(databases.ListScheduleJobs(&gauss.ListScheduleJobsRequest{InstanceId: &instance}))
	exist := must(databases.CheckScheduleTaskExist(&gauss.CheckScheduleTaskExistRequest{
		InstanceId: instance, Body: &gauss.CheckScheduleTaskExistRequestBody{ScheduleType: "PROXY_VERSION_UPGRADE"}}))
	expect(!*exist.Exist, "schedule-tasks/exist", exist)
	must(relational.ChangeOpsWindow(&model.ChangeOpsWindowRequest{
		InstanceId: instance, Body: &model.OpsWindowRequest{StartTime: "22:00", EndTime: "02:00"}}))
	fmt.Println(job)
}

func version(databases *gaussdb.GaussDBClient, instance string, proxy string) *gauss.ShowProxyVersionResponse {
	return must(databases.ShowProxyVersion(&gauss.ShowProxyVersionRequest{
		InstanceId: instance, ProxyId: proxy, EngineName: "taurusproxy"}))
}
