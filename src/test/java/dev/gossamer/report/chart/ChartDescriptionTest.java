package dev.gossamer.report.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.record.RunStatus;
import dev.gossamer.report.RecordedRuns;
import dev.gossamer.report.analysis.Metric;
import dev.gossamer.report.analysis.ReportedRuns;
import dev.gossamer.report.analysis.TopologyFit;
import dev.gossamer.report.analysis.TopologySchemes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A description of any kind makes a picture and is read by the page, without either of them knowing its kind. */
@EnabledIf("dev.gossamer.report.chart.Svg#canDraw")
class ChartDescriptionTest {

    @TempDir
    Path folder;

    private Svg draw(Chart chart) throws Exception {
        Path svg = folder.resolve("chart.svg");
        new ChartDrawing(chart).write("title", "", svg);
        return new Svg(svg);
    }

    private ReportedRuns runs() {
        for (String topology : List.of("solo", "ring", "fully-connected")) {
            for (long seed = 1; seed <= 2; seed++) {
                RecordedRuns.write(folder, topology, 0.1, seed, RunStatus.FINISHED,
                        0.1 * topology.length() % 0.7 + 0.01 * seed);
            }
        }
        return ReportedRuns.read(List.of(folder));
    }

    /**
     * On a logarithmic axis, equal ratios are equal distances: distances 0.1, 0.2 and 0.3 after 10, 20 and 30
     * steps.
     */
    @Test
    void aLogarithmicVerticalAxisIsOneInPicturesToo() throws Exception {
        List<double[]> points = draw(CurveChart.of(runs().metrics(), Metric.CONSENSUS_DISTANCE)).circles(Svg.BLUE);
        double[] heights = points.stream().mapToDouble(point -> point[1]).toArray();

        assertEquals(Math.log(2) / Math.log(3), (heights[1] - heights[0]) / (heights[2] - heights[0]), 1e-3);
        assertTrue(heights[2] < heights[0], "a larger one is further up");
    }

    @Test
    void whatExplainsTheLossIsAPictureToo() throws Exception {
        ReportedRuns runs = runs();
        List<Chart> charts = FitCharts.of(TopologyFit.of(runs.runs(), new TopologySchemes(runs.runs())).get(0));
        assertEquals(2, charts.size());
        for (Chart chart : charts) {
            Svg svg = draw(chart);
            for (String color : List.of(Svg.BLUE, Svg.ORANGE_RED, Svg.GREEN)) {
                assertEquals(1 + 1, svg.markers(color), chart.x().title());
            }
            assertTrue(svg.text("desc").contains("fully-connected: " + chart.x().quantity() + " "), svg.text("desc"));
        }
    }

    @Test
    void lossesHaveAnAxisOfTheirOwnRange() throws Exception {
        Svg svg = draw(CurveChart.of(runs().metrics(), Metric.TEST_LOSS));
        List<Double> grid = svg.gridLines();
        double top = grid.stream().mapToDouble(Double::doubleValue).min().orElseThrow();

        assertTrue(grid.size() >= 3, "round numbers are marked");
        assertTrue(svg.circles(Svg.BLUE).stream().limit(3).allMatch(point -> point[1] > top - 60));
    }

    /** The page has, of every line, the points of the picture, whose x lines share. */
    @Test
    void thePageReadsTheSamePoints() {
        ReportedRuns runs = runs();
        PageCharts page = new PageCharts();
        JsonNode json = new ObjectMapper().valueToTree(page.curves(runs.metrics(), Metric.TEST_LOSS));
        JsonNode xs = new ObjectMapper().valueToTree(page.xs());
        Chart chart = CurveChart.of(runs.metrics(), Metric.TEST_LOSS);

        assertEquals(1, xs.size());
        for (int k = 0; k < chart.lines().size(); k++) {
            JsonNode line = json.get("lines").get(k);
            List<Chart.Point> points = chart.lines().get(k).points();
            assertEquals(chart.lines().get(k).name(), line.get("name").asText());
            for (int i = 0; i < points.size(); i++) {
                assertEquals(points.get(i).x(), xs.get(line.get("x").asInt()).get(i).asDouble(), 1e-8);
                assertEquals(points.get(i).y().mean(), line.get("y").get(i).asDouble(), 1e-7);
                assertEquals(points.get(i).low(), line.get("low").get(i).asDouble(), 1e-7);
            }
        }
    }

    /** One file says how charts look: the colours of the pictures are those of the page. */
    @Test
    void picturesHaveTheColoursOfThePage() throws Exception {
        Svg svg = draw(CurveChart.of(runs().metrics(), Metric.TEST_LOSS));
        List<String> drawn = new ArrayList<>();
        for (JsonNode color : PageCharts.looks().get("colors")) {
            int rgb = Integer.decode(color.asText());
            String name = "rgb(" + (rgb >> 16) + "," + (rgb >> 8 & 0xff) + "," + (rgb & 0xff) + ")";
            if (svg.markers(name) == 3 + 1) {
                drawn.add(name);
            }
        }
        assertEquals(Stream.of(Svg.BLUE, Svg.ORANGE_RED, Svg.GREEN).toList(), drawn);
    }
}
