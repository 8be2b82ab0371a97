package dev.gossamer.report.chart;

import de.erichseifert.vectorgraphics2d.Document;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import dev.gossamer.record.WholeFile;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.TextLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.StringJoiner;
import org.apache.commons.text.StringEscapeUtils;

/** A picture on white with title, subtitle and note, which describes itself to readers who cannot see it. */
final class SvgFile {

    /** Room at the left of title and note. */
    static final int MARGIN = 22;

    /** Height of the part with title and subtitle. */
    static final int HEAD = 70;

    private static final int TITLE_BASELINE = 34;
    private static final int SUBTITLE_BASELINE = 56;
    private static final int NOTE_ROOM = 14;

    private final VectorGraphics2D graphics = new VectorGraphics2D();
    private final int width;
    private final int height;
    private final int top;
    private final int bottom;
    private final StringJoiner description = new StringJoiner("\n");
    private String title = "";
    private String subtitle = "";

    SvgFile(int width, int height) {
        this(width, height, 0, height);
    }

    /** A picture of which only the part between two heights is to be seen. */
    SvgFile(int width, int height, int top, int bottom) {
        this.width = width;
        this.height = height;
        this.top = top;
        this.bottom = bottom;
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height);
    }

    /** What to draw on, the origin at the upper left corner. */
    Graphics2D graphics() {
        return graphics;
    }

    /** Adds a line to the description. */
    void describe(String line) {
        description.add(line);
    }

    /** Draws title and subtitle; the latter may be empty. */
    void head(String titleLine, String subtitleLine) {
        title = titleLine;
        subtitle = subtitleLine;
        graphics.setColor(Looks.TEXT);
        text(title, Lettering.TITLE, TITLE_BASELINE);
        graphics.setColor(Looks.FAINT_TEXT);
        text(subtitle, Lettering.TEXT, SUBTITLE_BASELINE);
    }

    /** Draws the last line and adds it to the description; it may be empty. */
    void note(String note) {
        if (!note.isEmpty()) {
            describe(note);
        }
        graphics.setColor(Looks.FAINT_TEXT);
        text(note, Lettering.TEXT, height - NOTE_ROOM);
    }

    /** Draws text at the left margin, smaller where it would leave the picture. */
    private void text(String text, Font font, double baseline) {
        if (!text.isBlank()) {
            double scale = Math.min(1, (width - 2 * MARGIN) / Lettering.layout(text, font).getAdvance());
            TextLayout fitting = Lettering.layout(text, font.deriveFont((float) (scale * font.getSize2D())));
            Lettering.draw(graphics, fitting, MARGIN, baseline);
        }
    }

    /**
     * Writes the file, as a whole or not at all; an older one is replaced.
     *
     * @throws dev.gossamer.record.RecordException if that is not possible
     */
    void write(Path svg) {
        WholeFile.replace(svg, text());
    }

    /** The content of the file. */
    String text() {
        PageSize page = new PageSize(0, top, width, bottom - top);
        Document document = new SVGProcessor().getDocument(graphics.getCommands(), page);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            document.writeTo(bytes);
        } catch (IOException e) {
            throw new AssertionError("an array takes every byte", e);
        }
        return described(bytes.toString(StandardCharsets.UTF_8));
    }

    /**
     * Drops the document type, whose address some readers would fetch, and digits that nobody sees; adds the
     * description.
     */
    private String described(String document) {
        String svg = document.substring(document.indexOf("<svg")).replaceAll("(\\.\\d\\d)\\d+", "$1");
        int content = svg.indexOf('>') + 1;
        String text = subtitle.isEmpty() ? description.toString() : subtitle + "\n" + description;
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                + svg.substring(0, content)
                + "\n<title>" + StringEscapeUtils.escapeXml11(title) + "</title>"
                + "\n<desc>" + StringEscapeUtils.escapeXml11(text) + "</desc>"
                + svg.substring(content);
    }
}
