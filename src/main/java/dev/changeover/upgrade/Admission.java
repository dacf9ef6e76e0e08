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
