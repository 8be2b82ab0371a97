package dev.gossamer.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gossamer.record.WholeFile;
import dev.gossamer.report.analysis.ReportedRuns;
import dev.gossamer.report.chart.PageCharts;
import dev.gossamer.text.Shown;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.text.StringEscapeUtils;

/**
 * Runs as one HTML file that needs nothing else: the data, a script that shows them, and the charting library uPlot.
 * Its security policy allows that script alone, and no connection.
 */
public final class HtmlReport {

    /** The name of the file in the folder of an experiment. */
    public static final String FILE_NAME = "report.html";

    private static final String LIBRARY = "META-INF/resources/webjars/uplot/%s/%s";
    private static final String LIBRARY_VERSION = "META-INF/maven/org.webjars.npm/uplot/pom.properties";
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();
    private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

    private HtmlReport() {}

    /**
     * Writes a report, as a whole or not at all; an older one is replaced.
     *
     * @param runs what it shows
     * @param title first line, for example the name of the experiment
     * @param html the file
     * @throws dev.gossamer.record.RecordException if the file cannot be written
     */
    public static void write(ReportedRuns runs, String title, Path html) {
        String script = library("dist/uPlot.iife.min.js") + "\n(() => {\n\"use strict\";\n"
                + text("chart/chart.js") + text("table.js") + text("page.js") + "})();\n";
        Map<String, String> parts = Map.of(
                "title", StringEscapeUtils.escapeHtml4(Shown.line(title)),
                "style", library("dist/uPlot.min.css") + PageCharts.styleSheet() + text("report.css"),
                "hash", "'sha256-" + sha256(script) + "'",
                "data", json(new ReportData(runs).of(title)),
                "script", script);
        String page = PLACE.matcher(text("report.html"))
                .replaceAll(place -> Matcher.quoteReplacement(parts.get(place.group(1))));
        WholeFile.replace(html, page.replaceFirst("\n", Matcher.quoteReplacement("\n<!-- " + notice() + " -->\n")));
    }

    /** No text of a user can end the element that holds it: there is no {@code <} in it. */
    private static String json(Map<String, Object> data) {
        try {
            return JSON.writeValueAsString(data).replace("<", "\\u003c");
        } catch (JsonProcessingException e) {
            throw new AssertionError("maps, lists, strings and numbers are JSON", e);
        }
    }

    /** The licence of the library has to be in every copy. */
    private static String notice() {
        return "Charts: uPlot, https://github.com/leeoniya/uPlot\n" + library("LICENSE").strip();
    }

    private static String library(String name) {
        Properties properties = new Properties();
        try (InputStream stream = HtmlReport.class.getClassLoader().getResourceAsStream(LIBRARY_VERSION)) {
            properties.load(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text("/" + String.format(LIBRARY, properties.getProperty("version"), name));
    }

    private static String text(String resource) {
        try (InputStream stream = HtmlReport.class.getResourceAsStream(resource)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
