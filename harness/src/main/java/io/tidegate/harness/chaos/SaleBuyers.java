package io.tidegate.harness.chaos;

import io.tidegate.harness.chaos.Journey.Plan;
import io.tidegate.harness.chaos.Journey.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Customers of one sale who go on asking either node for a piece until they are stopped. Of the
 * first that get one a third never pays; later ones all do. An answer that didn't come is asked for
 * again under the same key until it is there.
 */
final class SaleBuyers {
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** A customer who was told that nothing is there looks again after this. */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  /**
   * Who does not pay is among those of the first seconds, so that their pieces come back in time.
   */
  private static final Duration UNPAID_FOR = Duration.ofSeconds(30);

  private static final int ONE_OF_UNPAID = 3;

  /** A request that is never answered ends its customer. */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(90);

  private final List<HttpDoor> doors;
  private final SaleCounter counter;
  private final SaleCounter.Sale sale;
  private final Wishes wishes;
  private final Queue<Journey> journeys = new ConcurrentLinkedQueue<>();
  private final List<Thread> clients = new ArrayList<>();
  private final AtomicInteger drawn = new AtomicInteger();
  private final AtomicInteger unknown = new AtomicInteger();
  private final AtomicInteger resolved = new AtomicInteger();
  private final long startNanos = System.nanoTime();
  private volatile boolean stopped;

  private SaleBuyers(
      List<HttpDoor> doors, SaleCounter counter, SaleCounter.Sale sale, Wishes wishes) {
    this.doors = List.copyOf(doors);
    this.counter = counter;
    this.sale = sale;
    this.wishes = wishes;
  }

  static SaleBuyers start(
      List<HttpDoor> doors, SaleCounter counter, SaleCounter.Sale sale, Wishes wishes, int count) {
    SaleBuyers buyers = new SaleBuyers(doors, counter, sale, wishes);
    for (int i = 0; i < count; i++) {
      buyers.clients.add(Thread.ofVirtual().name("buyer-" + i).start(buyers::run));
    }
    return buyers;
  }

  /** Orders whose outcome their customers did not know for a while. */
  int unknown() {
    return unknown.get();
  }

  /** Of these, those that the same key has settled. */
  int resolved() {
    return resolved.get();
  }

  /** Returns when every request is answered or given up: those who were told anything but no. */
  List<Journey> stop() throws InterruptedException {
    stopped = true;
    for (Thread client : clients) {
      client.join();
    }
    return journeys.stream()
        .filter(journey -> !(journey.answer(Step.PLACE) instanceof Answer.Refused))
        .toList();
  }

  private void run() {
    try {
      while (!stopped) {
        int turn = drawn.getAndIncrement();
        boolean early = System.nanoTime() - startNanos < UNPAID_FOR.toNanos();
        Plan plan = early && turn % ONE_OF_UNPAID == 0 ? Plan.LEAVE : Plan.PAY;
        Journey journey = wishes.of(plan, sale.sku(), null);
        Answer answer = placed(journey, turn);
        if (answer instanceof Answer.Done) {
          pay(journey, turn);
        } else {
          LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks one node and then, while nobody knows what came of it, either. */
  private Answer placed(Journey journey, int turn) throws InterruptedException {
    journeys.add(journey);
    long until = System.nanoTime() + ANSWER_MAX.toNanos();
    Answer answer = counter.buy(door(turn), sale, journey);
    journey.note(Step.PLACE, answer);
    if (isKnown(answer)) {
      return answer;
    }
    unknown.incrementAndGet();
    for (int i = 1; !isKnown(answer) && System.nanoTime() < until; i++) {
      LockSupport.parkNanos(PAUSE.toNanos());
      answer = counter.buy(door(turn + i), sale, journey);
      journey.note(Step.PLACE, answer);
    }
    if (isKnown(answer)) {
      resolved.incrementAndGet();
    }
    return answer;
  }

  /** What is not answered here is asked again when the system is settled. */
  private void pay(Journey journey, int turn) throws InterruptedException {
    for (Step step : journey.plan().steps()) {
      if (step != Step.PLACE && !(paid(journey, step, turn) instanceof Answer.Done)) {
        return;
      }
    }
  }

  private Answer paid(Journey journey, Step step, int turn) throws InterruptedException {
    long until = System.nanoTime() + ANSWER_MAX.toNanos();
    Answer answer = door(turn).send(step, journey);
    for (int i = 1; !isKnown(answer) && System.nanoTime() < until; i++) {
      LockSupport.parkNanos(PAUSE.toNanos());
      answer = door(turn + i).send(step, journey);
    }
    journey.note(step, answer);
    return answer;
  }

  private HttpDoor door(int turn) {
    return doors.get(Math.floorMod(turn, doors.size()));
  }

  private static boolean isKnown(Answer answer) {
    return switch (answer) {
      case Answer.Done _, Answer.Refused _ -> true;
      case Answer.NotYet _, Answer.Unknown _ -> false;
    };
  }
}
