package io.tidegate.shop.notification;

import io.tidegate.shop.customer.Consignee;
import io.tidegate.shop.customer.ConsigneeStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends recorded messages, in rounds: claim, send outside of any transaction, write what came of
 * it.
 *
 * <p>Any number of nodes may run one. A node that dies in a round leaves its claims to whoever
 * comes after their lease; the provider knows a message that comes again by its id.
 */
public final class NotificationWorker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(NotificationWorker.class);

  /** How long a stop waits for the round under way before it breaks it off. */
  private static final Duration STOP_MAX = Duration.ofSeconds(1);

  private final MessageStore store;
  private final ConsigneeStore consignees;
  private final Renderer renderer;
  private final MessageSender sender;
  private final SendSettings settings;
  private final ExecutorService calls =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("notify-", 0).factory());
  private final Semaphore wakes = new Semaphore(0);
  private volatile boolean stopping;
  private @Nullable Thread thread;

  public NotificationWorker(
      MessageStore store,
      ConsigneeStore consignees,
      Renderer renderer,
      MessageSender sender,
      SendSettings settings) {
    this.store = store;
    this.consignees = consignees;
    this.renderer = renderer;
    this.sender = sender;
    this.settings = settings;
  }

  /** Begins to look for messages. */
  public synchronized void start() {
    if (thread != null) {
      throw new IllegalStateException("started already");
    }
    thread = Thread.ofVirtual().name("notification").start(this::run);
  }

  /** Tells that messages were recorded, so that they need not wait for the next look. */
  public void wake() {
    if (wakes.availablePermits() == 0) {
      wakes.release();
    }
  }

  /** Lets the round under way end, but no longer than a second. */
  @Override
  public synchronized void close() {
    stopping = true;
    wakes.release();
    Thread running = thread;
    try {
      if (running != null && !running.join(STOP_MAX)) {
        running.interrupt();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    calls.shutdownNow();
  }

  private void run() {
    while (!stopping) {
      try {
        if (!round()) {
          wakes.tryAcquire(settings.pollEvery().toMillis(), TimeUnit.MILLISECONDS);
          wakes.drainPermits();
        }
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException e) {
        log.warn("messages wait: {}", e.getClass().getSimpleName());
        pause();
      }
    }
  }

  /**
   * Sends what is due, up to a batch.
   *
   * @return whether to look for more at once: not when nothing was due or the provider took nothing
   */
  boolean round() throws InterruptedException {
    List<Message> claimed = store.claim(settings.batchMax(), settings.lease());
    if (claimed.isEmpty()) {
      return false;
    }
    Map<Long, Consignee> people = people(claimed);
    List<Callable<SendResult>> tasks = new ArrayList<>(claimed.size());
    for (Message message : claimed) {
      tasks.add(() -> send(message, people.get(message.orderNumber())));
    }
    // Half of the lease leaves time to write the outcomes while the claims hold.
    long millisMax = settings.lease().toMillis() / 2;
    List<Future<SendResult>> results = calls.invokeAll(tasks, millisMax, TimeUnit.MILLISECONDS);
    List<SentMessage> sent = new ArrayList<>(claimed.size());
    boolean moved = false;
    for (int i = 0; i < claimed.size(); i++) {
      SendResult result = result(results.get(i));
      Message message = claimed.get(i);
      SendOutcome outcome = SendOutcome.of(result, message.tries(), settings);
      tell(message, outcome);
      sent.add(new SentMessage(message, outcome));
      moved |= result instanceof SendResult.Accepted;
    }
    store.end(sent);
    return moved;
  }

  private Map<Long, Consignee> people(List<Message> claimed) {
    List<Long> numbers =
        claimed.stream()
            .filter(message -> message.channel() == Channel.SMS)
            .map(Message::orderNumber)
            .distinct()
            .toList();
    return consignees.find(numbers).stream()
        .collect(Collectors.toMap(Consignee::orderNumber, Function.identity()));
  }

  private SendResult send(Message message, @Nullable Consignee person) throws InterruptedException {
    String to =
        switch (message.channel()) {
          case PUSH -> Long.toString(message.userId());
          case SMS -> person == null ? null : person.address().phone();
        };
    if (to == null) {
      return new SendResult.Rejected("no_consignee");
    }
    String text;
    try {
      text = renderer.render(message.template(), message.details());
    } catch (IllegalArgumentException _) {
      return new SendResult.Rejected("template");
    }
    return sender.send(new OutgoingMessage(message.providerId(), message.channel(), to, text));
  }

  /** The class of an error only: its text may hold a phone number. */
  private static SendResult result(Future<SendResult> future) throws InterruptedException {
    try {
      return future.get();
    } catch (CancellationException _) {
      return new SendResult.Unknown("timed_out");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      log.warn("sending broke: {}", cause == null ? "" : cause.getClass().getName());
      return new SendResult.Unknown("error");
    }
  }

  private static void tell(Message message, SendOutcome outcome) {
    if (outcome.state() == MessageState.FAILED) {
      log.warn("message {} is given up: {}", message.providerId(), outcome.why());
    }
  }

  private void pause() {
    try {
      wakes.tryAcquire(settings.pollEvery().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      stopping = true;
    }
  }
}
