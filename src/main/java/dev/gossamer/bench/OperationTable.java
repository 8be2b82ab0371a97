package dev.gossamer.bench;

import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.engine.GradientProfile;
import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.report.table.Listing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a step consists of, operation by operation, beside its floor: the larger of what it reads and writes at a
 * thread's share of the copy bandwidth, and of its arithmetic at a thread's share of the matrix-product rate.
 */
final class OperationTable {

    private static final String SUM = "sum";

    private final int batch;
    private final Limits thread;
    private final Map<String, Row> rows = new LinkedHashMap<>();

    /**
     * Operations of one kind and shape.
     *
     * @param count how often a replica's step has it
     * @param seconds what a thread takes for all of them
     * @param floor the least that it could
     */
    private record Row(String operation, int count, double seconds, double floor) {

        Row plus(Row other) {
            return new Row(operation, count + other.count, seconds + other.seconds, floor + other.floor);
        }

        double lost() {
            return seconds - floor;
        }
    }

    private OperationTable(int batch, Limits thread) {
        this.batch = batch;
        this.thread = thread;
    }

    /**
     * The table as text: ms of one thread for a replica's step.
     *
     * @param run what was trained
     * @param program of its training step
     * @param profile of the program
     * @param step what was measured without clocks, with as many threads
     * @param limits of all threads
     */
    static String of(RunConfiguration run, Program program, GradientProfile profile, StepDurations step,
            Limits limits) {
        int threads = Math.min(run.placement().engineThreads(), run.gossip().workers());
        double perReplica = (double) threads / run.gossip().workers();
        OperationTable table = new OperationTable(run.optimization().batchSize(),
                new Limits(limits.matrixProductRate() / threads, limits.copyBandwidth() / threads));
        for (int i = 0; i < program.operations().size(); i++) {
            table.add(program.operations().get(i), profile.operations().get(i));
        }
        table.add(new Row("render images", 1, profile.rendering(), table.seconds(table.bytes(program.input()))));
        double traffic = run.optimization().rule().traffic() * program.size() * Float.BYTES;
        table.add(new Row("update", 1, step.update() * perReplica, table.seconds(traffic)));
        return table.text(step.step() * perReplica);
    }

    private void add(Operation operation, double seconds) {
        double values = Stream.concat(operation.reads().stream(), operation.writes().stream())
                .mapToDouble(this::bytes).sum() + Float.BYTES * parameters(operation);
        double arithmetic = batch * Arithmetic.flopPerImage(operation) / thread.matrixProductRate();
        add(new Row(label(operation), 1, seconds, Math.max(seconds(values), arithmetic)));
    }

    private void add(Row row) {
        rows.merge(row.operation, row, Row::plus);
    }

    private double seconds(double bytes) {
        return bytes / thread.copyBandwidth();
    }

    private double bytes(Tensor tensor) {
        return (double) batch * tensor.size() * Float.BYTES;
    }

    /** Number of parameters that are read, or whose gradients are written; the few of batch norms count once. */
    private static double parameters(Operation operation) {
        return forward(operation).stream().flatMap(forward -> forward.parameters().stream())
                .mapToDouble(Slice::size).sum();
    }

    /** The forward operation with parameters that it is, or is a gradient of. */
    private static Optional<Forward> forward(Operation operation) {
        if (operation instanceof Forward forward) {
            return Optional.of(forward);
        } else if (operation instanceof Backward.WeightGradient backward) {
            return Optional.of(backward.forward());
        } else if (operation instanceof Backward.ConvolveInput backward) {
            return Optional.of(backward.forward());
        } else if (operation instanceof Backward.MultiplyInput backward) {
            return Optional.of(backward.forward());
        } else if (operation instanceof Backward.Normalize backward) {
            return Optional.of(backward.forward());
        } else if (operation instanceof Backward.GroupNorm backward) {
            return Optional.of(backward.forward());
        } else if (operation instanceof Backward.LayerNorm backward) {
            return Optional.of(backward.forward());
        } else if (operation instanceof Backward.EvoNorm backward) {
            return Optional.of(backward.forward());
        }
        return Optional.empty();
    }

    /** Kind and shape, such as {@code convolve 3x3 16 -> 32, 32x32 -> 16x16}. */
    private static String label(Operation operation) {
        Tensor from = operation.reads().get(0);
        Tensor to = operation instanceof Backward.WeightGradient weights ? weights.dz() : operation.writes().get(0);
        String kind = operation.getClass().getSimpleName().replaceAll("(?<=.)([A-Z])", " $1").toLowerCase(Locale.ROOT);
        String backward = operation instanceof Backward && !kind.contains(" ") ? " backward" : "";
        String kernel = forward(operation).filter(Forward.Convolve.class::isInstance)
                .map(forward -> ((Forward.Convolve) forward).filter().kernel()).map(size -> " " + size + "x" + size)
                .orElse("");
        return kind + backward + kernel + " " + change(from, to, tensor -> "" + tensor.channels()) + ", "
                + change(from, to, tensor -> tensor.height() + "x" + tensor.width());
    }

    private static String change(Tensor from, Tensor to, Function<Tensor, String> size) {
        String before = size.apply(from);
        String after = size.apply(to);
        return before.equals(after) ? before : before + " -> " + after;
    }

    private String text(double step) {
        Row sum = rows.values().stream().reduce(new Row(SUM, 0, 0, 0), Row::plus);
        List<Row> sorted = new ArrayList<>(rows.values());
        sorted.sort(Comparator.comparingDouble(Row::lost).reversed());
        sorted.add(sum);
        sorted.add(new Row("measured step", 0, step, sum.floor));
        return new Listing<Row>()
                .text("operation", "operation", Row::operation)
                .number("count", "per step", row -> row.count == 0 ? null : (Integer) row.count, Object::toString)
                .number("milliseconds", "ms", row -> 1e3 * row.seconds, two())
                .number("floor", "floor", row -> 1e3 * row.floor, two())
                .number("share", "floor % of ms", row -> 100 * row.floor / row.seconds, cell("%.0f"))
                .number("lost", "ms over it", row -> 1e3 * row.lost(), two())
                .table(sorted);
    }

    private static Function<Object, String> two() {
        return cell("%.2f");
    }

    private static Function<Object, String> cell(String format) {
        return value -> String.format(Locale.ROOT, format, value);
    }
}
