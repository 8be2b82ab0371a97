package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Compression.Selection;
import dev.gossamer.algorithm.Exchange;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Value.Compressed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the kernel of a pass takes, in the order that {@link UpdateKernel} says, and what its text calls it. */
final class UpdateParameters {

    /** Columns of a line. */
    private static final int WIDTH = 118;

    private final List<? extends Stored> matrices;
    private final List<Exchange> exchanges = new ArrayList<>();
    private final List<Compressed> measured = new ArrayList<>();
    private final List<Compressed> compressed = new ArrayList<>();
    private final List<Coefficient> coefficients = new ArrayList<>();
    private final Map<Compressed, Coefficient> scales = new HashMap<>();

    /** A parameter. */
    private record Parameter(String type, String name) {}

    UpdateParameters(List<? extends Stored> matrices) {
        this.matrices = matrices;
    }

    private List<Parameter> all() {
        List<Parameter> all = new ArrayList<>();
        matrices.forEach(matrix -> all.add(pointer("float", place(matrix))));
        all.add(pointer("bf16", "rounded"));
        all.add(pointer("const Piece", "pieces"));
        all.add(new Parameter("int ", "rows"));
        for (Exchange exchange : exchanges) {
            all.add(pointer("const int", of(exchange, "row_starts")));
            all.add(pointer("const int", of(exchange, "senders")));
            all.add(pointer("const float", of(exchange, "weights")));
            all.add(pointer("const int", of(exchange, "repeated")));
        }
        measured.forEach(value -> all.add(pointer(Measurement.isSum(value) ? "double" : "float", target(value))));
        for (Compressed value : compressed) {
            all.add(pointer(Measurement.isSum(value) ? "const Scale" : "const Search", known(value)));
            if (Measurement.isRandom(value)) {
                all.add(pointer("const uint2", keys(value)));
            }
        }
        coefficients.forEach(coefficient -> all.add(coefficient.isForEachWorker()
                ? pointer("const float", name(coefficient)) : new Parameter("float ", name(coefficient))));
        return all;
    }

    private static Parameter pointer(String type, String name) {
        return new Parameter(type + "* __restrict__ ", name);
    }

    /** All of them, as they are declared. */
    String declared() {
        return wrapped(all().stream().map(parameter -> parameter.type + parameter.name).toList(), "        ");
    }

    /** All of them, as they are passed on. */
    String passed() {
        return wrapped(all().stream().map(Parameter::name).toList(), "                ");
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

    private static <T> void add(List<T> all, T one) {
        if (!all.contains(one)) {
            all.add(one);
        }
    }

    /** Takes the mixing matrix of an exchange. */
    void add(Exchange exchange) {
        add(exchanges, exchange);
    }

    /** Takes where a value gets to that is measured. */
    void addMeasured(Compressed value) {
        add(measured, value);
    }

    /** Takes what is known of a value that is compressed. */
    void addCompressed(Compressed value) {
        add(compressed, value);
    }

    /** What the values that a compression keeps are multiplied by, if they are. */
    Optional<Coefficient> scale(Compressed value) {
        double scale = ((Selection) value.compression()).scale();
        return scale == 1 ? Optional.empty()
                : Optional.of(scales.computeIfAbsent(value, key -> Coefficient.of(scale)));
    }

    /** A coefficient, which is taken if it has not been. */
    String name(Coefficient coefficient) {
        add(coefficients, coefficient);
        return "a" + coefficients.indexOf(coefficient);
    }

    /** What is of an exchange: numbered from the second one on. */
    String of(Exchange exchange, String name) {
        int number = exchanges.indexOf(exchange);
        return number == 0 ? name : name + number;
    }

    /** Where values get to that are measured, or sums of them. */
    String target(Compressed value) {
        return "measured" + measured.indexOf(value);
    }

    /** What is known of vectors. */
    String known(Compressed value) {
        return "known" + compressed.indexOf(value);
    }

    /** Keys of random bits of rows. */
    String keys(Compressed value) {
        return "keys" + compressed.indexOf(value);
    }

    /** A matrix. */
    static String place(Stored matrix) {
        return word(matrix) + "_at";
    }

    /** A name of matrices as C++ takes it. */
    static String word(Stored matrix) {
        return matrix.name().replace('-', '_');
    }

    /** Who receives what, each with a mixing matrix. */
    List<Exchange> exchanges() {
        return List.copyOf(exchanges);
    }

    /** What is measured. */
    List<Compressed> measured() {
        return List.copyOf(measured);
    }

    /** What is compressed. */
    List<Compressed> compressed() {
        return List.copyOf(compressed);
    }

    /** The coefficients. */
    List<Coefficient> coefficients() {
        return List.copyOf(coefficients);
    }
}
