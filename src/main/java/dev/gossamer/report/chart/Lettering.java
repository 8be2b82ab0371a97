package dev.gossamer.report.chart;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;

/** Text as outlines, which look the same everywhere. */
final class Lettering {

    static final Font TITLE = Looks.font(Font.BOLD, "titleSize");
    static final Font TEXT = Looks.font(Font.PLAIN, "fontSize");

    /** No width that is asked for has room for more, and each try takes as long as its text. */
    private static final int MOST_LETTERS = 400;

    private Lettering() {}

    /** The outlines of one line of text, in the font of axes and notes. */
    static TextLayout layout(String text) {
        return layout(text, TEXT);
    }

    /** The outlines of one line of text. */
    static TextLayout layout(String text, Font font) {
        return new TextLayout(text, font, new FontRenderContext(null, true, true));
    }

    /** The text, with dots for its middle where it would be wider, in the font of axes and notes. */
    static String shortened(String text, double width) {
        int kept = Math.min(text.length(), MOST_LETTERS);
        String shortened = shortened(text, kept);
        while (kept > 2 && layout(shortened).getAdvance() > width) {
            shortened = shortened(text, --kept);
        }
        return shortened;
    }

    private static String shortened(String text, int kept) {
        return kept == text.length() ? text : text.substring(0, (kept + 1) / 2).strip() + " ... "
                + text.substring(text.length() - kept / 2).strip();
    }

    /** Draws outlines with their left end at x. */
    static void draw(Graphics2D graphics, TextLayout text, double x, double baseline) {
        graphics.fill(text.getOutline(AffineTransform.getTranslateInstance(x, baseline)));
    }

    /** Draws one line of text with its middle at x, its letters of a height around y. */
    static void drawCentred(Graphics2D graphics, String text, Font font, double x, double y) {
        TextLayout layout = layout(text, font);
        double half = layout.getBounds().getCenterY();
        draw(graphics, layout, x - layout.getAdvance() / 2, y - half);
    }
}
