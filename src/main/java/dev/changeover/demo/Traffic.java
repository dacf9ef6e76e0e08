package dev.changeover.demo;

import java.util.List;

/**
 * The results of the short connections of one phase, or of all.
 *
 * @param connections started, the failed ones included; those still under way are not counted yet
 * @param failed got no answer to their query, for whatever reason
 * @param latency of those that succeeded, from the intended start to the answer of the query
 * @param reasons of the first failures, in the order they happened
 */
public record Traffic(long connections, long failed, Latency latency, List<String> reasons) {
    public Traffic {
        reasons = List.copyOf(reasons);
    }
}
