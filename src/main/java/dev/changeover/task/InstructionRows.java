package dev.changeover.task;

import dev.changeover.database.Columns;
import dev.changeover.database.Sql;
import java.util.List;
import java.util.Optional;

/** What was asked of upgrades, and which runs work for them, in the database. */
final class InstructionRows {
    private static final Columns<Instruction> INSTRUCTION = Columns.of(Instruction.class);

    private final Sql sql;

    InstructionRows(Sql sql) {
        this.sql = sql;
    }

    void instruct(Instruction instruction) {
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

    List<Instruction> instructions(String jobId) {
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
        var last = new long[1];
        sql.together(() -> {
            sql.change(
                    "update job_run set steps = greatest(steps, cast(? as bigint)) + ? where job_id = ?",
                    least,
                    count,
                    jobId);
            last[0] = sql.first("select steps from job_run where job_id = ?", row -> row.largeNumber("steps"), jobId)
                    .orElseThrow();
        });
        return last[0] - count + 1;
    }
}
