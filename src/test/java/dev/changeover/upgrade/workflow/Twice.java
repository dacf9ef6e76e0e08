package dev.changeover.upgrade.workflow;

import io.temporal.activity.ActivityExecutionContext;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.failure.ApplicationFailure;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What a lost answer does: every activity, local ones too, has run before it runs. */
final class Twice extends WorkerInterceptorBase {
    private final boolean lost;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    private Twice(boolean lost) {
        this.lost = lost;
    }

    /** The first result is thrown away, the second is answered. */
    static Twice inOneAttempt() {
        return new Twice(false);
    }

    /** The first attempt does its work and fails afterwards, so that Temporal tries again. */
    static Twice inTwoAttempts() {
        return new Twice(true);
    }

    @Override
    public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
        return new ActivityInboundCallsInterceptorBase(next) {
            private String id = "";

            @Override
            public void init(ActivityExecutionContext context) {
                var info = context.getInfo();
                id = info.getWorkflowId() + info.getActivityType() + info.getActivityId();
                super.init(context);
            }

            @Override
            public ActivityOutput execute(ActivityInput input) {
                if (!lost) {
                    super.execute(input);
                    return super.execute(input);
                }
                var output = super.execute(input);
                if (seen.add(id)) {
                    throw ApplicationFailure.newFailure("the answer was lost on its way", "LOST");
                }
                return output;
            }
        };
    }
}
