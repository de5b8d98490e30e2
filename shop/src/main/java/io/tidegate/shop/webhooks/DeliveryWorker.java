package io.tidegate.shop.webhooks;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.http.OutwardAnswer;
import io.tidegate.platform.messaging.CloudEventJson;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.messaging.LoggedEvent;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends deliveries that are due: claims for each receiver as many as it has room for, sends outside
 * of any transaction, writes what came of many tries at once.
 *
 * <p>Any number of nodes may run one. A node that dies leaves its claims to whoever comes after
 * their lease; the receiver knows what comes again by its {@code webhook-id}. What is under way is
 * bounded by the number of subscriptions and by the room of each, so a receiver that hangs holds up
 * itself only.
 */
final class DeliveryWorker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DeliveryWorker.class);
  private static final int END_BATCH_MAX = 200;
  private static final Duration END_LOOK = Duration.ofMillis(200);
  private static final Duration STOP_MAX = Duration.ofSeconds(1);
  private static final TryResult BROKEN_OFF =
      new TryResult.Silent(OutwardAnswer.Failed.Why.STOPPING.code());

  private final Ground ground;
  private final WebhookSettings settings;
  private final WebhookBody bodies;
  private final Map<Long, AtomicInteger> underWay = new ConcurrentHashMap<>();
  private final LinkedBlockingQueue<DeliveryStore.Ended> ended = new LinkedBlockingQueue<>();
  private final ExecutorService calls =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("webhook-", 0).factory());
  private final Semaphore wakes = new Semaphore(0);
  private final List<Thread> threads;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /**
   * What it works on.
   *
   * @param form how events are written
   */
  record Ground(
      WebhookStore store,
      DeliveryStore deliveries,
      EventLog events,
      CloudEventJson form,
      WebhookSender sender,
      InstantSource clock,
      MeterRegistry meters) {}

  DeliveryWorker(Ground ground, WebhookSettings settings) {
    this.ground = ground;
    this.settings = settings;
    this.bodies = new WebhookBody(ground.form());
    this.threads =
        List.of(
            Thread.ofVirtual().name("webhooks-claim").unstarted(this::claim),
            Thread.ofVirtual().name("webhooks-end").unstarted(this::end));
    for (String result : List.of("delivered", "failed", "given_up")) {
      tries(result); // known before the first
    }
  }

  void start() {
    threads.forEach(Thread::start);
  }

  /** Tells that deliveries were made, so that they need not wait for the next look. */
  void wake() {
    if (wakes.availablePermits() == 0) {
      wakes.release();
    }
  }

  private void claim() {
    while (!isStopping()) {
      try {
        if (!round()) {
          var _ = wakes.tryAcquire(settings.pollEvery().toMillis(), TimeUnit.MILLISECONDS);
          wakes.drainPermits();
        }
      } catch (InterruptedException _) {
        return;
      } catch (RejectedExecutionException _) {
        return; // closed: what was claimed comes after its lease
      } catch (RuntimeException e) {
        log.warn("webhooks wait: {}", e.toString());
        pause();
      }
    }
  }

  /** Claims what there is room for and begins to send it. Returns whether there was anything. */
  private boolean round() {
    Map<Long, Subscription> active =
        ground.store().active().stream()
            .collect(Collectors.toMap(Subscription::id, Function.identity()));
    underWay.keySet().removeIf(id -> !active.containsKey(id) && underWay(id).get() == 0);
    Map<Long, Integer> room = new HashMap<>();
    for (Subscription each : active.values()) {
      // Who asked to be slower is tried with one until it takes something.
      int most = each.slowSteps() > 0 ? 1 : settings.perEndpointMax();
      int free = most - underWay(each.id()).get();
      if (each.slowUntil() == null && free > 0) {
        room.put(each.id(), free);
      }
    }
    List<Delivery> claimed =
        room.isEmpty() ? List.of() : ground.deliveries().claim(room, settings.lease());
    if (claimed.isEmpty()) {
      return false;
    }
    Map<Long, LoggedEvent> events = events(claimed);
    Map<Long, WebhookStore.Secrets> secrets =
        ground.store().secrets(claimed.stream().map(Delivery::subscription).distinct().toList());
    for (Delivery delivery : claimed) {
      Subscription to = active.get(delivery.subscription());
      WebhookStore.Secrets signing = secrets.get(delivery.subscription());
      LoggedEvent event = delivery.position() == null ? null : events.get(delivery.position());
      if (to != null && signing != null) {
        underWay(to.id()).incrementAndGet();
        calls.execute(() -> deliver(delivery, to, signing, event));
      }
    }
    return true;
  }

  private AtomicInteger underWay(long subscription) {
    return underWay.computeIfAbsent(subscription, _ -> new AtomicInteger());
  }

  private Map<Long, LoggedEvent> events(List<Delivery> claimed) {
    Set<Long> wanted = new HashSet<>();
    for (Delivery each : claimed) {
      Long position = each.position();
      if (position != null) {
        wanted.add(position);
      }
    }
    long[] positions = wanted.stream().mapToLong(Long::longValue).toArray();
    return positions.length == 0
        ? Map.of()
        : ground.events().at(positions).stream()
            .collect(Collectors.toMap(LoggedEvent::position, Function.identity()));
  }

  private void deliver(
      Delivery delivery,
      Subscription to,
      WebhookStore.Secrets secrets,
      @Nullable LoggedEvent event) {
    TryResult result;
    try {
      result = send(delivery, to, secrets, event);
    } catch (RuntimeException e) {
      log.error("webhook {} to subscription {} broke", delivery.webhookId(), to.id(), e);
      result = new TryResult.Silent("error");
    }
    if (result.equals(BROKEN_OFF)) {
      return; // who claims it next sends it again
    }
    double chance = ThreadLocalRandom.current().nextDouble();
    Verdict verdict = Verdict.of(result, delivery.tries(), to.slowSteps(), chance, settings);
    ended.add(new DeliveryStore.Ended(delivery, verdict)); // bounded by what is under way
  }

  private TryResult send(
      Delivery delivery,
      Subscription to,
      WebhookStore.Secrets secrets,
      @Nullable LoggedEvent event) {
    byte[] body;
    if (delivery.position() == null) {
      body = bodies.test(delivery);
    } else if (event == null) {
      return new TryResult.Unsendable(TryResult.Unsendable.Why.EVENT_GONE);
    } else {
      body = bodies.event(event);
    }
    if (body.length >= WebhookSettings.BODY_BYTES_MAX) {
      return new TryResult.Unsendable(TryResult.Unsendable.Why.TOO_LARGE);
    }
    long seconds = ground.clock().instant().getEpochSecond();
    return ground
        .sender()
        .send(
            URI.create(to.url()),
            WebhookHeaders.of(delivery.webhookId(), seconds, body, secrets),
            body);
  }

  /** Writes what came of tries; when it stops, what has come until then. */
  private void end() {
    List<DeliveryStore.Ended> batch = new ArrayList<>();
    while (!isStopping() || !ended.isEmpty()) {
      try {
        if (batch.isEmpty()) {
          DeliveryStore.Ended first = ended.poll(END_LOOK.toMillis(), TimeUnit.MILLISECONDS);
          if (first == null) {
            continue;
          }
          batch.add(first);
        }
        ended.drainTo(batch, END_BATCH_MAX - batch.size());
        write(batch);
        wake();
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException e) {
        log.warn("what came of {} webhooks waits to be written: {}", batch.size(), e.toString());
        if (isStopping()) {
          return;
        }
        pause();
      }
    }
  }

  /**
   * Writes results in one transaction, and takes them out of the batch. Where the database refuses
   * one of them for what it is, they are written in halves, down to that one: it is left out, and
   * its delivery comes again after its lease.
   *
   * @throws DatabaseFailure where the same may work later; what is not written is in the batch
   */
  private void write(List<DeliveryStore.Ended> batch) {
    try {
      ground.deliveries().end(batch, settings.disableAfter());
      batch.forEach(this::tell);
    } catch (DatabaseFailure.BadData | DatabaseFailure.Conflict e) {
      if (batch.size() > 1) {
        write(batch.subList(0, batch.size() / 2));
        write(batch);
        return;
      }
      Delivery bad = batch.getFirst().delivery();
      log.error(
          "what came of webhook {} to subscription {} can't be written",
          bad.webhookId(),
          bad.subscription(),
          e);
      underWay(bad.subscription()).decrementAndGet();
    }
    batch.clear();
  }

  private void tell(DeliveryStore.Ended each) {
    Verdict verdict = each.verdict();
    underWay(each.delivery().subscription()).decrementAndGet();
    switch (verdict.state()) {
      case DELIVERED -> tries("delivered").increment();
      case WAITING, SENDING -> tries("failed").increment();
      case FAILED -> {
        tries("given_up").increment();
        log.warn(
            "webhook {} to subscription {} is given up: {}",
            each.delivery().webhookId(),
            each.delivery().subscription(),
            verdict.why());
      }
    }
  }

  private Counter tries(String result) {
    return Counter.builder("tidegate.webhooks.tries")
        .description("Tries to deliver a webhook")
        .tag("result", result)
        .register(ground.meters());
  }

  /** A wait of its own: what wakes the claiming thread is not taken from it. */
  private void pause() {
    try {
      var _ = stopped.await(settings.pollEvery().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      stopped.countDown();
    }
  }

  private boolean isStopping() {
    return stopped.getCount() == 0;
  }

  /** Breaks off what is under way: whoever comes after the lease sends it again. */
  @Override
  public void close() {
    stopped.countDown();
    wakes.release();
    calls.shutdownNow();
    try {
      for (Thread each : threads) {
        if (each.isAlive() && !each.join(STOP_MAX)) {
          each.interrupt();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
