package dev.gossamer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gossamer.record.ConfusionMatrix;
import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import dev.gossamer.record.WorkerCovariance;
import dev.gossamer.report.analysis.ReportedRuns;
import dev.gossamer.report.analysis.TopologyFit;
import dev.gossamer.report.analysis.TopologySchemes;
import dev.gossamer.report.chart.Svg;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads the page as a browser shows it. */
class HtmlReportTest {

    private static final String EVIL = "</script><img src=x onerror=alert(1)>";

    private static Browser browser;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        assumeTrue(Browser.program().isPresent(), "there is no chromium on the PATH");
        assumeTrue(Svg.canDraw(), "Java finds no fonts");
        browser = Browser.start();
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    private Path write(String title) {
        Path html = folder.resolve("report.html");
        HtmlReport.write(ReportedRuns.read(List.of(folder)), title, html);
        return html;
    }

    private void open(Path html) {
        browser.window(1280, 900, false, false);
        browser.open(html);
        assertEquals(List.of(), browser.problems());
        assertEquals(List.of(html.toUri().toString()),
                browser.requests().stream().filter(url -> !url.startsWith("data:")).toList());
    }

    private void sweep() {
        double[] rates = {0.01, 0.1, 1};
        String[] topologies = {"solo", "ring", "fully-connected"};
        for (int t = 0; t < topologies.length; t++) {
            for (int r = 0; r < rates.length; r++) {
                for (long seed = 1; seed <= 2; seed++) {
                    boolean diverged = r == 2 && t < 2;
                    RecordedRuns.write(folder, topologies[t], rates[r], seed,
                            diverged ? RunStatus.DIVERGED : RunStatus.FINISHED, 0.3 + 0.1 * t + 0.0123456789 * r
                            + 0.01 * seed);
                }
            }
        }
    }

    @Test
    void numbersAreThoseOfTheFiles() throws Exception {
        sweep();
        open(write("a sweep"));

        List<CSVRecord> rows;
        try (CSVParser csv = CSVParser.parse(Files.readString(folder.resolve(LearningRateAccuracy.FILE_NAME)),
                CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get())) {
            rows = csv.getRecords();
        }
        assertEquals(18, rows.size());
        assertEquals(18, browser.evaluate("document.querySelectorAll('#table tbody tr').length").asInt());
        Map<String, String> columns = new HashMap<>(Map.of("learning rate", "learning_rate", "seed", "seed", "steps", "steps",
                "test accuracy (%)", "test_accuracy", "test loss", "test_loss", "train loss", "train_loss",
                "train accuracy (%)", "train_accuracy", "consensus distance", "consensus_distance", "images/s",
                "images_per_second"));
        columns.put("sent", "bytes_sent");
        for (Map.Entry<String, String> column : columns.entrySet()) {
            JsonNode cells = column(column.getKey());
            for (int k = 0; k < rows.size(); k++) {
                assertEquals(Double.parseDouble(rows.get(k).get(column.getValue())),
                        Double.parseDouble(cells.get(k).asText()), 0, column.getKey());
            }
        }
        column("sent/step").forEach(cell -> assertEquals(16_000_000, cell.asDouble()));
        assertTrue(text("#table tbody tr").endsWith("16.0 MB480.0 MB"), text("#table tbody tr"));
        assertEquals("18 runs, 4 diverged, 14 finished", text("#subtitle"));
    }

    /** Zeros at the end would not fit beside an axis. */
    @Test
    void smallNumbersAreShort() {
        RecordedRuns.write(folder, "ring", 0.1, 1, RunStatus.FINISHED, 20_000);
        open(write("small losses"));
        String row = text("#table tbody tr");
        assertTrue(row.contains("5e-5") && row.contains("4.5e-5") && !row.contains("0e-5"), row);
    }

