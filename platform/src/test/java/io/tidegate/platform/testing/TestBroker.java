package io.tidegate.platform.testing;

import io.tidegate.platform.engine.BrokerSettings;
import io.tidegate.platform.engine.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** One broker for this JVM, started at first use and gone with the JVM. */
public final class TestBroker {

  public static final List<String> TOPICS = List.of("tidegate-thing", "tidegate-other");

  private TestBroker() {}

  /** How tests run a broker: the classes and libraries of the broker module. */
  public static BrokerSettings settings() {
    Path module = Path.of(System.getProperty("tidegate.root"), "broker", "target");
    return new BrokerSettings(
        Path.of(System.getProperty("java.home"), "bin", "java"),
        module.resolve("classes") + ":" + module.resolve("lib") + "/*",
        160,
        List.of("-XX:TieredStopAtLevel=1"),
        TOPICS,
        4);
  }

  /** The broker, which may be starting still. */
  public static EmbeddedBroker server() {
    return Holder.SERVER;
  }

  private static final class Holder {
    static final EmbeddedBroker SERVER = start();

    private static EmbeddedBroker start() {
      try {
        Path folder = Files.createTempDirectory("tidegate-test-broker-");
        EmbeddedBroker server = EmbeddedBroker.start(folder, settings(), _ -> {});
        Runtime.getRuntime()
            .addShutdownHook(
                new Thread(
                    () -> {
                      server.close();
                      delete(folder);
                    },
                    "test-broker-stop"));
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
