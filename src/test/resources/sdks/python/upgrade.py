"""Upgrades a proxy as a program in Python does that was written for the cloud, and reads what else there is to read.

Endpoint, AK, SK, project and instance come in the environment; the last line it prints is the job that it completed.
"""

import os
import time

import huaweicloudsdkgaussdb.v3 as gauss
import huaweicloudsdkrds.v3 as rds
from huaweicloudsdkcore.auth.credentials import BasicCredentials

INSTANCE = os.environ["INSTANCE"]


def client(kind):
    credentials = BasicCredentials(os.environ["AK"], os.environ["SK"], os.environ["PROJECT"])
    return kind.new_builder().with_credentials(credentials).with_endpoint(os.environ["ENDPOINT"]).build()


databases = client(gauss.GaussDBClient)
relational = client(rds.RdsClient)


def version(proxy):
    return databases.show_proxy_version(
        gauss.ShowProxyVersionRequest(instance_id=INSTANCE, proxy_id=proxy, engine_name="taurusproxy"))


listed = relational.list_rd_sfor_my_sql_proxy(rds.ListRdSforMySqlProxyRequest(instance_id=INSTANCE))
assert [node.role for node in listed.proxy_query_info_list[0].proxy.nodes] == ["master", "slave"], listed
assert listed.max_proxy_num > 0, listed
proxies = databases.show_gauss_my_sql_proxy_list(gauss.ShowGaussMySqlProxyListRequest(instance_id=INSTANCE))
PROXY = proxies.proxy_list[0].proxy.pool_id
engines = relational.list_instance_all_proxy_version(rds.ListInstanceAllProxyVersionRequest(instance_id=INSTANCE))
assert engines.proxy_engine_version_infos[0].upgrade_flag is True, engines

before = version(PROXY)
assert before.can_upgrade and before.risk.level == 1, before
accepted = databases.upgrade_proxy_version(gauss.UpgradeProxyVersionRequest(
    instance_id=INSTANCE,
    proxy_id=PROXY,
    body=gauss.ProxyUpgradeProxyVersionRequest(
        source_version=before.current_version, target_version=before.latest_version)))
JOB = accepted.update_result[0].workflow_id
while True:
    job = databases.show_gauss_my_sql_job_info(gauss.ShowGaussMySqlJobInfoRequest(id=JOB)).job
    assert job.status in ("Pending", "Running", "Completed"), job
    if job.status == "Completed":
        break
    time.sleep(0.5)
assert version(PROXY).current_version == before.latest_version

tasks = relational.list_tasks(rds.ListTasksRequest(id=JOB)).tasks
assert tasks[0].instance_status == "ACTIVE", tasks
jobs = databases.list_immediate_jobs(gauss.ListImmediateJobsRequest(job_id=JOB)).jobs
assert jobs[0].instance_status == "normal", jobs
assert relational.list_schedule_tasks(rds.ListScheduleTasksRequest(status="Initing")).total_count == 0
assert databases.list_schedule_jobs(gauss.ListScheduleJobsRequest(instance_id=INSTANCE)).total_count == 0
exist = databases.check_schedule_task_exist(gauss.CheckScheduleTaskExistRequest(
    instance_id=INSTANCE, body=gauss.CheckScheduleTaskExistRequestBody(schedule_type="PROXY_VERSION_UPGRADE")))
assert exist.exist is False, exist
relational.change_ops_window(rds.ChangeOpsWindowRequest(
    instance_id=INSTANCE, body=rds.OpsWindowRequest(start_time="22:00", end_time="02:00")))
print(JOB)
