package dev.changeover.metrics;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** An answer of {@code /prometheus}. */
record Figures(String text) {
    static Figures of(MetricSnapshots snapshots) {
        try {
            var written = new ByteArrayOutputStream();
            PrometheusTextFormatWriter.create().write(written, snapshots);
            return new Figures(written.toString(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Values by series, a series as it is written: {@code name{label="value"}}. */
    Map<String, Double> series() {
        var series = new LinkedHashMap<String, Double>();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            var space = line.lastIndexOf(' ');
            series.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
        });
        return series;
    }

    Set<String> names() {
        return series().keySet().stream()
                .map(series -> series.replaceFirst("\\{.*", ""))
                .collect(Collectors.toSet());
    }
}
