package io.tidegate.server.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import io.tidegate.server.config.LogLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * The log file of a running program: {@code tidegate.log}, which rolls over and is bounded.
 *
 * <p>Libraries never log below INFO: their finer levels show headers, tokens and SQL values.
 */
final class Logs {
  static final String FILE_NAME = "tidegate.log";

  /** Old files kept beside the one that is written. */
  static final int OLD_FILES_MAX = 4;

  static final FileSize FILE_BYTES_MAX = new FileSize(20 * FileSize.MB_COEFFICIENT);

  private static final String LINE =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX,UTC} %-5level [%thread] %logger{36} %msg%n";

  /** Libraries that tell at INFO what nobody asked. */
  private static final Set<String> QUIET =
      Set.of("org.flywaydb", "com.zaxxer.hikari", "io.helidon", "org.apache.rocketmq", "io.netty");

  /** The search of goods advises an incubator module that its few goods don't need. */
  private static final String VECTORS =
      "org.apache.lucene.internal.vectorization.VectorizationProvider";

  /**
   * It warns with a stack of each client that goes in the midst of its headers: a stranger could
   * fill the log. What fails in a handler is caught and told by ours.
   */
  private static final String CONNECTIONS = "io.helidon.webserver.http1.Http1Connection";

  private Logs() {}

  /**
   * From now on everything goes to the folder's file, and warnings to standard error too; stacks
   * are in the file alone.
   */
  static void toFolder(Path folder, LogLevel level) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    RollingFileAppender<ILoggingEvent> file = file(context, folder);
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(file);
    if (root.getAppender(LogSetup.CONSOLE) instanceof ConsoleAppender<ILoggingEvent> console) {
      console.setEncoder(LogSetup.encoder(context, LogSetup.LINE_WITHOUT_STACK));
    }
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> LoggerFactory.getLogger(Logs.class).error("{} ended", thread.getName(), e));
    Level wanted = Level.toLevel(level.name());
    root.setLevel(wanted.isGreaterOrEqual(Level.INFO) ? wanted : Level.INFO);
    context.getLogger("io.tidegate").setLevel(wanted);
    QUIET.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
    context.getLogger(VECTORS).setLevel(Level.ERROR);
    context.getLogger(CONNECTIONS).setLevel(Level.ERROR);
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  private static RollingFileAppender<ILoggingEvent> file(LoggerContext context, Path folder) {
    Path file = PrivateFile.folder(folder).resolve(FILE_NAME);
    try {
      if (Files.notExists(file)) {
        Files.createFile(file, PrivateFile.FILE_MODE);
      }
    } catch (IOException e) {
      throw new Failure("the log " + file + " can't be written: " + PrivateFile.reason(e), e);
    }
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setName("file");
    appender.setFile(file.toString());
    FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.setFileNamePattern(folder.resolve("tidegate.%i.log").toString());
    rolling.setMinIndex(1);
    rolling.setMaxIndex(OLD_FILES_MAX);
    rolling.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(FILE_BYTES_MAX);
    size.start();
    appender.setRollingPolicy(rolling);
    appender.setTriggeringPolicy(size);
    appender.setEncoder(LogSetup.encoder(context, LINE));
    appender.start();
    return appender;
  }

  /** From now on nothing is told on standard error. */
  static void onlyToFile() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(LogSetup.CONSOLE);
  }

  /** Keeps what nobody foresaw, with its stack, where the log file is. */
  static void unexpected(String command, Throwable e) {
    LoggerFactory.getLogger(Logs.class).info("{} ended", command, e);
  }

  /** Writes what is buffered and closes the file. */
  static void close() {
    ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
  }
}
