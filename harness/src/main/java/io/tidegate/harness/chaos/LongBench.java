package io.tidegate.harness.chaos;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Many orders from placing to their end, refunds and returns among them, while providers go wrong
 * and parts are killed, all drawn from one seed; then everything is well, drains, and is compared.
 */
final class LongBench {
  /** Lives that are begun and not ended; most of them rest. */
  private static final int ALIVE_MAX = 6_000;

  private static final Duration TOLD_EVERY = Duration.ofSeconds(10);
  private static final int FINDINGS_SHOWN_MAX = 20;
  private static final int PIECES_MAX = 3;
  private static final int LINES_MAX = 3;

  /** A run of so many orders is long enough for all of these to happen. */
  private static final int ALL_HAPPENS_FROM = 20_000;

  private static final List<String> HAPPENS =
      List.of(
          "cancelled",
          "paid",
          "paid about when it closed",
          "paid twice",
          "keys repeated",
          "refund of all taken",
          "refund of some taken",
          "refund refused: already_shipped",
          "refund refused: over_refund",
          "return of all taken",
          "return of some taken",
          "returns handed over",
          "staff: return received",
          "staff: return accepted",
          "staff: return accepted in part",
          "staff: return not accepted",
          "staff: return rejected",
          "staff: refund approved",
          "staff: a second person was wanted",
          "staff: waiting: retry",
          "staff: waiting: new_number",
          "staff: parked money given back");

  private final Plan plan;

  private final Rig rig;
  private final Tidegate tidegate;
  private final HttpDoor door;
  private final EvidenceReader reader;
  private final Consumer<String> progress;
  private final Counts counts = new Counts();
  private final Counts struck = new Counts();
  private final Queue<Finding> findings = new ConcurrentLinkedQueue<>();
  private final AtomicInteger alive = new AtomicInteger();
  private final Town town;

  /**
   * What is asked for.
   *
   * @param clients at the door at once
   * @param perSecond orders begun; 0: as fast as they are answered
   * @param providers that customers pay at
   */
  record Plan(
      int orders, int kills, int clients, int perSecond, long seed, List<Provider> providers) {}

  /** Who buys what, and who decides. */
  record People(List<String> customers, List<String> skus, String first, String second) {}

  /**
   * What it came to.
   *
   * @param requests of customers and staff, each sending counted
   * @param compared empty where the system was gone, or could not be read
   */
  record Result(
      Map<String, Long> counts,
      Map<String, Long> struck,
      List<Kills.Kill> kills,
      Requests.Told requests,
      Outcome outcome,
      Optional<Ending.Compared> compared,
      AtEnd end,
      Duration lived,
      Duration drained,
      List<Finding> findings) {}

  LongBench(Plan plan, Tidegate tidegate, Rig rig, HttpDoor door, Consumer<String> progress) {
    this.plan = plan;
    this.tidegate = tidegate;
    this.rig = rig;
    this.door = door;
    this.progress = progress;
    this.reader = new EvidenceReader(rig.database(), rig.simulators(), plan.providers());
    this.town = new Town(door, plan.clients(), counts, this::found);
  }

  Result run(People people) throws InterruptedException {
    long begun = System.nanoTime();
    Desk desk = new Desk(door, people.first(), people.second(), counts, this::found, plan.seed());
    Kills kills =
        new Kills(
            Kills.planned(plan.kills(), plan.orders(), plan.seed()),
            rig,
            door,
            reader,
            counts,
            this::found,
            progress);
    Weather weather = Weather.start(rig.simulators(), plan.providers(), struck, plan.seed());
    desk.start();
    kills.start();
    Thread teller = Thread.ofVirtual().name("teller").start(() -> tell(kills, begun));
    try (reader) {
      List<Life> lives;
      List<Kills.Kill> killed;
      boolean well = false;
      try {
        lives = live(people, kills);
        killed = kills.stop();
      } finally {
        teller.interrupt();
        well = calmed(weather);
      }
      Duration lived = Duration.ofNanos(System.nanoTime() - begun);
      Ended ended = ended(lives, people, desk, kills.gone() || !well);
      met(killed);
      AtEnd end = AtEnd.of(rig);
      end.findings().forEach(this::found);
      return new Result(
          counts.byName(),
          struck.byName(),
          killed,
          door.told(),
          ended
              .compared()
              .map(Ending.Compared::outcome)
              .orElseGet(() -> Outcome.unread(lives.size(), Ending.acknowledged(lives))),
          ended.compared(),
          end,
          lived,
          ended.drained(),
          List.copyOf(findings));
    }
  }

  /** Whether providers are well again: else nothing drains, as is found then. */
  private boolean calmed(Weather weather) throws InterruptedException {
    try {
      weather.calm();
      return true;
    } catch (ChaosFailure e) {
      found(Finding.broken(String.valueOf(e.getMessage())));
      return false;
    }
  }

  private record Ended(Duration drained, Optional<Ending.Compared> compared) {}