    /** The numbers behind the cells of a column. */
    private static JsonNode column(String heading) {
        return browser.evaluate("(() => { const k = [...document.querySelectorAll('#table th')]"
                + ".findIndex(th => th.textContent === '" + heading + "');"
                + "return [...document.querySelectorAll('#table tbody tr')].map(tr => tr.cells[k].dataset.value); })()");
    }

    private static String text(String selector) {
        return browser.evaluate("document.querySelector('" + selector + "').textContent").asText();
    }

    @Test
    void sortsAndFilters() {
        sweep();
        open(write("a sweep"));

        String click =
                "[...document.querySelectorAll('#table th button')].find(b => b.textContent === 'test accuracy (%)').click()";
        browser.evaluate(click);
        assertOrder(1);
        browser.evaluate(click);
        assertOrder(-1);

        browser.evaluate("(() => { const f = document.getElementById('filter'); f.value = 'RING diverged';"
                + "f.dispatchEvent(new Event('input')); })()");
        assertEquals("2 of 18 runs", text("#count"));
        JsonNode names =
                browser.evaluate("[...document.querySelectorAll('#table tbody tr')].map(tr => tr.cells[0].textContent)");
        assertEquals(2, names.size());
        names.forEach(name -> assertTrue(name.asText().startsWith("ring-lr1.0"), name.asText()));

        browser.evaluate("document.querySelector('#table tbody button').click()");
        assertTrue(text("#table td.details").contains("model" + "mlp"), text("#table td.details"));
    }

    private static void assertOrder(int sign) {
        JsonNode values = column("test accuracy (%)");
        assertEquals(18, values.size());
        for (int k = 1; k < values.size(); k++) {
            assertTrue(sign * (values.get(k).asDouble() - values.get(k - 1).asDouble()) >= 0, values.toString());
        }
    }

    @Test
    void seedsHaveMeansAndPairedDifferences() {
        sweep();
        open(write("a sweep"));

        // 0.41 and 0.42: mean 0.415, t(0.975, 1) = 12.7062 times the standard error of 0.005
        String means = text("#means tbody");
        assertTrue(means.contains("ring0.012041.5 ± 6.4"), means);
        String pairs = text("#pairs tbody");
        // at 1, fully-connected has 0.5346913578 and 0.5446913578; ring, which diverged there, 0.4223456789 and
        // 0.4323456789 at 0.1
        assertTrue(pairs.contains("ring0.1211.235 ± 0 *"), pairs);
        assertTrue(text("#paired").contains("fully-connected (learning rate 1)"), text("#paired"));
    }

    @Test
    void chartsAreDrawnAndTellTheirPointsAndSwitchLines() {
        sweep();
        open(write("a sweep"));

        browser.evaluate("document.getElementById('rates').scrollIntoView()");
        browser.await("document.querySelector('#rates .u-over') !== null");
        JsonNode box =
                browser.evaluate("(() => { const b = document.querySelector('#rates .u-over').getBoundingClientRect();"
                + "return [b.left, b.top, b.width, b.height]; })()");
        String tip = "";
        for (int k = 0; k <= 60 && !tip.contains("ring"); k++) {
            browser.move(box.get(0).asDouble() + box.get(2).asDouble() / 2,
                    box.get(1).asDouble() + k * box.get(3).asDouble() / 60);
            tip = browser.evaluate("(() => { const t = document.querySelector('#rates .tip'); return t.hidden ? '' : t.textContent })()").asText();
        }
        assertTrue(tip.startsWith("ring\nlearning rate 0.1: 42.735 ± 6.3531 (2 seeds)"), tip);

        String button = "[...document.querySelectorAll('#rates .legend button')].find(b => b.textContent === 'ring')";
        browser.evaluate(button + ".click()");
        assertEquals("false", browser.evaluate(button + ".getAttribute('aria-pressed')").asText());
        assertEquals(List.of(), browser.problems());
    }

