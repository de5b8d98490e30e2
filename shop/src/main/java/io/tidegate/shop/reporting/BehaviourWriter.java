package io.tidegate.shop.reporting;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Leases;
import io.tidegate.platform.messaging.StreamReader;
import io.tidegate.platform.messaging.StreamReader.Pulled;
import io.tidegate.platform.messaging.StreamReader.Queue;
import io.tidegate.shop.reporting.BehaviourStore.Move;
import io.tidegate.shop.reporting.BehaviourStore.Place;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings behaviour from its topic into the lake, each message once: files, offsets and the batches
 * that are known are written in one transaction. One process does so at a time.
 */
public final class BehaviourWriter implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(BehaviourWriter.class);
  private static final String LEASE = "behaviour-writer";
  private static final Duration LEASE_TIME = Duration.ofSeconds(20);
  private static final Duration LEASE_RENEW = Duration.ofSeconds(5);
  private static final Duration AFTER_FAILURE = Duration.ofMillis(500);
  private static final Duration PULL_WAIT = Duration.ofMillis(100);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(3);

  private final LakeOutput output;
  private final LakeSettings settings;
  private final Bounds bounds;
  private final ZoneId zone;
  private final Database database;
  private final BehaviourStore store;
  private final Leases leases;
  private final StreamReader reader;
  private final String node;
  private final InstantSource clock;
  private final Counter written;
  private final Counter repeats;
  private final Counter unread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile long backlogMessages;
  private volatile double lagSeconds;

  private long epoch;
  private long renewedNanos;
  private long lookedNanos;
  private BatchWindow window;
  private final Map<Queue, Place> places = new HashMap<>();

  /**
   * Bounds of a write.
   *
   * @param rowsMax rows after which it happens
   * @param company how long rows wait for it
   * @param batchesKnown named batches that are remembered
   */
  public record Bounds(int rowsMax, Duration company, int batchesKnown) {
    public static final Bounds DEFAULT = new Bounds(50_000, Duration.ofSeconds(5), 131_072);
  }

  /** What was read and is in no file yet. */
  private static final class Gathered {
    final List<LakeRow> rows = new ArrayList<>();
    final List<BatchWindow.Key> named = new ArrayList<>();
    final Map<Queue, Move> moves = new HashMap<>();
    int repeats;
    final long sinceNanos = System.nanoTime();
  }

  /**
   * A writer that runs.
   *
   * @param reader of its topic, closed with it
   * @param node this process's name, that no other has
   */
  public BehaviourWriter(
      LakeGround ground,
      StreamReader reader,
      String node,
      Bounds bounds,
      InstantSource clock,
      MeterRegistry meters) {
    this.database = ground.database();
    this.store = new BehaviourStore(database);
    this.leases = new Leases(database);
    this.output = ground.output();
    this.settings = ground.lake().settings();
    this.zone = settings.zone();
    this.reader = reader;
    this.node = node;
    this.bounds = bounds;
    this.clock = clock;
    this.window = new BatchWindow(bounds.batchesKnown());
    this.written = counter(meters, "rows", "Events of behaviour that were written");
    this.repeats = counter(meters, "repeats", "Batches that came again and were left out");
    this.unread = counter(meters, "unreadable", "Parts of messages that are no behaviour");
    Gauge.builder("tidegate.lake.behaviour.backlog", () -> backlogMessages)
        .description("Messages that are not in the lake yet")
        .register(meters);
    Gauge.builder("tidegate.lake.behaviour.lag", () -> lagSeconds)
        .description("How long ago the last message in the lake was sent, while others wait")
        .baseUnit("seconds")
        .register(meters);
    this.thread = Thread.ofPlatform().daemon().name("behaviour-writer").start(this::run);
  }

  private static Counter counter(MeterRegistry meters, String what, String description) {
    return Counter.builder("tidegate.lake.behaviour." + what)
        .description(description)
        .register(meters);
  }

  private void run() {
    try {
      while (closed.getCount() > 0) {
        try {
          if (!hold()) {
            pause(LEASE_RENEW);
          } else {
            step();
          }
        } catch (DatabaseFailure | StreamReader.Unreachable e) {
          log.debug("behaviour waits: {}", e.getMessage());
          loseHold();
          pause(AFTER_FAILURE);
        } catch (IOException | SQLException | RuntimeException e) {
          log.error("behaviour is read again from where the lake has it", e);
          loseHold();
          pause(AFTER_FAILURE);
        }
      }
    } catch (InterruptedException _) {
      // closed
    }
    release();
  }

  private void pause(Duration time) throws InterruptedException {
    var _ = closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether this process writes; takes the queues over where it just began to. */
  private boolean hold() throws StreamReader.Unreachable {
    long now = System.nanoTime();
    if (epoch > 0 && now - renewedNanos < LEASE_RENEW.toNanos()) {
      return true;
    }
    Optional<Long> held = leases.hold(LEASE, node, LEASE_TIME);
    if (held.isEmpty()) {
      loseHold();
      return false;
    }
    renewedNanos = now;
    if (held.get() != epoch) {
      loseHold();
      take(held.get());
    }
    return true;
  }

  private void take(long newEpoch) throws StreamReader.Unreachable {
    List<Queue> queues = reader.queues();
    places.putAll(store.claim(newEpoch, queues));
    window = store.window(bounds.batchesKnown());
    queues.forEach(queue -> reader.read(queue, place(queue).next()));
    epoch = newEpoch;
  }

  private Place place(Queue queue) {
    return places.getOrDefault(queue, Place.FIRST);
  }

  /** What was read and not written comes again, from the stored offsets. */
  private void loseHold() {
    reader.forget();
    places.clear();
    epoch = 0;
  }

  /** Gathers what comes, and writes it. */
  private void step() throws InterruptedException, IOException, SQLException {
    Pulled first = reader.next(PULL_WAIT);
    if (first == null) {
      look();
      return;
    }
    Gathered gathered = new Gathered();
    Pulled next = first;
    while (next != null) {
      take(gathered, next);
      long left = bounds.company().toNanos() - (System.nanoTime() - gathered.sinceNanos);
      boolean full = gathered.rows.size() >= bounds.rowsMax() || left <= 0;
      next = full || closed.getCount() == 0 ? null : reader.next(Duration.ofNanos(left));
    }
    write(gathered);
    look();
  }

  private void take(Gathered gathered, Pulled pulled) {
    Place from = place(pulled.queue());
    Move before = gathered.moves.get(pulled.queue());
    Place place = before == null ? from : before.to();
    boolean anew = pulled.messages().getFirst().offset() < place.next();
    // A broker that lost its end, or all, has perhaps kept what was written already.
    long skipUntil = anew ? place.storedUntil() : place.skipUntil();
    long storedUntil = place.storedUntil();
    for (StreamReader.Sent message : pulled.messages()) {
      if (message.storedMillis() > skipUntil) {
        message.parts().forEach(part -> take(gathered, part));
      }
      storedUntil = Math.max(storedUntil, message.storedMillis());
    }
    gathered.moves.put(
        pulled.queue(), new Move(from, new Place(pulled.nextOffset(), storedUntil, skipUntil)));
  }

  private void take(Gathered gathered, byte[] part) {
    BehaviourText.Batch batch;
    try {
      batch = BehaviourText.read(part);
    } catch (IllegalArgumentException e) {
      unread.increment();
      log.warn("what is no behaviour is left out: {}", e.getMessage());
      return;
    }
    if (batch.named()) {
      BatchWindow.Key key = new BatchWindow.Key(batch.user(), batch.id());
      if (!window.add(key)) {
        gathered.repeats++;
        return;
      }
      gathered.named.add(key);
    }
    String id = batch.id().toString();
    for (BehaviourEvent event : batch.events()) {
      gathered.rows.add(row(id, batch.user(), event));
    }
  }

  private LakeRow row(String batch, long user, BehaviourEvent event) {
    Instant happened = Instant.EPOCH.plus(event.happenedMicros(), ChronoUnit.MICROS);
    @Nullable Object[] values = {
      null,
      happened,
      event.type().word(),
      batch,
      user,
      event.session(),
      event.sku(),
      event.category(),
      event.query(),
      event.region(),
      event.stars() == 0 ? null : Integer.valueOf(event.stars())
    };
    return new LakeRow(LakeTable.BEHAVIOUR, happened.atZone(zone).toLocalDate(), values);
  }

  private void write(Gathered gathered) throws IOException, SQLException {
    List<LakeFile.Written> made =
        gathered.rows.isEmpty()
            ? List.of()
            : output.write(Positions.NONE, 0, rows -> gathered.rows.forEach(rows));
    database.writeOnce(tx -> {
      LakeHome.demand(tx, settings);
      LakeFiles.add(tx, made);
      BehaviourStore.advance(tx, epoch, gathered.moves);
      BehaviourStore.remember(tx, gathered.named, bounds.batchesKnown());
      return true;
    });
    gathered.moves.forEach((queue, move) -> places.put(queue, move.to()));
    written.increment(gathered.rows.size());
    repeats.increment(gathered.repeats);
  }

  /** Notes how far behind it is. */
  private void look() {
    long now = System.nanoTime();
    if (now - lookedNanos < LOOK_EVERY.toNanos()) {
      return;
    }
    lookedNanos = now;
    long waiting = 0;
    long stored = 0;
    try {
      for (Map.Entry<Queue, Place> place : places.entrySet()) {
        waiting += Math.max(0, reader.end(place.getKey()) - place.getValue().next());
        stored = Math.max(stored, place.getValue().storedUntil());
      }
    } catch (StreamReader.Unreachable e) {
      log.debug("nobody tells how far behind behaviour is: {}", e.getMessage());
      return;
    }
    backlogMessages = waiting;
    lagSeconds = waiting == 0 || stored == 0 ? 0 : Math.max(0, clock.millis() - stored) / 1_000.0;
  }

  private void release() {
    if (epoch > 0) {
      try {
        leases.release(LEASE, node);
      } catch (DatabaseFailure e) {
        log.debug("the lease runs out by itself: {}", e.getMessage());
      }
    }
  }

  /** Writes what was read so far, and ends. */
  @Override
  public void close() {
    closed.countDown();
    try {
      if (!thread.join(CLOSE_MAX)) {
        thread.interrupt();
        thread.join(CLOSE_MAX);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    reader.close();
  }
}
