package dev.gossamer.engine.stacked.cuda;

import static dev.gossamer.engine.stacked.cuda.UpdateParameters.place;
import static dev.gossamer.engine.stacked.cuda.UpdateParameters.word;

import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Compression.Clipping;
import dev.gossamer.algorithm.Compression.Qsgd;
import dev.gossamer.algorithm.Compression.ScaledSign;
import dev.gossamer.algorithm.Compression.TopK;
import dev.gossamer.algorithm.Exchange;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Pass;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.Value;
import dev.gossamer.algorithm.Value.Compressed;
import dev.gossamer.algorithm.Value.Mixed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Prints a pass of an update as a kernel, which rounds as the update reads. A block has some columns of all rows;
 * between stages its threads wait for each other.
 *
 * <p>What is mixed is kept in shared memory. Other values that a later stage needs are computed again, or read again
 * where they are what a matrix has become.
 */
final class UpdateText {

    /** Rows that a thread reads before it writes one, so that enough values are on their way from memory. */
    private static final int DEEP = 2;

    /** Matrices of which it reads so many rows; of more, one row is enough, and needs fewer registers. */
    private static final int FEW_MATRICES = 3;

    private final Update update;
    private final UpdatePlan plan;
    private final UpdateParameters parameters;

    UpdateText(Update update, Pass pass) {
        this.update = update;
        plan = new UpdatePlan(pass);
        parameters = new UpdateParameters(update.stored());
    }

    UpdateKernel kernel() {
        List<Stage> computed = IntStream.range(0, plan.stages()).mapToObj(Stage::new).toList();
        computed.forEach(Stage::compute);
        String declared = parameters.declared();
        StringBuilder text = new StringBuilder();
        text.append("// ").append(update.kept().stream().map(Kept::name).collect(Collectors.joining(", ")))
                .append(" after a step.\ntemplate <int W>\nstatic __device__ void NAME_columns(").append(declared)
                .append(") {\n");
        printBeginning(text);
        for (Stage stage : computed) {
            text.append(stage.number == 0 ? "" : "    __syncthreads();\n");
            stage.print(text);
        }
        text.append("}\n\nextern \"C\" __launch_bounds__(512, 2) __global__ void NAME(").append(declared)
                .append(") {\n    if (in_fours(pieces[blockIdx.x])) {\n        NAME_columns<4>(")
                .append(parameters.passed()).append(");\n    } else {\n        NAME_columns<1>(")
                .append(parameters.passed()).append(");\n    }\n}\n");
        String name = String.format("step_%08x", text.toString().hashCode());
        return new UpdateKernel(name, text.toString().replace("NAME", name), plan.slots().size(),
                parameters.exchanges(), parameters.measured(), parameters.compressed(), parameters.coefficients());
    }

    private void printBeginning(StringBuilder text) {
        text.append("""
                    Piece piece = pieces[blockIdx.x];
                    bool used = has_columns<W>(piece);
                    int64 first = first_index<W>(piece, rows);
                    int lanes = blockDim.y;
                """);
        plan.slots().values().forEach(slot -> text.append("    Pack<W>* shared").append(slot)
                .append(" = (Pack<W>*) shared_rows + ").append(slot == 0 ? "" : slot + " * rows * blockDim.x + ")
                .append("threadIdx.x;\n"));
        List<Compressed> sums = parameters.measured().stream().filter(Measurement::isSum).toList();
        for (int k = 0; k < sums.size(); k++) {
            text.append("    double* ").append(sums(sums.get(k))).append(" = (double*) (shared_rows + ")
                    .append(ParameterLayout.PACK * plan.slots().size()).append(" * rows * blockDim.x) + ")
                    .append(k).append(" * rows * blockDim.x;\n");
        }
        if (parameters.compressed().stream().anyMatch(Measurement::isOfColumns)) {
            text.append("    uint column = first_column<W>(piece);\n");
        }
        if (plan.stages() > 1) {
            text.append("""
                        int share = (rows + lanes - 1) / lanes;
                        int from = threadIdx.y * share;
                        int to = from + share < rows ? from + share : rows;
                    """);
        }
    }

    private String sums(Compressed value) {
        return "sums" + parameters.measured().indexOf(value);
    }

    /** One stage, on its rows. */
    private final class Stage {

        private final int number;
        private final Map<Value, String> names = new HashMap<>();
        private final List<String> loads = new ArrayList<>();
        private final List<Mixed> mixed = new ArrayList<>();
        private final List<String> statements = new ArrayList<>();
        private int deep;
        private int others;

        Stage(int number) {
            this.number = number;
        }

