package io.tidegate.platform.messaging;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullCallback;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pulls one queue, as long as it is this node's: one request at a time, held by the broker while
 * there is nothing, and a few results ahead of the consumer.
 */
@SuppressWarnings("deprecation") // of the pull consumer; see RocketClients
final class QueuePuller implements PullCallback {

  private static final Logger log = LoggerFactory.getLogger(QueuePuller.class);
  private static final int AHEAD_MAX = 2;
  private static final Duration AFTER_FAILURE = Duration.ofMillis(500);

  private final QueueLease lease;
  private final DefaultMQPullConsumer client;
  private final String filter;
  private final int pullMax;
  private final BlockingQueue<Arrival> target;
  private final AtomicInteger ahead = new AtomicInteger();
  private volatile long offset;
  private volatile boolean stopped;

  /** Set while no request is out since enough lies ahead; who clears it sends the next one. */
  private final AtomicBoolean waits = new AtomicBoolean();

  QueuePuller(
      QueueLease lease,
      DefaultMQPullConsumer client,
      String filter,
      int pullMax,
      BlockingQueue<Arrival> target) {
    this.lease = lease;
    this.client = client;
    this.filter = filter;
    this.pullMax = pullMax;
    this.target = target;
    this.offset = Math.max(0, lease.nextOffset());
  }

  QueueLease lease() {
    return lease;
  }

  boolean isStopped() {
    return stopped;
  }

  /** Where the queue goes on once everything that was pulled is done, if all of it is. */
  Optional<Long> idleOffset() {
    long at = offset;
    return ahead.get() == 0 ? Optional.of(at) : Optional.empty();
  }

  void start() {
    pull();
  }

  void stop() {
    stopped = true;
  }

  /** Says that a result was taken and is done with. */
  void done() {
    if (ahead.decrementAndGet() < AHEAD_MAX && waits.compareAndSet(true, false)) {
      pull();
    }
  }

  private void pull() {
    if (stopped) {
      return;
    }
    try {
      client.pullBlockIfNotFound(lease.queue(), filter, offset, pullMax, this);
    } catch (MQClientException | RemotingException | IllegalStateException e) {
      // In the last of these the client wraps that it can't reach the name server.
      later(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void onSuccess(PullResult result) {
    if (stopped) {
      return;
    }
    switch (result.getPullStatus()) {
      case FOUND -> deliver(result);
      case NO_NEW_MSG, NO_MATCHED_MSG -> {
        offset = Math.max(offset, result.getNextBeginOffset());
        pull();
      }
      case OFFSET_ILLEGAL -> {
        log.warn(
            "{}: offset {} is not within {}..{}, beginning at the first",
            lease.queue(),
            offset,
            result.getMinOffset(),
            result.getMaxOffset());
        if (offset == result.getMinOffset()) {
          later(new MQClientException("offset refused", null));
        } else {
          offset = result.getMinOffset();
          pull();
        }
      }
    }
  }

  private void deliver(PullResult result) {
    List<LoggedEvent> events =
        result.getMsgFoundList().stream()
            .map((MessageExt message) -> Envelope.event(message))
            .flatMap(Optional::stream)
            .toList();
    int waiting = ahead.incrementAndGet();
    long next = result.getNextBeginOffset();
    offset = next;
    target.add(new Arrival.Pulled(this, events, next));
    if (waiting < AHEAD_MAX) {
      pull();
    } else {
      pause();
    }
  }

  /** Waits for {@link #done}; it may have come in between. */
  private void pause() {
    waits.set(true);
    if (ahead.get() < AHEAD_MAX && waits.compareAndSet(true, false)) {
      pull();
    }
  }

  @Override
  public void onException(Throwable e) {
    later(e);
  }

  private void later(Throwable e) {
    if (!stopped) {
      log.debug("{} can't be pulled now: {}", lease.queue(), e.toString());
      CompletableFuture.delayedExecutor(AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS)
          .execute(this::pull);
    }
  }
}
