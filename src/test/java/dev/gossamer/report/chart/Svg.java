package dev.gossamer.report.chart;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** What tests look for in the SVG file of a chart: shapes by their colour. */
public final class Svg {

    static final String BLUE = "rgb(0,114,178)";
    static final String ORANGE_RED = "rgb(213,94,0)";
    static final String GREEN = "rgb(0,158,115)";
    static final String FAINT = "rgb(102,102,102)";

    private final Document document;

    Svg(Path file) throws IOException, SAXException, ParserConfigurationException {
        document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    }

    /** Whether this Java can draw at all; tests of charts are skipped where not. */
    public static boolean canDraw() {
        try {
            Charts.requireFonts();
            return true;
        } catch (ChartException e) {
            return false;
        }
    }

    String text(String element) {
        return document.getElementsByTagName(element).item(0).getTextContent();
    }

    List<Element> elements(String name) {
        NodeList nodes = document.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int k = 0; k < nodes.getLength(); k++) {
            elements.add((Element) nodes.item(k));
        }
        return elements;
    }

    private List<Element> styled(String name, String style) {
        return elements(name).stream()
                .filter(element -> element.getAttribute("style").contains(style))
                .toList();
    }

    /** Centres x, y of the circles of a colour, in the order of drawing; the last is that of the legend. */
    List<double[]> circles(String color) {
        return styled("ellipse", "fill:" + color).stream()
                .map(circle -> new double[] {number(circle, "cx"), number(circle, "cy")})
                .toList();
    }

    /** Number of filled shapes of a colour; one of them is in the legend. */
    int markers(String color) {
        int count = 0;
        for (String shape : List.of("ellipse", "rect", "path")) {
            count += styled(shape, "fill:" + color).size();
        }
        return count;
    }

    /** Ends x1, y1, x2, y2 of the straight lines of a colour. */
    List<double[]> lines(String color) {
        return styled("line", "stroke:" + color).stream()
                .map(line -> new double[] {
                    number(line, "x1"), number(line, "y1"), number(line, "x2"), number(line, "y2")
                })
                .toList();
    }

    /** Heights of the grid lines, which XChart draws as flat areas. */
    List<Double> gridLines() {
        return styled("path", "fill:rgb(228,228,228)").stream()
                .map(path -> Double.parseDouble(path.getAttribute("d").split("[ ,]")[1]))
                .toList();
    }

    /** Number of crosses of a colour. */
    int crosses(String color) {
        return styled("path", "fill:none;stroke:" + color).size();
    }

    /** Where the first stroke of the first cross of a colour has its middle: x, y. */
    double[] centreOfCross(String color) {
        String[] numbers = styled("path", "fill:none;stroke:" + color).get(0).getAttribute("d")
                .replaceAll("[A-Za-z,]", " ").strip().split(" +");
        double[] centre = new double[2];
        for (int k = 0; k < 2; k++) {
            centre[k] = (Double.parseDouble(numbers[k]) + Double.parseDouble(numbers[k + 2])) / 2;
        }
        return centre;
    }

    /** Positions of the ticks of the lower axis. */
    List<Double> ticks() {
        return lines(FAINT).stream().filter(line -> line[0] == line[2]).map(line -> line[0]).toList();
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }
}