        void compute() {
            List<String> stores = new ArrayList<>();
            for (Kept matrix : plan.written(number)) {
                String next = variable(matrix.next(), "next_" + word(matrix));
                stores.add(store(matrix) + "(" + place(matrix) + " + k, " + next + ");");
                if (matrix.equals(update.parameters())) {
                    stores.add("if (rounded) {");
                    stores.add("    store(rounded + k, rounded_to<bf16>(" + next + "));");
                    stores.add("}");
                }
            }
            for (Value value : plan.shared(number)) {
                stores.add("shared" + plan.slots().get(value) + "[row * blockDim.x] = " + expression(value) + ";");
            }
            plan.measured(number).forEach(value -> stores.add(measuring(value)));
            statements.addAll(stores);
            deep = !isMixing() && !loads.isEmpty() && loads.size() <= FEW_MATRICES ? DEEP : 1;
        }

        private String measuring(Compressed value) {
            parameters.addMeasured(value);
            String expression = expression(value.value());
            if (value.compression() instanceof TopK) {
                return "store(" + parameters.target(value) + " + k, " + expression + ");";
            }
            String sum = value.compression() instanceof ScaledSign ? "magnitudes" : "squares";
            return sums(value) + "[row * blockDim.x + threadIdx.x] = " + sum + "(" + expression + ");";
        }

        private boolean isMixing() {
            return number > 0;
        }

        /** What is not needed again soon does not displace what is: the parameters, and what a later stage reads. */
        private String store(Kept matrix) {
            boolean isReadAgain = matrix.equals(update.parameters()) || plan.isReadAfter(matrix, number);
            return isReadAgain ? "store" : "store_once";
        }

        private String load(Stored matrix) {
            boolean isReadAgain = matrix.equals(update.parameters()) || plan.lastRead(matrix) > number;
            return (isReadAgain ? "load" : "load_once") + "<W>(" + place(matrix) + " + k)";
        }

        private String variable(Value value, String name) {
            String known = names.get(value);
            if (known != null) {
                return known;
            }
            String computed = computed(value);
            statements.add("Pack<W> " + name + " = " + computed + ";");
            names.put(value, name);
            return name;
        }

        /** The value, where it is used alone. */
        private String expression(Value value) {
            String known = names.get(value);
            if (known != null) {
                return known;
            }
            boolean isNamed = plan.uses(value) > 1 && !(value instanceof Value.Scaled);
            return isNamed && !isThere(value) ? variable(value, "value" + number + "_" + others++) : computed(value);
        }

        private boolean isThere(Value value) {
            return plan.isShared(value, number) || value instanceof Mixed || plan.memory(value).isPresent()
                    || plan.became(value, number).isPresent();
        }

        /** A part of an expression that binds as tightly as a name. */
        private String operand(Value value) {
            String expression = expression(value);
            return expression.contains(" ") && !isThere(value) ? "(" + expression + ")" : expression;
        }

        private String computed(Value value) {
            if (plan.isShared(value, number)) {
                return loaded(value, "own" + plan.slots().get(value), "shared" + plan.slots().get(value)
                        + "[row * blockDim.x]");
            }
            Optional<Kept> became = plan.became(value, number);
            if (became.isPresent()) {
                return loaded(value, "new_" + word(became.get()), "load<W>(" + place(became.get()) + " + k)");
            }
            Optional<Stored> memory = plan.memory(value);
            if (memory.isPresent()) {
                return loaded(value, "old_" + word(memory.get()), load(memory.get()));
            }
            if (value instanceof Mixed mix) {
                return mixed(mix);
            }
            return operation(value);
        }

        private String mixed(Mixed value) {
            parameters.add(value.exchange());
            if (mixed.stream().noneMatch(other -> received(other).equals(received(value)))) {
                mixed.add(value);
            }
            return received(value);
        }

        private String received(Mixed value) {
            int number = parameters.exchanges().indexOf(value.exchange());
            return "mixed" + slot(value) + (number == 0 ? "" : "_" + number);
        }

        private int slot(Mixed value) {
            return plan.slots().get(value.value());
        }

        private String operation(Value value) {
            if (value instanceof Value.Sum sum) {
                String first = expression(sum.first());
                String second = sum.second() instanceof Value.Sum || sum.second() instanceof Value.Shifted
                        ? operand(sum.second()) : expression(sum.second());
                return first + " + " + second;
            }
            if (value instanceof Value.Scaled scaled) {
                String operand = operand(scaled.value());
                return coefficient(scaled.factor()) + " * " + operand;
            }
            if (value instanceof Value.Shifted shifted) {
                return expression(shifted.value()) + " + " + coefficient(shifted.amount());
            }
            if (value instanceof Value.Elementwise elementwise) {
                return elementwise(elementwise);
            }
            if (value instanceof Compressed compress) {
                return compression(compress);
            }
            throw new IllegalStateException("no text for " + value);
        }

