package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.cli.option.FamilyTopologies;
import dev.gossamer.report.chart.ChartException;
import dev.gossamer.report.chart.Charts;
import dev.gossamer.topology.Topologies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** {@code topologies --draw}. */
@EnabledIf("canDraw")
public class DrawingTest {

    private static final String BLUE = "rgb(0,114,178)";

    @TempDir
    Path home;

    /** Whether this Java has fonts to draw with. */
    public static boolean canDraw() {
        try {
            Path svg = Files.createTempFile("fonts", ".svg");
            try {
                Charts.topology(Topologies.parse("solo", 1), svg);
                return true;
            } catch (ChartException e) {
                return false;
            } finally {
                Files.delete(svg);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Document draw(String topology, String workers) throws Exception {
        String file = new TheoryConsole(home).text(
                "topologies", "--draw", "--topology", topology, "--workers", workers, "--output", home.toString());
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(Path.of(file.strip()).toFile());
    }

    private static long count(Document svg, String element, String style) {
        NodeList nodes = svg.getElementsByTagName(element);
        long count = 0;
        for (int k = 0; k < nodes.getLength(); k++) {
            count += ((Element) nodes.item(k)).getAttribute("style").contains(style) ? 1 : 0;
        }
        return count;
    }

    @Test
    void aLineForEachEdgeAndACellForEachRunOfEqualWeights() throws Exception {
        Document svg = draw("ring", "6");
        assertEquals(6, count(svg, "line", "stroke:" + BLUE));
        // rows 0 and 5 are of a run of two and a single weight, the others of a run of three
        assertEquals(2 * 2 + 4, count(svg, "rect", "fill:" + BLUE));
        assertEquals(0, count(svg, "path", "fill:" + BLUE));
        assertEquals("6 workers, the same at every step, maximum degree 2\n"
                        + "row i of the matrix, counted from the top: what worker i receives;"
                        + " the darker the more, up to 0.3333",
                svg.getElementsByTagName("desc").item(0).getTextContent());
    }

    @Test
    void whatGoesOneWayHasAnArrow() throws Exception {
        Document svg = draw("uni-ring", "6");
        assertEquals(6, count(svg, "line", "stroke:" + BLUE));
        assertEquals(6, count(svg, "path", "fill:" + BLUE));
    }

    /** The distinct values of an attribute of the circles of workers. */
    private static Set<Double> places(Document svg, String attribute) {
        Set<Double> places = new TreeSet<>();
        NodeList circles = svg.getElementsByTagName("ellipse");
        for (int k = 0; k < circles.getLength(); k++) {
            places.add(Double.valueOf(((Element) circles.item(k)).getAttribute(attribute)));
        }
        return places;
    }

    @Test
    void gridsAreDrawnAsGrids() throws Exception {
        Document svg = draw("grid-2x3", "6");
        assertEquals(3, places(svg, "cx").size());
        assertEquals(2, places(svg, "cy").size());
    }

    @Test
    void treesBranchAroundTheirFirstWorker() throws Exception {
        // four leaves at the top, right, bottom and left, the first worker in the middle
        Document svg = draw("star", "5");
        assertEquals(3, places(svg, "cx").size());
        assertEquals(3, places(svg, "cy").size());
        assertEquals(5, places(draw("ring", "5"), "cx").size());
    }

    @Test
    void everyPhaseHasItsOwn() throws Exception {
        Document svg = draw("local-steps-3", "4");
        assertEquals(6, count(svg, "line", "stroke:"), "only the last of three phases has edges");
        assertEquals(3 * 4, count(svg, "ellipse", "fill:rgb(255,255,255)"));
        assertTrue(draw("random-matching", "4").getElementsByTagName("desc").item(0).getTextContent()
                .endsWith("steps 0 to 11 of 256"));
        assertTrue(draw("redrawn-random-matching", "4").getElementsByTagName("desc").item(0).getTextContent()
                .endsWith("; steps 0 to 11"));
    }

    @Test
    void negativeWeightsHaveAnotherColour() throws Exception {
        Document svg = draw("artificial-nice-0.1", "8");
        assertTrue(svg.getElementsByTagName("desc").item(0).getTextContent().contains("orange-red: negative"));
    }

    @Test
    void everyFamilyCanBeDrawn() throws Exception {
        for (String workers : List.of("1", "2", "12")) {
            List<String> files = new TheoryConsole(home)
                    .text("topologies", "--draw", "--workers", workers).lines().toList();
            assertEquals(FamilyTopologies.fitting(Integer.parseInt(workers)).size(), files.size());
            for (String file : files) {
                assertEquals(Path.of(file).getParent(), home.resolve("runs/topologies"));
                String svg = Files.readString(Path.of(file));
                assertTrue(!svg.contains("NaN") && !svg.contains("Infinity"), file);
            }
        }
    }
}
