package dev.gossamer.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gossamer.bench.peer.PeerRates;
import dev.gossamer.record.WholeFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The file {@code bench.json}: the machine, and everything that was measured in each round. */
public final class BenchFile {

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private BenchFile() {}

    /**
     * Writes it.
     *
     * @param file replaced where it exists
     * @param environment machine, versions and command
     * @param rows what was measured
     * @throws dev.gossamer.record.RecordException if that is not possible
     */
    public static void write(Path file, Map<String, Object> environment, List<BenchRow> rows) {
        Map<String, Object> content = new LinkedHashMap<>(environment);
        content.put("libraries", Libraries.versions());
        content.put("warm_up_steps", Bench.WARM_UP);
        content.put("rows", rows.stream().map(BenchFile::entries).toList());
        try {
            WholeFile.write(file, JSON.writeValueAsString(content) + "\n");
        } catch (JsonProcessingException e) {
            throw new AssertionError("maps of strings and numbers are JSON", e);
        }
    }

    private static Map<String, Object> entries(BenchRow row) {
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put("configuration", row.run().toMap());
        entries.put("engine", row.description());
        entries.put("parameters", row.parameters());
        entries.put("flop_per_image", row.flopPerImage());
        put(entries, "images_per_second", row.imagesPerSecond());
        put(entries, "step_seconds", row.stepSeconds());
        put(entries, "step_seconds_per_worker", row.stepSecondsPerWorker());
        put(entries, "gradient_seconds", row.gradientSeconds());
        put(entries, "update_seconds", row.updateSeconds());
        row.peerImagesPerSecond().ifPresent(sample -> put(entries, "peer_images_per_second", sample));
        row.ratio().ifPresent(sample -> put(entries, "ratio", sample));
        if (row.bestPeer().isPresent()) {
            entries.put("best_peer", row.bestPeer().get().label());
            entries.put("peers", row.peers().stream().map(peer -> entries(row, peer)).toList());
        }
        if (!row.peerFailures().isEmpty()) {
            entries.put("peer_failures", row.peerFailures());
        }
        put(entries, "matrix_product_flop_per_second", row.matrixProductRate());
        put(entries, "copy_bytes_per_second", row.copyBandwidth());
        put(entries, "matrix_product_share", row.matrixProductShare());
        put(entries, "gradient_share", row.gradientShare());
        put(entries, "update_share", row.updateShare());
        row.preparation().ifPresent(preparation -> {
            entries.put("preparation", preparation);
            entries.put("estimated_bytes", row.estimatedBytes());
        });
        return entries;
    }

    private static Map<String, Object> entries(BenchRow row, PeerRates peer) {
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put("peer", peer.peer());
        entries.put("pytorch", peer.version());
        entries.put("mode", peer.settings().mode());
        entries.put("precision", peer.settings().precision());
        entries.put("malloc", peer.settings().malloc().toString());
        entries.put("ways", peer.ways());
        put(entries, "images_per_second", new Sample(peer.imagesPerSecond()));
        put(entries, "ratio", row.ratio(peer));
        return entries;
    }

    private static void put(Map<String, Object> entries, String name, Sample sample) {
        entries.put(name, Map.of("median", sample.median(), "rounds", sample.rounds()));
    }
}