        private String elementwise(Value.Elementwise value) {
            return switch (value.operator()) {
                case PRODUCT -> operand(value.first()) + " * " + operand(value.second());
                case QUOTIENT -> operand(value.first()) + " / " + operand(value.second());
                case MAXIMUM -> "larger(" + expression(value.first()) + ", " + expression(value.second()) + ")";
                case ROOT -> "root(" + expression(value.first()) + ")";
                case SIGN -> "sign(" + expression(value.first()) + ")";
            };
        }

        private String compression(Compressed value) {
            String operand = expression(value.value());
            parameters.addCompressed(value);
            String vector = value.compression().isByTensor() ? "[piece.tensor * rows + row]" : "[row]";
            String arguments = "(" + operand + ", " + parameters.known(value) + vector
                    + (Measurement.isRandom(value) ? ", " + parameters.keys(value) + "[row]" : "");
            if (value.compression() instanceof ScaledSign) {
                return "scaled_sign" + arguments + ")";
            }
            if (value.compression() instanceof Clipping) {
                return "clipped" + arguments + ")";
            }
            if (value.compression() instanceof Qsgd) {
                return "quantized" + arguments + ", column)";
            }
            String factor = parameters.scale(value).map(scale -> parameters.name(scale) + " * ").orElse("");
            return factor + (value.compression() instanceof TopK ? "largest" : "drawn") + arguments + ", column)";
        }

        private String coefficient(Coefficient coefficient) {
            return parameters.name(coefficient) + (coefficient.isForEachWorker() ? "[row]" : "");
        }

        private String loaded(Value value, String name, String from) {
            String place = isMixing() ? name : name + "[u]";
            loads.add(name + " = " + from);
            names.put(value, place);
            return place;
        }

        void print(StringBuilder text) {
            if (isMixing()) {
                printMixing(text);
            } else {
                printLocal(text);
            }
            List<Compressed> added = plan.measured(number).stream().filter(Measurement::isSum).toList();
            text.append(added.isEmpty() ? "" : "    __syncthreads();\n");
            added.forEach(value -> text.append("    add_columns<W>(").append(sums(value)).append(", ")
                    .append(parameters.target(value)).append(", piece, rows);\n"));
        }

        private void printMixing(StringBuilder text) {
            mixed.forEach(value -> text.append("    Pack<W> ").append(received(value)).append(";\n"));
            text.append("    for (int row = from; used && row < to; row++) {\n")
                    .append("        int64 k = first + row * piece.size;\n");
            loads.forEach(load -> text.append("        Pack<W> ").append(load).append(";\n"));
            parameters.exchanges().forEach(exchange -> printMixed(text, exchange));
            statements.forEach(line -> text.append("        ").append(line).append('\n'));
            text.append("    }\n");
        }

        private void printMixed(StringBuilder text, Exchange exchange) {
            List<Mixed> received = mixed.stream().filter(value -> value.exchange().equals(exchange)).toList();
            if (received.isEmpty()) {
                return;
            }
            text.append("        if (row == from || !").append(parameters.of(exchange, "repeated"))
                    .append("[row]) {\n");
            received.forEach(value -> text.append("            ").append(received(value))
                    .append(" = mixed_row(row, shared").append(slot(value)).append(", ")
                    .append(parameters.of(exchange, "row_starts")).append(", ")
                    .append(parameters.of(exchange, "senders")).append(", ")
                    .append(parameters.of(exchange, "weights")).append(");\n"));
            text.append("        }\n");
        }

        private void printLocal(StringBuilder text) {
            if (deep == 1) {
                text.append("    for (int row = threadIdx.y; used && row < rows; row += lanes) {\n")
                        .append("        int64 k = first + row * piece.size;\n");
                loads.forEach(load -> text.append("        Pack<W> ").append(load).append(";\n"));
                statements.forEach(line -> text.append("        ").append(line.replace("[u]", "")).append('\n'));
            } else {
                StringJoiner declared = new StringJoiner(", ", "        Pack<W> ", ";\n");
                loads.forEach(load -> declared.add(load.replaceFirst(" =.*", "[DEEP]")));
                text.append("    const int DEEP = ").append(deep).append(";\n")
                        .append("    for (int i = threadIdx.y; used && i < rows; i += DEEP * lanes) {\n")
                        .append(declared);
                printRows(text, loads.stream().map(load -> load.replaceFirst(" =", "[u] =") + ";").toList());
                printRows(text, statements);
            }
            text.append("    }\n");
        }

        private void printRows(StringBuilder text, List<String> lines) {
            text.append("#pragma unroll\n        for (int u = 0; u < DEEP; u++) {\n")
                    .append("            int row = i + u * lanes;\n            if (row < rows) {\n")
                    .append("                int64 k = first + row * piece.size;\n");
            lines.forEach(line -> text.append("                ").append(line).append('\n'));
            text.append("            }\n        }\n");
        }
    }
}
