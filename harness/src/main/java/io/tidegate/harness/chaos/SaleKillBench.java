package io.tidegate.harness.chaos;

import io.tidegate.harness.bench.BenchFailure;
import io.tidegate.harness.bench.Plan;
import io.tidegate.harness.bench.SaleKills;
import io.tidegate.harness.bench.SaleRows;
import io.tidegate.harness.chaos.Journey.Step;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Flash sales on two nodes, in each of which the program or the database is killed while it sells,
 * pieces are added, and a third of the first winners does not pay. At the end every piece is paid
 * for, once; every key is answered as it was; and the audit is clean.
 */
public final class SaleKillBench implements SaleKills {
  private static final List<Victim> VICTIMS =
      List.of(Victim.PROGRAM, Victim.POSTMASTER, Victim.BACKEND);

  /** Slow enough that a sale is still going on when it is struck. */
  private static final int PER_SECOND_MAX = 200;

  private static final int NODES = 2;
  private static final int PER_USER = 50;
  private static final int PAY_WINDOW_MINUTES = 1;
  private static final int CLIENTS_MAX = 256;
  private static final Duration OPEN_FOR = Duration.ofHours(2);
  private static final Duration BACK_MAX = Duration.ofSeconds(60);
  private static final Duration PAID_MAX = Duration.ofMinutes(5);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final Duration SOLD_EVERY = Duration.ofMillis(20);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration SELLING_MAX = Duration.ofSeconds(30);

  /** A sale is struck after so much of it is sold, so that it goes on after it. */
  private static final double SOLD_MIN = 0.1;

  private static final double SOLD_MAX = 0.7;
  private static final int REPEATS_MAX = 10;

  /** What is set here and by the rig; and its database is killed, which must be its own. */
  private static final List<String> SETS =
      List.of(
          "demo.skus",
          "http.limit-per-user",
          "flash.limit-per-user",
          "flash.per-second-max",
          "sandbox.secret",
          "simulators.url",
          "db.url");

  @Override
  public List<String> sets() {
    return SETS;
  }

  @Override
  public Outcome run(Plan plan, List<String> settings, Consumer<String> say)
      throws BenchFailure, IOException, InterruptedException {
    long seed = System.nanoTime();
    say.accept("starting a system; seed " + seed);
    try {
      Tidegate tidegate = Tidegate.find();
      return run(plan, settings, say, tidegate, seed);
    } catch (ChaosFailure e) {
      throw new BenchFailure("the sales could not be run: " + e.getMessage(), e);
    }
  }

