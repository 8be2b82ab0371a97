package dev.gossamer.record;

import dev.gossamer.text.Decimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How the parameters of workers co-vary over continuations of a run: {@code covariance.csv}, a row for each pair of
 * workers, and {@code covariance.json}, what it was measured from and fitted with.
 *
 * @param measured covariance over the repetitions [n, n], averaged over the coordinates
 * @param prediction what theory says, where the topology tells workers apart
 * @param repetitions number of repetitions
 * @param steps steps of each
 * @param coordinates number of coordinates
 */
public record WorkerCovariance(
        double[][] measured, Optional<Prediction> prediction, int repetitions, int steps, int coordinates) {

    /** Name of the file of the covariances. */
    public static final String CSV = "covariance.csv";

    /** Name of the file that says how they were measured and fitted. */
    public static final String JSON = "covariance.json";

    /** Name of the file that shows both as pictures. */
    public static final String PICTURE = "covariance.svg";

    private static final List<String> HEADER = List.of("worker", "other", "measured", "predicted");

    /**
     * The covariance of the random walk of the topology with the decay that fits best, scaled to the variance measured.
     *
     * @param gamma the decay
     * @param correlation Pearson's correlation between measured and predicted entries
     * @param atBound whether gamma is at an end of the search, where the measurement does not determine it
     * @param covariance [n, n], with the mean variance of the measured one
     */
    public record Prediction(double gamma, double correlation, boolean atBound, double[][] covariance) {}

    /** One row of the file. */
    private record Entry(int worker, int other, double measured, OptionalDouble predicted) {

        boolean isOf(int workers) {
            return worker >= 0 && worker < workers && other >= 0 && other < workers;
        }
    }

    /**
     * Writes both files to the folder of a run; older ones are replaced.
     *
     * @throws RecordException if that is not possible
     */
    public void write(Path folder) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        for (int i = 0; i < measured.length; i++) {
            for (int j = 0; j < measured.length; j++) {
                String predicted = prediction.isPresent() ? Decimal.format(prediction.get().covariance[i][j]) : "";
                rows.add(List.of(
                        Integer.toString(i), Integer.toString(j), Decimal.format(measured[i][j]), predicted));
            }
        }
        WholeFile.replace(folder.resolve(CSV), CsvAppender.text(rows));
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("repetitions", repetitions);
        facts.put("repetition_steps", steps);
        facts.put("coordinates", coordinates);
        facts.put("gamma", prediction.map(Prediction::gamma).orElse(null));
        facts.put("correlation", prediction.map(Prediction::correlation).orElse(null));
        facts.put("gamma_at_bound", prediction.map(Prediction::atBound).orElse(null));
        WholeFile.replace(folder.resolve(JSON), Mappers.json(facts));
    }

    /**
     * Reads back what {@link #write} wrote; empty where there is nothing.
     *
     * @throws RecordException if the files cannot be read or have another form
     */
    public static Optional<WorkerCovariance> read(Path folder) {
        Path json = folder.resolve(JSON);
        if (!Files.exists(json)) {
            return Optional.empty();
        }
        List<Entry> entries = CsvReader.open(folder.resolve(CSV), HEADER, HEADER.size()).rows(row -> new Entry(
                row.integer("worker"), row.integer("other"), row.number("measured"), row.optionalNumber("predicted")));
        int n = (int) Math.sqrt(entries.size());
        if (entries.isEmpty() || n * n != entries.size() || !entries.stream().allMatch(entry -> entry.isOf(n))) {
            throw new RecordException(folder.resolve(CSV) + " must have a row for each pair of workers");
        }
        double[][] measured = new double[n][n];
        double[][] predicted = new double[n][n];
        for (Entry entry : entries) {
            measured[entry.worker][entry.other] = entry.measured;
            predicted[entry.worker][entry.other] = entry.predicted.orElse(Double.NaN);
        }
        Fields facts = new Fields(json.toString(), Mappers.jsonTexts(json));
        Optional<Prediction> prediction = facts.text("gamma").isEmpty()
                ? Optional.empty()
                : Optional.of(new Prediction(facts.number("gamma"), facts.number("correlation"),
                        Boolean.parseBoolean(facts.text("gamma_at_bound")), predicted));
        return Optional.of(new WorkerCovariance(measured, prediction, facts.integer("repetitions"),
                facts.integer("repetition_steps"), facts.integer("coordinates")));
    }
}
