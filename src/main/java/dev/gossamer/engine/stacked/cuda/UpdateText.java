package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Compression.Qsgd;
import dev.gossamer.algorithm.Compression.ScaledSign;
import dev.gossamer.algorithm.Compression.Selection;
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
 * Prints a pass of an update as a kernel, which rounds as the update reads. A block has some columns of all rows; between stages
 * its threads wait for each other.
 *
 * <p>What is mixed is kept in shared memory. Other values that a later stage needs are computed again, or read again
 * where they are what a matrix has become.
 */
final class UpdateText {

    /** Rows that a thread reads before it writes one, so that enough values are on their way from memory. */
    private static final int DEEP = 2;

    /** Matrices of which it reads so many rows; of more, one row is enough, and needs fewer registers. */
    private static final int FEW_MATRICES = 3;

    /** Columns of a line. */
    private static final int WIDTH = 118;

    private final Update update;
    private final UpdatePlan plan;
    private final List<Exchange> exchanges = new ArrayList<>();
    private final List<Compressed> measured = new ArrayList<>();
    private final List<Compressed> compressed = new ArrayList<>();
    private final Map<Compressed, Coefficient> scales = new HashMap<>();
    private final List<Coefficient> coefficients = new ArrayList<>();

    UpdateText(Update update, Pass pass) {
        this.update = update;
        plan = new UpdatePlan(pass);
    }