  static Outcome run(
      Plan plan, List<String> settings, Consumer<String> say, Tidegate tidegate, long seed)
      throws ChaosFailure, InterruptedException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "demo.skus=2000",
                "flash.limit-per-user=0",
                "flash.per-second-max=" + PER_SECOND_MAX));
    all.addAll(settings);
    try (Rig rig = new Rig(tidegate, all)) {
      return new Trial(plan, say, tidegate, rig, seed).run();
    }
  }

  /** All sales on one system. */
  private static final class Trial {
    private final Plan plan;
    private final Consumer<String> say;
    private final Rig rig;
    private final Tidegate tidegate;
    private final long seed;
    private final SplittableRandom random;
    private final String staff;
    private final Wishes wishes;
    private final List<String> skus;
    private final SaleCounter counter;
    private final List<Journey> history = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private final List<Killed> sales = new ArrayList<>();
    private int unknown;
    private int resolved;
    private int struck;

    Trial(Plan plan, Consumer<String> say, Tidegate tidegate, Rig rig, long seed)
        throws ChaosFailure, InterruptedException {
      this.plan = plan;
      this.say = say;
      this.tidegate = tidegate;
      this.rig = rig;
      this.seed = seed;
      this.random = new SplittableRandom(seed);
      this.staff = tidegate.staff(rig.data());
      this.skus = Goods.dear(rig.api());
      this.wishes = new Wishes(TrialOptions.customers(tidegate, rig), skus, seed, "sale-" + seed);
      this.counter = new SaleCounter(staff);
    }

    /** All sales, or those up to the one that the system did not come back from. */
    Outcome run() throws ChaosFailure, InterruptedException {
      Requests requests = new Requests();
      SaleDocument document;
      try (HttpDoor a = new HttpDoor(rig.api(), rig.simulators(), requests);
          HttpDoor b = new HttpDoor(rig.secondNode(List.of()), rig.simulators(), requests);
          EvidenceReader reader = new EvidenceReader(rig.database(), rig.simulators())) {
        Goods.fill(a, staff, skus);
        Healing healing = new Healing(tidegate, rig.data(), reader);
        int repeated = 0;
        boolean gone = false;
        while (sales.size() < plan.flash().kills() && findings.isEmpty()) {
          Optional<Killed> killed = survived(a, b, reader, healing);
          gone = killed.isEmpty();
          if (killed.isPresent() && killed.get().inFlight() > 0) {
            sales.add(killed.get());
            told(killed.get());
          } else if (!gone && ++repeated > REPEATS_MAX) {
            findings.add(Finding.broken("the kills meet no requests"));
          }
        }
        if (!gone) {
          say.accept("all " + history.size() + " orders once more, and the audit in full");
        }
        Healing.Whole whole = gone ? Healing.Whole.unread(history) : healing.whole(history);
        findings.addAll(whole.beside(findings));
        AtEnd end = AtEnd.of(rig);
        findings.addAll(end.findings());
        document = new SaleDocument(requests.told(), whole.outcome(), end);
      }
      findings.forEach(finding -> say.accept(finding.toString()));
      return new Outcome(
          rig.version(),
          document.told(settings()),
          sales,
          history.size(),
          unknown,
          resolved,
          counts(),
          words());
    }

    /** Returns a sale; empty: the system did not come back from its kill, as is found then. */
    private Optional<Killed> survived(
        HttpDoor a, HttpDoor b, EvidenceReader reader, Healing healing)
        throws ChaosFailure, InterruptedException {
      try {
        return Optional.of(sale(a, b, reader, healing));
      } catch (ChaosFailure | BenchFailure | SQLException | IOException e) {
        if (struck == 0) {
          throw new ChaosFailure("before anything was killed: " + e.getMessage(), e);
        }
        findings.add(Finding.broken("sale %d: %s".formatted(sales.size() + 1, e.getMessage())));
        return Optional.empty();
      }
    }

    private ObjectNode settings() {
      return JsonMapper.shared()
          .createObjectNode()
          .put("mode", "closed")
          .put("connections", clients())
          .put("users", TrialOptions.CUSTOMERS)
          .put("nodes", NODES)
          .put("pieces", plan.flash().pieces())
          .put("perUser", PER_USER)
          .put("seed", seed);
    }

    private int clients() {
      return Math.min(plan.connections(), CLIENTS_MAX);
    }

    private Killed sale(HttpDoor a, HttpDoor b, EvidenceReader reader, Healing healing)
        throws ChaosFailure, BenchFailure, InterruptedException, SQLException, IOException {
      long floor = reader.floor();
      int turn = sales.size();
      Victim victim = VICTIMS.get(turn % VICTIMS.size());
      long pieces = plan.flash().pieces();
      long added = Math.max(1, pieces / 10);
      SaleCounter.Sale sale =
          counter.open(
              List.of(a, b),
              skus.get(turn % skus.size()),
              new SaleCounter.Terms(
                  pieces, PER_USER, PAY_WINDOW_MINUTES, Instant.now().plus(OPEN_FOR)));
      long start = System.nanoTime();
      SaleBuyers buyers = SaleBuyers.start(List.of(a, b), counter, sale, wishes, clients());
      List<Journey> journeys;
      long sold;
      int inFlight;
      long killed;
      long back;
      long paid;
      try {
        sold = awaitSold(sale, (long) (pieces * random.nextDouble(SOLD_MIN, SOLD_MAX)));
        inFlight =
            Kills.strike(victim, reader::backend, rig::kill, () -> a.inFlight() + b.inFlight());
        killed = System.nanoTime();
        struck++;
        rig.restart(victim, BACK_MAX);
        a.moved(rig.api());
        add(a, sale, added);
        back = System.nanoTime();
        awaitPaid(sale, pieces + added);
        paid = System.nanoTime();
      } finally {
        journeys = buyers.stop();
        history.addAll(journeys);
        unknown += buyers.unknown();
        resolved += buyers.resolved();
      }
      stop(a, sale);
      settle(a, sale, journeys);
      findings.addAll(healing.holds(journeys, floor, false, System.nanoTime()));
      findings.addAll(healing.auditClean(System.nanoTime()));
      SaleRows rows = SaleRows.of(rig.database(), sale.id());
      exact(sale, pieces + added, rows);
      return new Killed(
          victim.words(),
          sold < pieces ? inFlight : 0,
          sold,
          pieces + added,
          rows.orders(),
          (back - killed) / 1e9,
          (paid - start) / 1e9);
    }

    /** Returns how many are sold once these are. */
    private long awaitSold(SaleCounter.Sale sale, long wanted)
        throws BenchFailure, InterruptedException {
      String granted = "select count(*) from flashsale.grant where sale = " + sale.id();
      long until = System.nanoTime() + SELLING_MAX.toNanos();
      long sold = SaleRows.number(rig.database(), granted);
      while (sold < wanted && System.nanoTime() < until) {
        pause(SOLD_EVERY);
        sold = SaleRows.number(rig.database(), granted);
      }
      return sold;
    }

    /** The same wish, key included, until it is answered: it adds once. */
    private void add(HttpDoor door, SaleCounter.Sale sale, long pieces)
        throws ChaosFailure, InterruptedException {
      String key = counter.key();
      long until = System.nanoTime() + BACK_MAX.toNanos();
      Answer answer = counter.add(door, sale, pieces, key);
      while (!(answer instanceof Answer.Done)) {
        if (System.nanoTime() > until) {
          throw new ChaosFailure("no pieces can be added to " + sale + ": " + answer);
        }
        pause(PAUSE);
        answer = counter.add(door, sale, pieces, key);
      }
    }

    private void stop(HttpDoor door, SaleCounter.Sale sale)
        throws ChaosFailure, InterruptedException {
      Answer answer = counter.stop(door, sale);
      if (!(answer instanceof Answer.Done)) {
        throw new ChaosFailure(sale + " is not stopped: " + answer);
      }
    }

    /** Unpaid orders close, their pieces come back, and somebody else buys and pays them. */
    private void awaitPaid(SaleCounter.Sale sale, long pieces)
        throws BenchFailure, InterruptedException {
      String paid =
          "select coalesce(sum(quantity), 0) from flashsale.grant where state = 'paid' and sale = ";
      long until = System.nanoTime() + PAID_MAX.toNanos();
      long now = SaleRows.number(rig.database(), paid + sale.id());
      while (now < pieces && System.nanoTime() < until) {
        pause(LOOK_EVERY);
        now = SaleRows.number(rig.database(), paid + sale.id());
      }
      if (now != pieces) {
        findings.add(
            Finding.broken(
                "%s: %d of %d pieces are paid for after %s"
                    .formatted(sale, now, pieces, PAID_MAX)));
      }
    }

    /** Each key is answered as it was, though the sale is over by now. */
    private void settle(HttpDoor door, SaleCounter.Sale sale, List<Journey> journeys)
        throws InterruptedException {
      Door again =
          (step, journey) ->
              step == Step.PLACE ? counter.buy(door, sale, journey) : door.send(step, journey);
      List<Journey> walked =
          journeys.stream()
              .filter(j -> !(j.answer(Step.START_PAYMENT) instanceof Answer.Refused))
              .filter(j -> !(j.answer(Step.PAY) instanceof Answer.Refused))
              .toList();
      findings.addAll(Settling.of(walked, again, Healing.MAX).findings());
    }

    private void exact(SaleCounter.Sale sale, long pieces, SaleRows rows) {
      if (rows.allocation() != pieces || rows.pieces() != pieces || rows.granted() != pieces) {
        findings.add(Finding.broken("%s, wanted %d pieces: %s".formatted(sale, pieces, rows)));
      }
      if (rows.perUserMost() > PER_USER) {
        findings.add(Finding.broken(sale + ": somebody has too many: " + rows));
      }
      if (rows.free() != 0) {
        findings.add(Finding.broken(sale + ": pieces are left in a pool that is over: " + rows));
      }
    }

    private void told(Killed killed) {
      say.accept(
          "sale %d/%d, %s killed: %d in flight, %d sold of %d pieces, %d orders, back after %.1f s, all paid after %.1f s"
              .formatted(
                  sales.size(),
                  plan.flash().kills(),
                  killed.victim(),
                  killed.inFlight(),
                  killed.soldBefore(),
                  killed.allocation(),
                  killed.orders(),
                  killed.backSeconds(),
                  killed.allPaidSeconds()));
    }

    private Map<String, Long> counts() {
      Map<String, Long> counts = new TreeMap<>();
      Verdict verdict = new Verdict(findings);
      for (Finding.Kind kind : Finding.Kind.values()) {
        counts.put(kind.name().toLowerCase(Locale.ROOT), verdict.count(kind));
      }
      return counts;
    }

    private List<String> words() {
      return findings.stream().map(Finding::toString).toList();
    }
  }

  private static void pause(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }
}
