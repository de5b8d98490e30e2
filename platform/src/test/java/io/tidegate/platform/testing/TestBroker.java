package io.tidegate.platform.testing;

import io.tidegate.platform.engine.BrokerSettings;
import io.tidegate.platform.engine.EmbeddedBroker;
import io.tidegate.platform.messaging.OutsideTopics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A RocketMQ for tests: one that this JVM starts, or topics of their own on one that is there
 * already ({@code tidegate.test.rocketmq.namesrv}).
 *
 * @param namesrv its name server
 * @param topicPrefix what its topics begin with
 * @param topics all of them
 * @param isUp whether it takes messages
 * @param end what closing does
 */
public record TestBroker(
    String namesrv, String topicPrefix, List<String> topics, BooleanSupplier isUp, Runnable end)
    implements AutoCloseable {

  /** What topics of tests begin with. */
  public static final String PREFIX =
      OutsideEngines.namesrv().isEmpty() ? "tidegate-" : OutsideEngines.ownPrefix();

  private static final List<String> NAMES = List.of("thing", "other");

  /** Until a broker's JVM takes messages, on a machine that others load. */
  public static final Duration START_MAX = Duration.ofMinutes(2);

  private static final AtomicInteger OUTSIDE = new AtomicInteger();

  /** The one of this JVM, ready, with topics {@code thing} and {@code other}. */
  public static TestBroker shared() {
    return Shared.BROKER;
  }

  /**
   * One for a test alone, ready; closing ends it.
   *
   * @param folder where it keeps its files if it is started for this
   * @param names of topics, without the prefix
   */
  public static TestBroker own(Path folder, List<String> names) {
    return OutsideEngines.namesrv().isEmpty()
        ? started(folder, names)
        : outside(PREFIX + OUTSIDE.incrementAndGet() + "-", names);
  }

  /** How tests start one that they stop and kill: the classes and libraries of the module. */
  public static BrokerSettings settings() {
    return settings(prefixed(PREFIX, NAMES));
  }

  private static BrokerSettings settings(List<String> topics) {
    Path module = Path.of(System.getProperty("tidegate.root"), "broker", "target");
    return new BrokerSettings(
        Path.of(System.getProperty("java.home"), "bin", "java"),
        module.resolve("classes") + ":" + module.resolve("lib") + "/*",
        160,
        List.of("-XX:TieredStopAtLevel=1"),
        topics,
        4);
  }

  private static TestBroker started(Path folder, List<String> names) {
    List<String> topics = prefixed(PREFIX, names);
    EmbeddedBroker broker = EmbeddedBroker.start(folder, settings(topics), _ -> {});
    try {
      broker.whenReady().get(START_MAX.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      broker.close();
      throw new AssertionError(e);
    }
    return new TestBroker(broker.namesrv(), PREFIX, topics, broker::isUp, broker::close);
  }

  private static TestBroker outside(String prefix, List<String> names) {
    List<String> topics = prefixed(prefix, names);
    OutsideTopics made = new OutsideTopics(OutsideEngines.namesrv(), prefix);
    made.remove(OutsideEngines::isLeft);
    made.make(topics);
    return new TestBroker(OutsideEngines.namesrv(), prefix, topics, () -> true, made::close);
  }

  private static List<String> prefixed(String prefix, List<String> names) {
    return names.stream().map(name -> prefix + name).toList();
  }

  @Override
  public void close() {
    end.run();
  }

  /** Made when somebody first asks for it. */
  private static final class Shared {
    static final TestBroker BROKER = make();

    private static TestBroker make() {
      try {
        Path folder = Files.createTempDirectory("tidegate-test-broker-");
        TestBroker broker =
            OutsideEngines.namesrv().isEmpty() ? started(folder, NAMES) : outside(PREFIX, NAMES);
        Runtime.getRuntime()
            .addShutdownHook(
                new Thread(
                    () -> {
                      broker.close();
                      delete(folder);
                    },
                    "test-broker-stop"));
        return broker;
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
