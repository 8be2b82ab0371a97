package dev.gossamer.report.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;

/** An XChart chart below a title and a subtitle, above room for an axis and a note, as an SVG file. */
final class Figure {

    private static final int WIDTH = 920;
    private static final int CHART_WIDTH = 908;

    /** Width of the legend's texts at most: where they leave no room for it, the axis is never done. */
    private static final int LEGEND_WIDTH = 470;

    private static final int LEAST_HEIGHT = 540;
    private static final int HEAD = SvgFile.HEAD;
    private static final int FOOT = 68;
    private static final int LEGEND_LINE = 24;

    private final int height;
    private final Axis y;
    private final XYChart chart;
    private final SvgFile file;

    /**
     * @param legendLines number of lines of the legend, which the figure is made high enough for
     * @param y the vertical axis
     */
    Figure(int legendLines, Axis y) {
        this.y = y;
        height = Math.max(LEAST_HEIGHT, HEAD + FOOT + 40 + LEGEND_LINE * legendLines);
        chart = new XYChartBuilder()
                .width(CHART_WIDTH)
                .height(height - HEAD - FOOT)
                .yAxisTitle(y.title())
                .build();
        style(chart.getStyler());
        chart.getStyler().setYAxisLogarithmic(y.logarithmic());
        file = new SvgFile(WIDTH, height);
        file.describe(y.title());
    }

    private static void style(XYStyler styler) {
        styler.setLocale(Locale.ROOT);
        styler.setChartTitleVisible(false);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setChartFontColor(Looks.TEXT);
        styler.setChartPadding(SvgFile.MARGIN / 2);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setPlotContentSize(1);
        styler.setPlotMargin(0);
        styler.setPlotGridLinesColor(Looks.GRID);
        styler.setPlotGridLinesStroke(new BasicStroke(1));
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setAxisTicksLineVisible(false);
        styler.setAxisTicksMarksVisible(false);
        styler.setAxisTickLabelsFont(Lettering.TEXT);
        styler.setAxisTickLabelsColor(Looks.TEXT);
        styler.setAxisTitleFont(Lettering.TEXT);
        styler.setYAxisDecimalPattern("0.###");
        styler.setYAxisLabelAlignment(TextAlignment.Right);
        styler.setXAxisTicksVisible(false);
        styler.setLegendPosition(LegendPosition.OutsideE);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendFont(Lettering.TEXT);
        styler.setErrorBarsColorSeriesColor(true);
    }

    XYChart chart() {
        return chart;
    }

    /** Adds a line to the description, for readers who cannot see the chart. */
    void describe(String line) {
        file.describe(line);
    }

    /** Writes words in the middle of the painted chart and adds them to the description, if there are any. */
    void say(Graphics2D graphics, String words) {
        if (words.isEmpty()) {
            return;
        }
        XYStyler styler = chart.getStyler();
        double middle = (y.position(styler.getYAxisMin()) + y.position(styler.getYAxisMax())) / 2;
        graphics.setColor(Looks.FAINT_TEXT);
        Lettering.drawCentred(graphics, words, Lettering.TITLE,
                chart.getScreenXFromChart((styler.getXAxisMin() + styler.getXAxisMax()) / 2),
                chart.getScreenYFromChart(y.value(middle)));
        describe(words);
    }

    /**
     * Draws the figure.
     *
     * @param overlay draws on top of the chart and below it, in its coordinates
     * @param note last line of the figure; may be empty
     */
    void write(String title, String subtitle, Consumer<Graphics2D> overlay, String note, Path svg) {
        Graphics2D graphics = file.graphics();
        file.head(title, subtitle);
        chart.getSeriesMap().values().forEach(
                series -> series.setLabel(Lettering.shortened(series.getLabel(), LEGEND_WIDTH)));
        graphics.translate(0, HEAD);
        chart.paint(graphics, CHART_WIDTH, height - HEAD - FOOT);
        graphics.setClip(null);
        overlay.accept(graphics);
        graphics.translate(0, -HEAD);
        file.note(note);
        file.write(svg);
    }
}
