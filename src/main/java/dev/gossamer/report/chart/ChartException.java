package dev.gossamer.report.chart;

/**
 * Charts cannot be drawn on this installation of Java. The message is one sentence for the user; the data is not
 * lost.
 */
public final class ChartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ChartException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
