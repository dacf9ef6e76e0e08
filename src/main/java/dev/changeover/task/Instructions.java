package dev.changeover.task;

import dev.changeover.database.Columns;
import dev.changeover.database.Sql;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The ledger's part that says what was asked of jobs, and which run of Temporal works for each. */
record Instructions(Sql sql) {
    private static final Columns<Instruction> INSTRUCTION = Columns.of(Instruction.class);

    void add(Instruction instruction) {
        sql.together(() -> {
            INSTRUCTION.add(sql, "instruction", instruction);
            if (instruction.command().equals(Instruction.UPGRADE)) {
                sql.change(
                        "insert into job_run (job_id, steps) values (?, 0) on conflict do nothing",
                        instruction.jobId());
            }
        });
    }

    void withdraw(String id) {
        sql.change("delete from instruction where id = ?", id);
    }

    void noted(String id, Instant at) {
        sql.change("update instruction set noted_at = ? where id = ?", at, id);
    }

    /** A run that asks at the same moment has the row, or finds none. */
    boolean retract(String jobId) {
        return sql.together(() -> {
            var free = sql.change("delete from job_run where job_id = ? and run_id is null", jobId) == 1;
            if (free) withdraw(jobId);
            return free;
        });
    }

    List<Instruction> of(String jobId) {
        return sql.list("select * from instruction where job_id = ? order by number", INSTRUCTION::read, jobId);
    }

    void workFor(String jobId, String runId) {
        sql.change("update job_run set run_id = ? where job_id = ? and run_id is null", runId, jobId);
    }

    Optional<String> runOf(String jobId) {
        return sql.first(
                "select run_id from job_run where job_id = ? and run_id is not null", row -> row.text("run_id"), jobId);
    }

    long steps(String jobId, int count, long least) {
        long last = sql.together(() -> {
            sql.change("""
                    update job_run set steps = greatest(steps, cast(? as bigint), coalesce((
                        select max(theirs.steps) from task mine
                            join task other on other.proxy_id = mine.proxy_id
                            join job_run theirs on theirs.job_id = other.job_id
                        where mine.job_id = job_run.job_id), 0)) + ? where job_id = ?
                    """, least, count, jobId);
            return sql.first("select steps from job_run where job_id = ?", row -> row.largeNumber("steps"), jobId)
                    .orElseThrow();
        });
        return last - count + 1;
    }
}
