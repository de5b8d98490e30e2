package io.tidegate.broker;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The child JVM's entry: one life from the arguments to {@code stopped}. */
public final class BrokerMain {

  /** Exit status when another process holds the directory. */
  static final int DIRECTORY_IN_USE = 75;

  private static final int BAD_USAGE = 64;
  private static final int FAILED = 70;

  /** The parent's channel; RocketMQ itself prints to standard error. */
  private static final PrintStream TELL = System.out;

  private static final AtomicReference<@Nullable MessageServer> RUNNING = new AtomicReference<>();

  private BrokerMain() {}

  public static void main(String[] arguments) {
    System.setOut(System.err);
    // An exception in main would leave RocketMQ's threads, and so the JVM, hanging.
    try {
      run(BrokerArguments.parse(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(BAD_USAGE);
    } catch (Throwable e) {
      e.printStackTrace(System.err);
      System.exit(FAILED);
    }
  }

  private static void run(BrokerArguments arguments) throws Exception {
    var directory = Files.createDirectories(arguments.directory());
    if (!lock(directory)) {
      System.err.println("another process uses " + directory);
      System.exit(DIRECTORY_IN_USE);
    }
    Files.writeString(
        directory.resolve("broker.pid"), Long.toString(ProcessHandle.current().pid()));
    Thread.ofPlatform().daemon().name("parent").start(BrokerMain::exitWithParent);
    Runtime.getRuntime().addShutdownHook(new Thread(BrokerMain::stop, "stop"));
    prepare(directory);
    RUNNING.set(MessageServer.start(arguments));
    tell("ready");
  }

  /** Takes the directory for this process; the system gives it back however the process ends. */
  @SuppressWarnings("resource") // held as long as the process lives
  private static boolean lock(Path directory) throws IOException {
    var channel =
        FileChannel.open(
            directory.resolve("broker.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    return channel.tryLock() != null;
  }

  /** Sets what RocketMQ reads from system properties; before any of its classes is loaded. */
  private static void prepare(Path directory) throws IOException {
    System.setProperty("user.home", directory.toString()); // RocksDB logs there whatever one sets
    System.setProperty("tls.server.mode", "disabled"); // loopback; else it makes a certificate
    System.setProperty("tidegate.broker.directory", directory.toString());
    var logging = directory.resolve("logback.xml");
    if (Files.notExists(logging)) {
      try (InputStream template = BrokerMain.class.getResourceAsStream("/broker-logback.xml")) {
        if (template == null) throw new IOException("broker-logback.xml is not on the class path");
        Files.writeString(logging, new String(template.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    System.setProperty("rmq.logback.configurationFile", logging.toString());
    NativeLibrary.provide(System.getProperty("java.library.path", ""));
  }

  /** Ends the process when standard input ends: the parent closed it, or died in whatever way. */
  private static void exitWithParent() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is said on this channel; only its end matters.
      }
    } catch (IOException e) {
      // A broken channel is an ended one.
    }
    System.exit(0);
  }

  private static void stop() {
    tell("stopping");
    var server = RUNNING.get();
    if (server == null) {
      Runtime.getRuntime().halt(0); // still starting: the store survives a kill at any point
    } else {
      server.stop();
      tell("stopped");
    }
  }

  private static void tell(String word) {
    TELL.println(word);
    TELL.flush();
  }
}
