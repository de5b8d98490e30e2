package io.tidegate.platform.engine;

import java.nio.file.Path;
import java.util.List;

/**
 * How the message broker's JVM is run.
 *
 * @param java the java executable
 * @param classPath the broker module's classes or jar, and its libraries ({@code lib/*})
 * @param heapMebibytes its heap; 64 fails, 128 is enough when idle, 256 under load
 * @param jvmOptions more options for that JVM, such as an AOT cache
 * @param topics names of the topics to have
 * @param queues queues of each topic
 */
public record BrokerSettings(
    Path java,
    String classPath,
    int heapMebibytes,
    List<String> jvmOptions,
    List<String> topics,
    int queues) {

  private static final int HEAP_MIN_MEBIBYTES = 96;

  public BrokerSettings {
    if (topics.isEmpty() || queues < 1) {
      throw new IllegalArgumentException("a broker has at least one topic with one queue");
    }
    if (heapMebibytes < HEAP_MIN_MEBIBYTES) {
      throw new IllegalArgumentException(
          "a broker's heap is at least " + HEAP_MIN_MEBIBYTES + " MiB");
    }
    jvmOptions = List.copyOf(jvmOptions);
    topics = List.copyOf(topics);
  }

  /** The usual ones: this JVM's own java, 256 MiB, four queues a topic. */
  public static BrokerSettings of(String classPath, List<String> topics) {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return new BrokerSettings(java, classPath, 256, List.of(), topics, 4);
  }
}
