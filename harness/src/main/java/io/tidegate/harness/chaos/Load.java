package io.tidegate.harness.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Customers who go their ways side by side until they are stopped; their history is kept. */
final class Load {
  /** After a request that failed, as a patient client does. */
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Door door;
  private final Wishes wishes;
  private final Queue<Journey> journeys = new ConcurrentLinkedQueue<>();
  private final List<Thread> clients = new ArrayList<>();
  private final Map<Journey.Step, AtomicInteger> done = new EnumMap<>(Journey.Step.class);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile Duration rest = Duration.ZERO;

  private Load(Door door, Wishes wishes) {
    this.door = door;
    this.wishes = wishes;
    for (Journey.Step step : Journey.Step.values()) {
      done.put(step, new AtomicInteger());
    }
  }

  static Load start(Door door, Wishes wishes, int clients) {
    Load load = new Load(door, wishes);
    for (int i = 0; i < clients; i++) {
      load.clients.add(Thread.ofVirtual().name("client-" + i).start(load::run));
    }
    return load;
  }

  private void run() {
    try {
      do {
        Journey journey = wishes.next();
        journeys.add(journey);
        walk(journey);
      } while (!stopped.await(rest.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Goes on until a request is not answered with yes. */
  private void walk(Journey journey) throws InterruptedException {
    for (Journey.Step step : journey.plan().steps()) {
      if (stopped.getCount() == 0) {
        return;
      }
      Answer answer = door.send(step, journey);
      journey.note(step, answer);
      if (!(answer instanceof Answer.Done)) {
        LockSupport.parkNanos(PAUSE.toNanos());
        return;
      }
      counted(step).incrementAndGet();
    }
  }

  private AtomicInteger counted(Journey.Step step) {
    return Objects.requireNonNull(done.get(step));
  }

  /** How many requests of a kind were answered with yes so far. */
  int done(Journey.Step step) {
    return counted(step).get();
  }

  /** From now on each customer rests so long after an order. */
  void slowDown(Duration after) {
    rest = after;
  }

  /** Returns when all requests under way are answered or given up. */
  List<Journey> stop() throws InterruptedException {
    stopped.countDown();
    for (Thread client : clients) {
      client.join();
    }
    return List.copyOf(journeys);
  }
}