    UpdateKernel kernel() {
        List<Stage> computed = IntStream.range(0, plan.stages()).mapToObj(Stage::new).toList();
        computed.forEach(Stage::compute);
        String parameters = parameters();
        StringBuilder text = new StringBuilder();
        text.append("// ").append(update.kept().stream().map(Kept::name).collect(Collectors.joining(", ")))
                .append(" after a step.\ntemplate <int W>\nstatic __device__ void NAME_columns(").append(parameters)
                .append(") {\n");
        printBeginning(text);
        for (Stage stage : computed) {
            text.append(stage.number == 0 ? "" : "    __syncthreads();\n");
            stage.print(text);
        }
        text.append("}\n\nextern \"C\" __launch_bounds__(512, 2) __global__ void NAME(").append(parameters)
                .append(") {\n    if (in_fours(pieces[blockIdx.x])) {\n        NAME_columns<4>(").append(arguments())
                .append(");\n    } else {\n        NAME_columns<1>(").append(arguments()).append(");\n    }\n}\n");
        String name = String.format("step_%08x", text.toString().hashCode());
        return new UpdateKernel(name, text.toString().replace("NAME", name), plan.slots().size(),
                List.copyOf(exchanges), List.copyOf(measured), List.copyOf(compressed), List.copyOf(coefficients));
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
        measured.stream().filter(Measurement::isSum).forEach(value -> text.append("    double* ")
                .append(sums(value)).append(" = (double*) (shared_rows + ").append(ParameterLayout.PACK)
                .append(" * rows * blockDim.x * ").append(plan.slots().size()).append(") + rows * blockDim.x * ")
                .append(measured.stream().filter(Measurement::isSum).toList().indexOf(value)).append(";\n"));
        if (compressed.stream().anyMatch(value -> !(value.compression() instanceof ScaledSign))) {
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

    private String parameters() {
        List<String> all = new ArrayList<>();
        update.stored().forEach(matrix -> all.add("float* __restrict__ " + place(matrix)));
        all.addAll(List.of("bf16* __restrict__ rounded", "const Piece* __restrict__ pieces", "int rows"));
        for (Exchange exchange : exchanges) {
            all.addAll(List.of("const int* __restrict__ " + of(exchange, "row_starts"),
                    "const int* __restrict__ " + of(exchange, "senders"),
                    "const float* __restrict__ " + of(exchange, "weights"),
                    "const int* __restrict__ " + of(exchange, "repeated")));
        }
        for (Compressed value : measured) {
            all.add((Measurement.isSum(value) ? "double* __restrict__ " : "float* __restrict__ ") + target(value));
        }
        for (Compressed value : compressed) {
            boolean isScaled = Measurement.isSum(value);
            all.add((isScaled ? "const Scale* __restrict__ " : "const Search* __restrict__ ") + known(value));
            if (Measurement.isRandom(value)) {
                all.add("const uint2* __restrict__ " + keys(value));
            }
        }
        for (Coefficient coefficient : coefficients) {
            all.add((coefficient.isForEachWorker() ? "const float* __restrict__ " : "float ") + name(coefficient));
        }
        return wrapped(all, "        ");
    }

    private String arguments() {
        List<String> all = new ArrayList<>(update.stored().stream().map(UpdateText::place).toList());
        all.addAll(List.of("rounded", "pieces", "rows"));
        exchanges.forEach(exchange -> all.addAll(List.of(of(exchange, "row_starts"), of(exchange, "senders"),
                of(exchange, "weights"), of(exchange, "repeated"))));
        measured.forEach(value -> all.add(target(value)));
        for (Compressed value : compressed) {
            all.add(known(value));
            if (Measurement.isRandom(value)) {
                all.add(keys(value));
            }
        }
        coefficients.forEach(coefficient -> all.add(name(coefficient)));
        return wrapped(all, "                ");
    }

    /** A list on lines of their own. */
    private static String wrapped(List<String> all, String indent) {
        StringBuilder text = new StringBuilder("\n" + indent);
        int length = indent.length();
        for (int k = 0; k < all.size(); k++) {
            String item = all.get(k) + (k < all.size() - 1 ? "," : "");
            if (length + item.length() > WIDTH) {
                text.append('\n').append(indent);
                length = indent.length();
            }
            text.append(length == indent.length() ? "" : " ").append(item);
            length += item.length() + 1;
        }
        return text.toString();
    }

    private String name(Coefficient coefficient) {
        if (!coefficients.contains(coefficient)) {
            coefficients.add(coefficient);
        }
        return "a" + coefficients.indexOf(coefficient);
    }

    /** What is of an exchange: numbered from the second one on. */
    private String of(Exchange exchange, String name) {
        int number = exchanges.indexOf(exchange);
        return number == 0 ? name : name + number;
    }

    private String target(Compressed value) {
        return "measured" + measured.indexOf(value);
    }

    private String sums(Compressed value) {
        return "sums" + measured.indexOf(value);
    }

    private String known(Compressed value) {
        return "known" + compressed.indexOf(value);
    }

    private String keys(Compressed value) {
        return "keys" + compressed.indexOf(value);
    }

    private static String place(Stored matrix) {
        return word(matrix) + "_at";
    }

    /** A name of matrices as C++ takes it. */
    private static String word(Stored matrix) {
        return matrix.name().replace('-', '_');
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
            measured.add(value);
            String expression = expression(value.value());
            if (value.compression() instanceof TopK) {
                return "store(" + target(value) + " + k, " + expression + ");";
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
            if (!exchanges.contains(value.exchange())) {
                exchanges.add(value.exchange());
            }
            if (mixed.stream().noneMatch(other -> received(other).equals(received(value)))) {
                mixed.add(value);
            }
            return received(value);
        }

        private String received(Mixed value) {
            return of(value.exchange(), "mixed" + slot(value) + (exchanges.indexOf(value.exchange()) == 0 ? "" : "_"));
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
            if (!compressed.contains(value)) {
                compressed.add(value);
            }
            String vector = value.compression().isByTensor() ? "[piece.tensor * rows + row]" : "[row]";
            String arguments = "(" + operand + ", " + known(value) + vector
                    + (Measurement.isRandom(value) ? ", " + keys(value) + "[row]" : "");
            if (value.compression() instanceof ScaledSign) {
                return "scaled_sign" + arguments + ")";
            }
            if (value.compression() instanceof Qsgd) {
                return "quantized" + arguments + ", column)";
            }
            double scale = ((Selection) value.compression()).scale();
            String factor = scale == 1 ? ""
                    : name(scales.computeIfAbsent(value, key -> Coefficient.of(scale))) + " * ";
            return factor + (value.compression() instanceof TopK ? "largest" : "drawn") + arguments + ", column)";
        }

        private String coefficient(Coefficient coefficient) {
            return name(coefficient) + (coefficient.isForEachWorker() ? "[row]" : "");
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
                    .append(target(value)).append(", piece, rows);\n"));
        }

        private void printMixing(StringBuilder text) {
            mixed.forEach(value -> text.append("    Pack<W> ").append(received(value)).append(";\n"));
            text.append("    for (int row = from; used && row < to; row++) {\n")
                    .append("        int64 k = first + row * piece.size;\n");
            loads.forEach(load -> text.append("        Pack<W> ").append(load).append(";\n"));
            exchanges.forEach(exchange -> printMixed(text, exchange));
            statements.forEach(line -> text.append("        ").append(line).append('\n'));
            text.append("    }\n");
        }

        private void printMixed(StringBuilder text, Exchange exchange) {
            List<Mixed> received = mixed.stream().filter(value -> value.exchange().equals(exchange)).toList();
            if (received.isEmpty()) {
                return;
            }
            text.append("        if (row == from || !").append(of(exchange, "repeated")).append("[row]) {\n");
            received.forEach(value -> text.append("            ").append(received(value)).append(" = mixed_row(row, shared")
                    .append(slot(value)).append(", ").append(of(exchange, "row_starts")).append(", ")
                    .append(of(exchange, "senders")).append(", ").append(of(exchange, "weights")).append(");\n"));
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
