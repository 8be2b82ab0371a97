package dev.gossamer.cli.console;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.pattern.CompositeConverter;
import dev.gossamer.text.Shown;

/**
 * {@code %quiet(...)} in a pattern of Logback: the text with a question mark for each character that must be escaped,
 * but with its tabs and its ends of lines.
 */
public final class QuietText extends CompositeConverter<ILoggingEvent> {

    @Override
    protected String transform(ILoggingEvent event, String text) {
        StringBuilder quiet = new StringBuilder(text);
        for (int i = 0; i < quiet.length(); i++) {
            char c = quiet.charAt(i);
            if (Shown.mustBeEscaped(c) && "\t\r\n".indexOf(c) < 0) {
                quiet.setCharAt(i, '?');
            }
        }
        return quiet.toString();
    }
}
