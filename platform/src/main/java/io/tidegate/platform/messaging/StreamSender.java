package io.tidegate.platform.messaging;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to a topic that is in no log: parts that many give at the same time travel in one
 * message, and each giver hears when the broker has it. The database is not asked.
 *
 * <p>Everything is bounded: what waits, what is on its way, and how long the broker may take. While
 * it fails, parts are refused at once; one is let through now and then to see whether it is back.
 */
public final class StreamSender implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StreamSender.class);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(3);

  /**
   * A part and the one who waits for what becomes of it.
   *
   * @param tries whether it was let through to see whether the broker is back
   */
  private record Waiting(byte[] bytes, boolean tries, CompletableFuture<StreamAnswer> answer) {
    int size() {
      return StreamFrame.HEAD_BYTES + bytes.length;
    }
  }

  private final StreamSettings settings;
  private final DefaultMQProducer producer;
  private final LinkedBlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();
  private final AtomicInteger waitingBytes = new AtomicInteger();
  private final Semaphore sending;
  private final AtomicBoolean trying = new AtomicBoolean();
  private final Timer acknowledged;
  private final DistributionSummary messageParts;
  private final Counter failures;
  private final Counter refused;
  private final Thread thread;
  private volatile boolean failing;
  private volatile long tryAgainNanos;
  private volatile boolean closed;

  /** What fitted in no message any more; the thread's own. */
  private @Nullable Waiting left;

  private List<MessageQueue> queues = List.of();
  private int turn;
  private boolean started;

  /**
   * A sender; the broker's client is made with the first part.
   *
   * @param namesrv the broker's name server; it may come up later
   */
  public StreamSender(String namesrv, StreamSettings settings, MeterRegistry meters) {
    this.settings = settings;
    this.producer = new RocketClients(namesrv).producer(settings.topic() + "-sender");
    producer.setCompressMsgBodyOverHowmuch(Integer.MAX_VALUE); // compact already, and in a hurry
    this.sending = new Semaphore(settings.sendingMax());
    Gauge.builder("tidegate.stream.waiting", waitingBytes, AtomicInteger::get)
        .description("Bytes that are in no message yet")
        .baseUnit("bytes")
        .register(meters);
    this.acknowledged =
        Timer.builder("tidegate.stream.send")
            .description("From sending a message to the broker's acknowledgement")
            .publishPercentiles(0.5, 0.99)
            .register(meters);
    this.messageParts =
        DistributionSummary.builder("tidegate.stream.message.parts")
            .description("Parts that travelled in one message")
            .register(meters);
    this.failures =
        Counter.builder("tidegate.stream.failures")
            .description("Messages that the broker did not acknowledge")
            .register(meters);
    this.refused =
        Counter.builder("tidegate.stream.refused")
            .description("Parts that were refused, since too much waited or the broker was away")
            .register(meters);
    this.thread = Thread.ofVirtual().name("stream-" + settings.topic()).start(this::run);
  }

  /**
   * Gives a part, and waits until the broker has it or never will.
   *
   * @throws InterruptedException when the waiting was; the part may be sent all the same
   */
  public StreamAnswer send(byte[] part) throws InterruptedException {
    if (part.length + StreamFrame.HEAD_BYTES > settings.messageBytesMax()) {
      throw new IllegalArgumentException("a part of " + part.length + " bytes fits no message");
    }
    boolean tries = failing;
    if (closed || (tries && !isItsTurn())) {
      refused.increment();
      return StreamAnswer.UNAVAILABLE;
    }
    if (waitingBytes.addAndGet(part.length) > settings.waitingBytesMax() && !tries) {
      waitingBytes.addAndGet(-part.length);
      refused.increment();
      return StreamAnswer.FULL;
    }
    Waiting mine = new Waiting(part, tries, new CompletableFuture<>());
    waiting.add(mine);
    if (closed) {
      refuseWaiting(); // nobody looks any more
    }
    try {
      return mine.answer().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether a part may try what failed before: one at a time, and not at once. */
  private boolean isItsTurn() {
    return System.nanoTime() - tryAgainNanos >= 0 && trying.compareAndSet(false, true);
  }

  private void run() {
    try {
      while (!closed) {
        Waiting first = left == null ? waiting.take() : left;
        left = null;
        if (failing && !first.tries()) {
          refuse(first);
        } else {
          List<Waiting> parts = gather(first);
          sending.acquire();
          send(parts);
        }
      }
    } catch (InterruptedException _) {
      // closed
    }
    if (left != null) {
      refuse(left);
    }
    refuseWaiting();
  }

  private List<Waiting> gather(Waiting first) throws InterruptedException {
    if (waitingBytes.get() < settings.messageBytesMax()) {
      Thread.sleep(settings.linger());
    }
    List<Waiting> parts = new ArrayList<>();
    int bytes = 0;
    Waiting next = first;
    while (next != null) {
      bytes += next.size();
      if (bytes > settings.messageBytesMax()) {
        left = next;
        break;
      }
      parts.add(next);
      waitingBytes.addAndGet(-next.bytes().length);
      next = waiting.poll();
    }
    return parts;
  }

  private void send(List<Waiting> parts) throws InterruptedException {
    Acknowledgement acknowledgement = new Acknowledgement(parts);
    try {
      Message message =
          new Message(
              settings.topic(), StreamFrame.join(parts.stream().map(Waiting::bytes).toList()));
      messageParts.record(parts.size());
      producer.send(message, nextQueue(), acknowledgement, settings.answerMax().toMillis());
    } catch (MQClientException | MQBrokerException | RemotingException | IllegalStateException e) {
      // In the last of these the client wraps that it can't reach the name server.
      acknowledgement.onException(e);
    }
  }

  private MessageQueue nextQueue()
      throws MQClientException, MQBrokerException, RemotingException, InterruptedException {
    if (!started) {
      producer.start();
      started = true;
    }
    if (queues.isEmpty() || failing) {
      queues = producer.fetchPublishMessageQueues(settings.topic());
    }
    turn = (turn + 1) % queues.size();
    return queues.get(turn);
  }

  private void failed(Throwable cause) {
    failures.increment();
    if (!failing) {
      log.warn(
          "{} takes no messages: {}",
          settings.topic(),
          cause.toString().lines().findFirst().orElse(""));
    }
    tryAgainNanos = System.nanoTime() + settings.afterFailure().toNanos();
    failing = true; // and the thread refuses what waits
    trying.set(false);
  }

  private void succeeded() {
    if (failing) {
      log.info("{} takes messages again", settings.topic());
      failing = false;
      trying.set(false);
    }
  }

  private void refuseWaiting() {
    Waiting next = waiting.poll();
    while (next != null) {
      refuse(next);
      next = waiting.poll();
    }
  }

  private void refuse(Waiting part) {
    waitingBytes.addAndGet(-part.bytes().length);
    refused.increment();
    part.answer().complete(StreamAnswer.UNAVAILABLE);
  }

  /** Parts on their way to the broker. */
  private final class Acknowledgement implements SendCallback {
    private final List<Waiting> parts;
    private final long sentNanos = System.nanoTime();
    private final AtomicBoolean told = new AtomicBoolean();

    Acknowledgement(List<Waiting> parts) {
      this.parts = parts;
    }

    @Override
    public void onSuccess(SendResult sent) {
      if (sent.getSendStatus() == SendStatus.SEND_OK) {
        tell(null);
      } else {
        tell(new PublishException("the broker answered " + sent.getSendStatus(), null));
      }
    }

    @Override
    public void onException(Throwable e) {
      tell(e);
    }

    /** The client may call twice: after it threw, or when an answer comes late. */
    private void tell(@Nullable Throwable failure) {
      if (!told.compareAndSet(false, true)) {
        return;
      }
      sending.release();
      if (failure == null) {
        acknowledged.record(System.nanoTime() - sentNanos, TimeUnit.NANOSECONDS);
        succeeded();
      } else {
        failed(failure);
      }
      StreamAnswer answer = failure == null ? StreamAnswer.TAKEN : StreamAnswer.UNAVAILABLE;
      parts.forEach(part -> part.answer().complete(answer));
    }
  }

  /** Refuses what is in no message yet, and waits a little for what is on its way. */
  @Override
  public void close() {
    closed = true;
    Threads.join(thread, Duration.ofMillis(100));
    try {
      if (!sending.tryAcquire(settings.sendingMax(), CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        log.info("{}: some messages were not acknowledged before the end", settings.topic());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (started) {
      RocketClients.shutdown(producer::shutdown);
    }
  }
}