    @Test
    void accuracyIsShownOverWhatWasSent() {
        sweep();
        open(write("a sweep"));
        browser.evaluate("document.getElementById('sent').scrollIntoView()");
        browser.await("document.querySelector('#sent .u-over') !== null");
        assertEquals("MB sent by all workers (logarithmic)",
                browser.evaluate("data.sent.x.title".replace("data", DATA)).asText());
        assertEquals("[160,320,480]",
                browser.evaluate("data.xs[data.sent.lines[0].x]".replace("data", DATA)).toString());
        assertEquals(List.of(), browser.problems());
    }

    private static final String DATA = "JSON.parse(document.getElementById('data').textContent)";

    /** As an experiment of an earlier version. */
    @Test
    void whereNothingIsRecordedOfMessagesThePageSaysSo() {
        List<MetricsRow> rows = List.of(new MetricsRow(10, 1, 1, 0.1, "test", "0", 2, 0.5, 0.1, Optional.empty()));
        RecordedRuns.write(folder, "ring", 0.1, 1, RunStatus.FINISHED, 0.5, rows);
        open(write("earlier"));
        browser.evaluate("document.getElementById('sent').scrollIntoView()");
        browser.await("document.querySelector('#sent .chart .note') !== null");
        assertTrue(text("#sent .chart").startsWith("no evaluated run whose messages are recorded"), text("#sent"));
        assertFalse(text("#table thead").contains("sent"), text("#table thead"));
    }

    @Test
    void theoryIsThatOfTheTheoryPackage() {
        sweep();
        Path html = write("a sweep");
        TopologyFit fit = TopologyFit.of(ReportedRuns.read(List.of(folder)).runs(),
                new TopologySchemes(ReportedRuns.read(List.of(folder)).runs())).get(0);
        open(html);

        assertEquals(3, fit.points().size());
        assertEquals(0.1, fit.points().get(0).learningRate(), "at 1, solo diverged");
        assertEquals(-1, fit.rankCorrelationOfNeighbors(), 1e-12);
        assertTrue(text("#fits .fit").contains("Rank correlation with n_eff -1.000, with the spectral gap -1.000"),
                text("#fits .fit"));
        assertEquals(3, browser.evaluate("document.querySelectorAll('#drawings figure').length").asInt());
        browser.evaluate("document.getElementById('topologies').scrollIntoView()");
        browser.await("[...document.querySelectorAll('#drawings img')].every(i => i.complete && i.naturalWidth > 100)");
    }

    @Test
    void covariancesBetweenWorkersAreShown() throws Exception {
        sweep();
        open(write("a sweep"));
        assertTrue(browser.evaluate("document.getElementById('covariance').hidden").asBoolean());

        double[][] measured = {{2, -1}, {-1, 2}};
        WorkerCovariance.Prediction prediction =
                new WorkerCovariance.Prediction(0.75, 0.5, false, new double[][] {{2, 1}, {1, 2}});
        new WorkerCovariance(measured, Optional.of(prediction), 7, 20, 11).write(folder.resolve("ring-lr0.1-seed1"));
        Files.writeString(folder.resolve("solo-lr0.1-seed1").resolve(WorkerCovariance.JSON), "{}");
        open(write("a sweep"));
        assertEquals(1, browser.evaluate("document.querySelectorAll('#covariances figure').length").asInt());
        assertTrue(text("#covariances figure").startsWith(
                "ring-lr0.1-seed17 repetitions of 20 steps, mean over 11 coordinates; row and column: workers;"),
                text("#covariances figure"));
        browser.evaluate("document.getElementById('covariance').scrollIntoView()");
        browser.await("document.querySelector('#covariances img').naturalWidth > 100");
        assertTrue(text("#left").contains("solo-lr0.1-seed1: no covariance, "), text("#left"));
    }

