package dev.gossamer.report;

import de.erichseifert.vectorgraphics2d.Document;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import dev.gossamer.record.RecordException;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.Consumer;
import org.apache.commons.text.StringEscapeUtils;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;

/** An XChart chart below a title and a subtitle, above room for an axis and a note, as an SVG file. */
final class Figure {

    private static final String FONT = Font.SANS_SERIF;
    private static final Font TITLE_FONT = new Font(FONT, Font.BOLD, 19);
    private static final Font TEXT_FONT = new Font(FONT, Font.PLAIN, 13);
    private static final int WIDTH = 920;
    private static final int CHART_WIDTH = 908;
    private static final int LEAST_HEIGHT = 540;
    private static final int MARGIN = 22;
    private static final int HEAD = 62;
    private static final int FOOT = 68;
    private static final int LEGEND_LINE = 24;

    private final int height;
    private final XYChart chart;
    private final StringJoiner description = new StringJoiner("\n");

    /** @param legendLines number of lines of the legend, which the figure is made high enough for */
    Figure(int legendLines, String yAxisTitle) {
        requireFonts();
        height = Math.max(LEAST_HEIGHT, HEAD + FOOT + 40 + LEGEND_LINE * legendLines);
        chart = new XYChartBuilder()
                .width(CHART_WIDTH)
                .height(height - HEAD - FOOT)
                .yAxisTitle(yAxisTitle)
                .build();
        style(chart.getStyler());
        description.add(yAxisTitle);
    }

    private static void requireFonts() {
        try {
            layout("fonts", TEXT_FONT);
        } catch (RuntimeException | InternalError | LinkageError e) {
            throw new ChartException(
                    "charts need fonts, and Java finds none: install fontconfig and a font package such as DejaVu", e);
        }
    }

    private static void style(XYStyler styler) {
        styler.setLocale(Locale.ROOT);
        styler.setChartTitleVisible(false);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setChartFontColor(Palette.TEXT);
        styler.setChartPadding(MARGIN / 2);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setPlotContentSize(1);
        styler.setPlotMargin(0);
        styler.setPlotGridLinesColor(Palette.GRID);
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setAxisTicksLineVisible(false);
        styler.setAxisTicksMarksVisible(false);
        styler.setAxisTickLabelsFont(TEXT_FONT);
        styler.setAxisTickLabelsColor(Palette.TEXT);
        styler.setAxisTitleFont(TEXT_FONT);
        styler.setXAxisTicksVisible(false);
        styler.setLegendPosition(LegendPosition.OutsideE);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendFont(TEXT_FONT);
        styler.setMarkerSize(9);
        styler.setErrorBarsColorSeriesColor(true);
    }

    XYChart chart() {
        return chart;
    }

    /** Adds a line to the description, for readers who cannot see the chart. */
    void describe(String line) {
        description.add(line);
    }

    /**
     * Draws the figure.
     *
     * @param overlay draws on top of the chart and below it, in its coordinates
     * @param note last line of the figure; may be empty
     */
    void write(String title, String subtitle, Consumer<Graphics2D> overlay, String note, Path svg) {
        VectorGraphics2D graphics = new VectorGraphics2D();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, WIDTH, height);
        graphics.setColor(Palette.TEXT);
        text(graphics, title, TITLE_FONT, MARGIN, 34);
        graphics.setColor(Palette.FAINT_TEXT);
        text(graphics, subtitle, TEXT_FONT, MARGIN, 56);
        graphics.translate(0, HEAD);
        chart.paint(graphics, CHART_WIDTH, height - HEAD - FOOT);
        graphics.setClip(null);
        overlay.accept(graphics);
        graphics.setColor(Palette.FAINT_TEXT);
        text(graphics, note, TEXT_FONT, MARGIN, height - HEAD - 14);
        save(graphics, title, subtitle, svg);
    }

    private void save(VectorGraphics2D graphics, String title, String subtitle, Path svg) {
        Document document = new SVGProcessor().getDocument(graphics.getCommands(), new PageSize(0, 0, WIDTH, height));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            document.writeTo(bytes);
            Files.writeString(svg, described(bytes.toString(StandardCharsets.UTF_8), title, subtitle));
        } catch (IOException e) {
            throw RecordException.writing(svg, e);
        }
    }

    /** Drops the document type, whose address some readers would fetch, and digits that nobody sees; adds the description. */
    private String described(String document, String title, String subtitle) {
        String svg = document.substring(document.indexOf("<svg")).replaceAll("(\\.\\d\\d)\\d+", "$1");
        int content = svg.indexOf('>') + 1;
        String text = subtitle.isEmpty() ? description.toString() : subtitle + "\n" + description;
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                + svg.substring(0, content)
                + "\n<title>" + StringEscapeUtils.escapeXml11(title) + "</title>"
                + "\n<desc>" + StringEscapeUtils.escapeXml11(text) + "</desc>"
                + svg.substring(content);
    }

    /** Draws text with its left end at x, smaller where it would leave the figure. */
    private static void text(Graphics2D graphics, String text, Font font, double x, double baseline) {
        if (!text.isBlank()) {
            double scale = Math.min(1, (WIDTH - MARGIN - x) / layout(text, font).getAdvance());
            draw(graphics, layout(text, font.deriveFont((float) (scale * font.getSize2D()))), x, baseline);
        }
    }

    /** The outlines of one line of text, in the font of axes and notes. */
    static TextLayout layout(String text) {
        return layout(text, TEXT_FONT);
    }

    private static TextLayout layout(String text, Font font) {
        return new TextLayout(text, font, new FontRenderContext(null, true, true));
    }

    /** Draws outlines with their left end at x. */
    static void draw(Graphics2D graphics, TextLayout text, double x, double baseline) {
        graphics.fill(text.getOutline(AffineTransform.getTranslateInstance(x, baseline)));
    }

    /** A label for a legend: one line that is not empty. */
    static String label(String text) {
        return text.isBlank() ? "(no name)" : text.strip().replaceAll("\\s+", " ");
    }
}
