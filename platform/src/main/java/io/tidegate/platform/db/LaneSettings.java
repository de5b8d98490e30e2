package io.tidegate.platform.db;

import java.time.Duration;

/**
 * A lane's name and limits.
 *
 * @param name for threads, logs and metrics
 * @param workers threads that run batches side by side, each on a session of its own
 * @param queueMax commands that may wait; one more is refused at once
 * @param batchCommandsMax commands in one transaction
 * @param batchBytesMax bytes of the commands in one transaction
 * @param linger how long a batch waits for company while few commands are there
 * @param lingerBelow the number of waiting commands from which a batch doesn't wait
 * @param attemptsMax how often a batch is tried when failures are transient
 * @param perSecondMax commands a second that are let through; 0: no limit
 */
public record LaneSettings(
    String name,
    int workers,
    int queueMax,
    int batchCommandsMax,
    int batchBytesMax,
    Duration linger,
    int lingerBelow,
    int attemptsMax,
    int perSecondMax) {

  public LaneSettings {
    if (workers < 1 || queueMax < 1 || batchCommandsMax < 1 || attemptsMax < 1) {
      throw new IllegalArgumentException("a lane's limits are at least 1");
    }
  }

  public static LaneSettings of(String name) {
    return new LaneSettings(name, 2, 4_096, 256, 1 << 20, Duration.ofMillis(1), 64, 8, 0);
  }

  public LaneSettings withWorkers(int count) {
    return new LaneSettings(
        name,
        count,
        queueMax,
        batchCommandsMax,
        batchBytesMax,
        linger,
        lingerBelow,
        attemptsMax,
        perSecondMax);
  }

  public LaneSettings withPerSecondMax(int count) {
    return new LaneSettings(
        name,
        workers,
        queueMax,
        batchCommandsMax,
        batchBytesMax,
        linger,
        lingerBelow,
        attemptsMax,
        count);
  }

  public LaneSettings withQueueMax(int count) {
    return new LaneSettings(
        name,
        workers,
        count,
        batchCommandsMax,
        batchBytesMax,
        linger,
        lingerBelow,
        attemptsMax,
        perSecondMax);
  }
}
