package dev.changeover.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.HdrHistogram.AbstractHistogram;

/** Waiting times of clients, in milliseconds; zeros if nothing was measured. */
public record Latency(
        @JsonProperty("p50") double p50,
        @JsonProperty("p99") double p99,
        @JsonProperty("max") double max) {

    /** @param microseconds a histogram of microseconds */
    static Latency of(AbstractHistogram microseconds) {
        return new Latency(
                microseconds.getValueAtPercentile(50) / 1000.0,
                microseconds.getValueAtPercentile(99) / 1000.0,
                microseconds.getMaxValue() / 1000.0);
    }
}