    @Test
    void confusionMatricesOfTheBestRunsAreShown() throws Exception {
        sweep();
        open(write("a sweep"));
        assertTrue(browser.evaluate("document.getElementById('classes').hidden").asBoolean());

        int[][] counts = {{5, 3, 2}, {0, 4, 0}, {0, 1, 2}, {0, 0, 0}};
        for (int k = 0; k < counts.length; k++) {
            counts[k] = Arrays.copyOf(counts[k], counts.length);
        }
        List<String> names = List.of(EVIL, "a, b", "frog", "none");
        try (Stream<Path> runs = Files.list(folder)) {
            for (Path run : runs.filter(Files::isDirectory).toList()) {
                new ConfusionMatrix(names, counts).write(run);
            }
        }
        open(write("a sweep"));
        assertEquals(3, browser.evaluate("document.querySelectorAll('#classified option').length").asInt());
        assertEquals(List.of(EVIL + "|10|50.00|100.00|a, b|3", "frog|3|66.67|50.00|a, b|1", "a, b|4|100.00|50.00||"),
                rows("#recalls"));
        browser.evaluate("document.getElementById('classes').scrollIntoView()");
        browser.await("document.querySelector('#confusion img').naturalWidth > 100");

        browser.evaluate("{ const select = document.getElementById('classified'); select.value = 1;"
                + " select.dispatchEvent(new Event('change')) }");
        assertEquals(1, browser.evaluate("document.querySelectorAll('#confusion figure').length").asInt());
        assertEquals(List.of(), browser.problems());
    }

    private List<String> rows(String table) {
        String cells = browser.evaluate("[...document.querySelectorAll('" + table + " tbody tr')].map(row =>"
                + " [...row.children].map(cell => cell.textContent).join('|')).join('\\n')").asText();
        return cells.lines().toList();
    }

    @Test
    void ofManyClassesThoseOfLowestRecallAreShown() {
        sweep();
        int[][] counts = new int[300][300];
        for (int k = 0; k < 300; k++) {
            counts[k][k] = k;
            counts[k][(k + 1) % 300] = 1;
        }
        new ConfusionMatrix(IntStream.range(0, 300).mapToObj(k -> "n" + k).toList(), counts)
                .write(folder.resolve("ring-lr0.1-seed2"));
        open(write("a sweep"));
        assertEquals("ring-lr0.1-seed2", text("#classified"));
        assertEquals(100, rows("#recalls").size());
        assertEquals("n99|100|99.00|99.00|n100|1", rows("#recalls").get(99));
        assertEquals(0, browser.evaluate("document.querySelectorAll('#confusion figure').length").asInt());
        assertEquals("The 100 classes of lowest recall, of 300.", text("#fewer"));
    }

    @Test
    void textOfUsersIsText() {
        RecordedRuns.write(folder, EVIL, 0.1, 1, RunStatus.FINISHED, 0.5);
        RecordedRuns.write(folder, "{{script}}", 0.1, 1, RunStatus.FINISHED, 0.5);
        open(write(EVIL));

        assertEquals(EVIL, text("#title"));
        assertEquals(EVIL, browser.evaluate("document.title").asText());
        assertTrue(text("#table tbody").contains(EVIL), text("#table tbody"));
        assertTrue(text("#left").contains(EVIL), "the topology cannot be drawn");
        assertEquals(0, browser.evaluate("document.querySelectorAll('img').length").asInt());
        browser.evaluate("document.getElementById('rates').scrollIntoView()");
        browser.await("document.querySelector('#rates .legend') !== null");
        assertTrue(text("#rates .legend").contains(EVIL));
        assertEquals(List.of(), browser.problems());
    }

    @Test
    void whatCannotBeReadIsNamedAndTheRestIsShown() throws Exception {
        sweep();
        Files.writeString(folder.resolve("ring-lr0.1-seed1").resolve("summary.json"), "{\"experiment\": \"e\", ");
        Files.delete(folder.resolve("ring-lr0.1-seed2").resolve("summary.json"));
        Files.writeString(folder.resolve("solo-lr0.1-seed1").resolve("metrics.csv"), "step,nonsense\n1,2\n");
        Files.delete(folder.resolve("solo-lr0.1-seed2").resolve("environment.json"));
        Files.writeString(folder.resolve(LearningRateAccuracy.FILE_NAME), "no,header\n");
        open(write("damaged"));

        assertEquals(16, browser.evaluate("document.querySelectorAll('#table tbody tr').length").asInt());
        String left = text("#left");
        for (String name : List.of("ring-lr0.1-seed1: ", "ring-lr0.1-seed2: has not ended",
                "solo-lr0.1-seed1: no curves",
                "solo-lr0.1-seed2: ", "the order of the runs: ")) {
            assertTrue(left.contains(name), left);
        }
    }

