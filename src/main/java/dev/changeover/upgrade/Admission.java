package dev.changeover.upgrade;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** Whether an upgrade may begin. A refusal is a result, not an error: it is in the ledger and nothing was changed. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "answer")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Admission.Admitted.class, name = "admitted"),
    @JsonSubTypes.Type(value = Admission.Refused.class, name = "refused")
})
public sealed interface Admission {

    String jobId();

    /** What an upgrade's caller is answered once its admission is through, however the upgrade has gone on since. */
    static Admission of(Progress progress) {
        var jobId = progress.request().jobId();
        var blockers = progress.result().blockers();
        // What has nodes was admitted; whatever its agents said afterwards is no answer to this call.
        return blockers.isEmpty() || !progress.nodes().isEmpty() ? new Admitted(jobId) : new Refused(jobId, blockers);
    }

    /** It runs, under this job id. */
    record Admitted(String jobId) implements Admission {}

    /** It does not; at least one check failed, and the first one's code is the answer's. */
    record Refused(String jobId, List<Check> blockers) implements Admission {
        public Refused {
            if (blockers.isEmpty()) {
                throw new IllegalArgumentException("a refusal needs a reason");
            }
            blockers = List.copyOf(blockers);
        }
    }
}
