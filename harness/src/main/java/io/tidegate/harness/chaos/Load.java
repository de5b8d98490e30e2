package io.tidegate.harness.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/** Customers who go their ways side by side until they are stopped; their history is kept. */
final class Load {
  /** After a request that failed, as a patient client does. */
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Door door;
  private final Wishes wishes;
  private final Queue<Journey> journeys = new ConcurrentLinkedQueue<>();
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean stopped;

  private Load(Door door, Wishes wishes) {
    this.door = door;
    this.wishes = wishes;
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
      while (!stopped) {
        Journey journey = wishes.next();
        journeys.add(journey);
        walk(journey);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Goes on until a request is not answered with yes. */
  private void walk(Journey journey) throws InterruptedException {
    for (Journey.Step step : journey.plan().steps()) {
      if (stopped) {
        return;
      }
      Answer answer = door.send(step, journey);
      journey.note(step, answer);
      if (!(answer instanceof Answer.Done)) {
        LockSupport.parkNanos(PAUSE.toNanos());
        return;
      }
    }
  }

  /** Returns when all requests under way are answered or given up. */
  List<Journey> stop() throws InterruptedException {
    stopped = true;
    for (Thread client : clients) {
      client.join();
    }
    return List.copyOf(journeys);
  }
}