  /**
   * Lets all drain and compares it. What can't be read is found, and what there is is told.
   *
   * @param gone whether there is nothing to be drained
   */
  private Ended ended(List<Life> lives, People people, Desk desk, boolean gone)
      throws InterruptedException {
    if (gone) {
      desk.stop();
      return new Ended(Duration.ZERO, Optional.empty());
    }
    progress.accept("all lives are led; providers are well; draining");
    long begun = System.nanoTime();
    Duration drained = Duration.ZERO;
    try {
      Ending ending =
          new Ending(
              tidegate,
              rig,
              door,
              reader,
              desk,
              new Statements(
                  door, rig.simulators(), people.first(), plan.providers(), counts, progress),
              progress);
      ending.drain().forEach(this::found);
      drained = Duration.ofNanos(System.nanoTime() - begun);
      desk.stop();
      return new Ended(drained, Optional.of(ending.compare(lives, this::found)));
    } catch (ChaosFailure | SQLException | IOException e) {
      found(Finding.broken("in the end: " + e.getMessage()));
      return new Ended(drained, Optional.empty());
    } finally {
      desk.stop();
    }
  }

  /** The first ones are told at once. */
  private void found(Finding finding) {
    findings.add(finding);
    if (findings.size() <= FINDINGS_SHOWN_MAX) {
      progress.accept(finding.toString());
    }
  }

  /**
   * Begins a life after the other, at the pace, for as long as there is a system, and returns when
   * all have ended.
   */
  private List<Life> live(People people, Kills kills) throws InterruptedException {
    List<Life> lives = new ArrayList<>(plan.orders());
    Semaphore room = new Semaphore(ALIVE_MAX);
    long next = System.nanoTime();
    for (int i = 0; i < plan.orders() && !kills.gone(); i++) {
      room.acquire();
      town.enter();
      Life life = life(i, people);
      lives.add(life);
      alive.incrementAndGet();
      Thread.ofVirtual()
          .name("life-" + i)
          .start(() -> {
            try {
              new Customer(life, town).live();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
              found(Finding.broken(life + " broke off: " + e));
            } finally {
              alive.decrementAndGet();
              town.leave();
              room.release();
            }
          });
      if (plan.perSecond() > 0) {
        next = Math.max(next + 1_000_000_000L / plan.perSecond(), System.nanoTime());
        LockSupport.parkNanos(next - System.nanoTime());
      }
    }
    room.acquire(ALIVE_MAX);
    return lives;
  }

  /** The same in every run of its seed, whatever the others do. */
  private Life life(int index, People people) {
    SplittableRandom dice = new SplittableRandom(plan.seed() * 1_000_003L + index);
    Intent intent = Intent.of(dice.nextInt(100));
    String token = people.customers().get(dice.nextInt(people.customers().size()));
    Map<String, Integer> wanted = new TreeMap<>();
    int lines = 1 + dice.nextInt(LINES_MAX);
    while (wanted.size() < lines) {
      wanted.put(
          people.skus().get(dice.nextInt(people.skus().size())), 1 + dice.nextInt(PIECES_MAX));
    }
    List<Provider> providers = new ArrayList<>(plan.providers());
    Collections.rotate(providers, dice.nextInt(providers.size()));
    return new Life("long-" + plan.seed() + "-" + index, token, intent, wanted, dice, providers);
  }

  private void tell(Kills kills, long begun) {
    while (!Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(TOLD_EVERY.toNanos());
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      progress.accept(
          "%,d of %,d placed after %d s, %,d paid, %,d claims taken, %d of %d kills, %,d lives, %d requests under way, %d findings"
              .formatted(
                  counts.of("placed"),
                  plan.orders(),
                  Duration.ofNanos(System.nanoTime() - begun).toSeconds(),
                  counts.of("paid"),
                  counts.of("refund of all taken")
                      + counts.of("refund of some taken")
                      + counts.of("return of all taken")
                      + counts.of("return of some taken"),
                  kills.soFar(),
                  plan.kills(),
                  alive.get(),
                  door.inFlight(),
                  findings.size()));
    }
  }

  /** What did not happen shows nothing: kills that met nothing, faults that struck nobody. */
  private void met(List<Kills.Kill> killed) {
    if (killed.size() < plan.kills()) {
      found(Finding.broken("%d of %d kills were done".formatted(killed.size(), plan.kills())));
    }
    killed.stream()
        .filter(kill -> kill.inFlight() == 0)
        .forEach(kill -> found(Finding.broken(kill + " met no request")));
    if (plan.orders() < ALL_HAPPENS_FROM) {
      return;
    }
    for (String name : HAPPENS) {
      if (counts.of(name) == 0) {
        found(Finding.broken("it never happened: " + name));
      }
    }
    for (Provider provider : plan.providers()) {
      if (counts.of("paid at " + provider.wire()) == 0) {
        found(Finding.broken("nobody paid at " + provider.wire()));
      }
      for (Weather.Spell spell : Weather.of(provider)) {
        if (struck.of(spell.name()) == 0) {
          found(Finding.broken("no call was struck: " + spell.name()));
        }
      }
    }
  }
}
