package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Compression.Selection;
import dev.gossamer.algorithm.Compression.TopK;
import dev.gossamer.algorithm.Pass;
import dev.gossamer.algorithm.Trace;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.Value.Compressed;
import dev.gossamer.engine.stacked.StackedEngine;
import dev.gossamer.engine.stacked.cuda.driver.Element;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is measured for the compressions of an update. Those that are not measured at the same time share memory. */
final class Measurements {

    private final Gpu gpu;
    private final ParameterLayout layout;
    private final Pieces pieces;
    private final Map<Compressed, Measurement> all = new HashMap<>();
    private final List<Long> matrices = new ArrayList<>();
    private final long counts;

    Measurements(Gpu gpu, ParameterLayout layout, Pieces pieces, Update rule) {
        this.gpu = gpu;
        this.layout = layout;
        this.pieces = pieces;
        int vectors = rule.traces().stream().flatMap(trace -> trace.compressed().stream())
                .filter(value -> value.compression() instanceof Selection)
                .mapToInt(value -> layout.vectors(value.compression()).size()).max().orElse(0);
        counts = vectors == 0 ? 0 : gpu.allocate(
                (long) StackedEngine.BYTES_OF_COUNTS * layout.rows() * vectors, "counts of ranks");
        for (Trace trace : rule.traces()) {
            trace.passes().forEach(this::add);
        }
    }

    private void add(Pass pass) {
        int number = 0;
        for (Compressed value : pass.measured()) {
            if (value.compression() instanceof Selection selection) {
                long values = selection instanceof TopK ? matrix(number++) : 0;
                all.put(value, new VectorSearch(gpu, layout, selection, values, counts));
            } else {
                all.put(value, new VectorScales(gpu, layout, pieces, value.compression()));
            }
        }
    }

    private long matrix(int number) {
        if (number == matrices.size()) {
            matrices.add(gpu.allocate(layout.bytes(Element.FP32), "values to be compressed"));
        }
        return matrices.get(number);
    }

    /** That of a compression. */
    Measurement of(Compressed value) {
        return all.get(value);
    }
}
