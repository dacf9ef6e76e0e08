package dev.changeover.demo;

import java.util.List;
import org.HdrHistogram.AbstractHistogram;

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

    /** Waiting times of clients, in milliseconds; zeros if nothing was measured. */
    public record Latency(double p50, double p99, double max) {

        static Latency of(AbstractHistogram microseconds) {
            return new Latency(
                    microseconds.getValueAtPercentile(50) / 1000.0,
                    microseconds.getValueAtPercentile(99) / 1000.0,
                    microseconds.getMaxValue() / 1000.0);
        }
    }
}
