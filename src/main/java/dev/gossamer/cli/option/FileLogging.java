package dev.gossamer.cli.option;

import ch.qos.logback.classic.ClassicConstants;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import dev.gossamer.cli.console.QuietText;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Logback's configuration: everything goes to the {@link LogFile}; the terminal belongs to progress, results and
 * one-line errors. Control characters of a message stay out of the terminal that shows the file. It is in Java, as to
 * read it from XML takes a good part of the time from start to first step.
 */
public final class FileLogging extends ContextAwareBase implements Configurator {

    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger: %quiet(%msg%n%ex{full})";

    /** A file of Logback's own comes first, as the tests have it. */
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty(ClassicConstants.CONFIG_FILE_PROPERTY) != null
                || Stream.of("/logback-test.xml", "/logback.xml").anyMatch(n -> getClass().getResource(n) != null)) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        // Without a listener Logback prints its own errors to the standard output, among the results.
        context.getStatusManager().add(new NopStatusListener());
        logTo(LogFile.ofProcess(), context);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Has a context log to the end of a file. */
    public static void logTo(Path file, LoggerContext context) {
        PatternLayout layout = new PatternLayout();
        layout.getInstanceConverterMap().put("quiet", QuietText::new);
        layout.setContext(context);
        layout.setPattern(PATTERN);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setContext(context);
        appender.setName("file");
        appender.setFile(file.toString());
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(appender);
    }
}
