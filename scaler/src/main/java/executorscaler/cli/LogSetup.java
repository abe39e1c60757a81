package executorscaler.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the log looks, found by logback as a service: without an XML file there is no XML parser in the process, which is 400 classes less. By environment variable
 * or system property: {@code LOG_LEVEL} of our own loggers (INFO), {@code LOG_FORMAT} plain (the default) or json (one JSON object a line, key-values included),
 * {@code LOG_TARGET} System.out (the default) or System.err, which keeps stdout for a command's own output.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
public final class LogSetup extends ContextAwareBase implements Configurator {

    static final String LEVEL = "LOG_LEVEL";

    private static final String FORMAT = "LOG_FORMAT";
    private static final String TARGET = "LOG_TARGET";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        var console = new ConsoleAppender<ILoggingEvent>();
        console.setContext(context);
        console.setName("console");
        console.setTarget(setting(TARGET, "System.out"));
        console.setEncoder(setting(FORMAT, "plain").toLowerCase(Locale.ROOT).equals("json") ? json(context) : plain(context));
        console.start();
        level(context, "executorscaler", Level.toLevel(setting(LEVEL, "INFO"), Level.INFO));
        // It prints a stack trace each time it tries a lost watch again; that one is lost, and since when, we say ourselves, once.
        level(context, "io.fabric8", Level.ERROR);
        level(context, Logger.ROOT_LOGGER_NAME, Level.WARN);
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(console);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static void level(LoggerContext context, String logger, Level level) {
        context.getLogger(logger).setLevel(level);
    }

    private static Encoder<ILoggingEvent> plain(LoggerContext context) {
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d{HH:mm:ss.SSS,UTC}Z %-5level %msg%n");
        encoder.start();
        return encoder;
    }

    private static Encoder<ILoggingEvent> json(LoggerContext context) {
        var encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithContext(false);
        encoder.setWithMessage(false);
        encoder.setWithFormattedMessage(true);
        encoder.setWithArguments(false);
        encoder.start();
        return encoder;
    }

    private static String setting(String name, String otherwise) {
        var property = given(System.getProperty(name));
        var variable = given(System.getenv(name));
        return property != null ? property : variable != null ? variable : otherwise;
    }

    private static @Nullable String given(@Nullable String value) {
        return value == null || value.isBlank() ? null : value;
    }
}
