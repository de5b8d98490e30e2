package io.tidegate.platform.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what {@link StreamSender}s sent, from offsets that its user keeps. The broker is not told
 * how far it came.
 */
@SuppressWarnings("deprecation") // of the pull consumer; see RocketClients
public final class StreamReader implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StreamReader.class);
  private static final int PULL_MAX = 32;
  private static final int AHEAD_MAX = 4;
  private static final Duration AFTER_FAILURE = Duration.ofMillis(500);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

  /** A queue of the topic. */
  public record Queue(String broker, int number) {}

  /**
   * A message.
   *
   * @param storedMillis when the broker stored it, by its clock: it does not fall along a queue
   */
  public record Sent(long offset, long storedMillis, List<byte[]> parts) {}

  /**
   * What one pull brought.
   *
   * @param nextOffset where the queue goes on after it
   */
  public record Pulled(Queue queue, List<Sent> messages, long nextOffset) {}

  /** The broker does not answer. */
  public static final class Unreachable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreachable(Throwable cause) {
      super("the broker can't be reached: " + cause.getMessage(), cause);
    }
  }

  private final String topic;
  private final DefaultMQPullConsumer client;
  private final BlockingQueue<Pulled> pulled = new ArrayBlockingQueue<>(AHEAD_MAX);
  private final Map<Queue, Thread> pullers = new HashMap<>();
  private boolean started;
  private volatile boolean closed;

  /**
   * A reader that has not begun.
   *
   * @param topic with its prefix
   * @param group what the broker knows it as
   */
  public StreamReader(String namesrv, String topic, String group) {
    this.topic = topic;
    this.client = new RocketClients(namesrv).consumer(group, Set.of(topic));
  }

  /** The topic's queues, as the broker tells them. */
  public synchronized List<Queue> queues() throws Unreachable {
    try {
      start();
      return client.fetchSubscribeMessageQueues(topic).stream()
          .sorted()
          .map(queue -> new Queue(queue.getBrokerName(), queue.getQueueId()))
          .toList();
    } catch (MQClientException | IllegalStateException e) {
      throw new Unreachable(e);
    }
  }

  /** The offset after the last message that a queue has now. */
  public synchronized long end(Queue queue) throws Unreachable {
    try {
      start();
      return client.maxOffset(message(queue));
    } catch (MQClientException | IllegalStateException e) {
      throw new Unreachable(e);
    }
  }

  private void start() throws MQClientException {
    if (!started && !closed) {
      client.start();
      started = true;
    }
  }

  /**
   * Begins to pull a queue at an offset. Where the broker has none like it (it began anew, or threw
   * old messages away), it is read from its first: who wants nothing twice compares when messages
   * were stored.
   */
  public synchronized void read(Queue queue, long offset) {
    if (!closed && !pullers.containsKey(queue)) {
      pullers.put(
          queue,
          Thread.ofVirtual()
              .name("stream-reader-" + queue.number())
              .start(() -> pull(queue, Math.max(0, offset))));
    }
  }

  /** Gives up what was pulled, and pulls no more until it is told to again. */
  public synchronized void forget() {
    pullers.values().forEach(Thread::interrupt);
    for (Thread puller : pullers.values()) {
      Threads.join(puller, CLOSE_MAX);
    }
    pullers.clear();
    pulled.clear();
  }

  /** What was pulled next; null when nothing comes within the time. */
  public @Nullable Pulled next(Duration wait) throws InterruptedException {
    return pulled.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void pull(Queue queue, long from) {
    long offset = from;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        try {
          PullResult result = client.pullBlockIfNotFound(message(queue), "*", offset, PULL_MAX);
          offset = taken(queue, offset, result);
        } catch (MQClientException
            | MQBrokerException
            | RemotingException
            | IllegalStateException e) {
          log.debug("{} can't be pulled now: {}", queue, e.toString());
          Thread.sleep(AFTER_FAILURE);
        }
      }
    } catch (InterruptedException _) {
      // forgotten or closed
    }
  }

  /** Hands over what came. Returns where to go on. */
  private long taken(Queue queue, long offset, PullResult result) throws InterruptedException {
    return switch (result.getPullStatus()) {
      case FOUND -> {
        List<Sent> messages = new ArrayList<>();
        for (MessageExt message : result.getMsgFoundList()) {
          messages.add(
              new Sent(message.getQueueOffset(), message.getStoreTimestamp(), parts(message)));
        }
        pulled.put(new Pulled(queue, messages, result.getNextBeginOffset()));
        yield result.getNextBeginOffset();
      }
      case NO_NEW_MSG, NO_MATCHED_MSG -> Math.max(offset, result.getNextBeginOffset());
      case OFFSET_ILLEGAL -> {
        log.warn(
            "{} of {}: offset {} is not within {}..{}, beginning at the first",
            queue,
            topic,
            offset,
            result.getMinOffset(),
            result.getMaxOffset());
        if (offset == result.getMinOffset()) {
          Thread.sleep(AFTER_FAILURE);
        }
        yield result.getMinOffset();
      }
    };
  }

  private List<byte[]> parts(MessageExt message) {
    try {
      return message.getBody() == null ? List.of() : StreamFrame.split(message.getBody());
    } catch (IllegalArgumentException e) {
      log.warn("a message on {} is none of ours: {}", topic, e.getMessage());
      return List.of();
    }
  }

  private MessageQueue message(Queue queue) {
    return new MessageQueue(topic, queue.broker(), queue.number());
  }

  @Override
  public synchronized void close() {
    closed = true;
    forget();
    if (started) {
      RocketClients.shutdown(client::shutdown);
    }
  }
}