    @Test
    void phoneAndDark() {
        sweep();
        Path html = write("a sweep");
        open(html);
        browser.window(390, 844, true, true);
        browser.open(html);

        assertTrue(browser.evaluate("document.documentElement.scrollWidth").asInt() <= 390, "nothing sticks out");
        assertEquals("rgb(22, 24, 26)", browser.evaluate("getComputedStyle(document.body).backgroundColor").asText());
        assertEquals(List.of(), browser.problems());
    }

    @Test
    void aBigSweepIsLightAndQuick() throws Exception {
        List<RunResult> results = new ArrayList<>();
        for (int k = 0; k < 200; k++) {
            List<MetricsRow> rows = new ArrayList<>();
            for (int e = 1; e <= 50; e++) {
                for (String split : List.of("train", "test")) {
                    for (String worker : List.of("0", "16", "mean")) {
                        double value = Math.sin(k + e * 1.7) * 0.1 + 0.5;
                        rows.add(new MetricsRow(e * 37, e * 0.1234567, e, 0.1, split, worker, value * 3, value,
                                value / 7, Optional.empty()));
                    }
                }
            }
            results.add(RecordedRuns.write(folder, "ring", 0.001 * (1 + k), 1, RunStatus.FINISHED, 0.4, rows));
        }
        Path html = write("big");
        assertTrue(Files.size(html) < 2_000_000, Files.size(html) + " bytes");
        long begin = System.nanoTime();
        open(html);
        browser.evaluate("document.getElementById('training').scrollIntoView()");
        browser.await("document.querySelector('#training .u-over') !== null");
        double seconds = (System.nanoTime() - begin) / 1e9;
        assertTrue(seconds < 10, "a slow machine too: " + seconds + " s");
        System.out.println("big report: " + Files.size(html) + " bytes, " + seconds + " s");
        assertFalse(results.isEmpty());
    }

    @Test
    void labelsOfADivergedRunsConsensusDistanceDoNotTouchOnAPhone() {
        List<MetricsRow> rows = new ArrayList<>();
        for (int e = 1; e <= 8; e++) {
            double distance = Math.pow(10, 5 * e - 10);
            rows.add(new MetricsRow(e * 10, e * 0.5, e, 1, "test", "mean", 2, 0.1, distance, Optional.empty()));
        }
        RecordedRuns.write(folder, "ring", 1, 1, RunStatus.DIVERGED, 0.1, rows);
        open(write("decades"));
        browser.evaluate("""
                window.drawn = [];
                const draw = CanvasRenderingContext2D.prototype.fillText;
                CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
                  drawn.push({ canvas: this.canvas, text, x, y });
                  return draw.apply(this, arguments);
                };""");
        browser.window(375, 800, true, false);
        browser.evaluate("[...document.querySelectorAll('h2')].find(h => h.textContent === 'Consensus distance').scrollIntoView()");
        browser.await("drawn.some(label => label.text === '1e+30')");
        JsonNode places = browser.evaluate("""
                (() => { const top = drawn.filter(label => label.text === "1e+30").pop();
                  const places = drawn.filter(label => label.canvas === top.canvas && label.x === top.x && label.text);
                  return [...new Set(places.map(label => label.y))].sort((a, b) => b - a); })()""");
        assertTrue(places.size() >= 3, places.toString());
        for (int i = 1; i < places.size(); i++) {
            assertTrue(Math.abs(places.get(i - 1).asDouble() - places.get(i).asDouble()) >= 14, places.toString());
        }
    }
}
