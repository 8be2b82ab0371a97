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
        String shortened = text;
        for (int kept = text.length() - 1; kept > 1 && layout(shortened).getAdvance() > width; kept--) {
            shortened = text.substring(0, (kept + 1) / 2).strip() + " ... "
                    + text.substring(text.length() - kept / 2).strip();
        }
        return shortened;
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
