package io.tidegate.harness.chaos;

import io.tidegate.harness.chaos.Duel.Findings;
import io.tidegate.harness.chaos.Duel.Winner;
import io.tidegate.harness.chaos.Journey.Plan;
import io.tidegate.harness.chaos.Journey.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import tools.jackson.databind.json.JsonMapper;

/** Duels about the last piece of a flash sale: who gets it, and where it goes. */
final class SaleDuels {
  static final int LANES = 4;

  private static final int PER_USER = 999;
  private static final int PAY_WINDOW_MINUTES = 600;
  private static final Duration LONG = Duration.ofHours(6);
  private static final Set<String> GONE = Set.of("sold_out", "lost");
  private static final Set<String> OVER = Set.of("ended", "stopped", "lost");

  /** The other node's gate hears of a piece that is free again within this, at the latest. */
  private static final Aim.Range HEARD = new Aim.Range(0, -50_000, 500_000);

  private static final Aim.Range NEAR = new Aim.Range(0, -100_000, 100_000);

  private static final Answer NOBODYS_REQUEST =
      new Answer.Done(200, JsonMapper.shared().createObjectNode(), false);

  private SaleDuels() {}

  /** As many goods as the duels want for themselves. */
  static int skusNeeded() {
    return 3 * LANES;
  }

  /**
   * @param skus which nobody else orders, with plenty of each
   */
  static List<Duel> all(Arena arena, List<String> skus) {
    SaleCounter counter = new SaleCounter(arena.staff());
    return List.of(
        new Freed(arena, counter, skus.subList(0, LANES), false),
        new Freed(arena, counter, skus.subList(LANES, 2 * LANES), true),
        new Over(arena, counter, skus.subList(2 * LANES, 3 * LANES), false),
        new Over(arena, counter, skus.subList(2 * LANES, 3 * LANES), true),
        new RefundEnd(arena, counter, skus.subList(2 * LANES, 3 * LANES)));
  }

  private static SaleCounter.Terms terms(long pieces, Duration open) {
    return new SaleCounter.Terms(pieces, PER_USER, PAY_WINDOW_MINUTES, Instant.now().plus(open));
  }

  /**
   * A piece comes back, by a cancelled order, or is added by staff, while somebody asks the other
   * node for it.
   */
  private static final class Freed implements Duel {
    private final Arena arena;
    private final SaleCounter counter;
    private final List<String> skus;
    private final boolean added;
    private final AtomicReferenceArray<SaleCounter.Sale> sales = new AtomicReferenceArray<>(LANES);

    /** Who has the piece; nobody while it is free. */
    private final AtomicReferenceArray<Journey> holders = new AtomicReferenceArray<>(LANES);

    Freed(Arena arena, SaleCounter counter, List<String> skus, boolean added) {
      this.arena = arena;
      this.counter = counter;
      this.skus = skus;
      this.added = added;
    }

    @Override
    public String first() {
      return added ? "sale adds a piece" : "sale piece released";
    }

    @Override
    public String second() {
      return "sale buy";
    }

    @Override
    public int lanes() {
      return LANES;
    }

    @Override
    public Aim.Range range() {
      return HEARD;
    }

    @Override
    public void begin() throws ChaosFailure, InterruptedException {
      for (int lane = 0; lane < LANES; lane++) {
        sales.set(
            lane, counter.open(List.of(arena.a(), arena.b()), skus.get(lane), terms(1, LONG)));
      }
    }

    @Override
    public void end() throws ChaosFailure, InterruptedException {
      List<String> left = new ArrayList<>();
      for (int lane = 0; lane < LANES; lane++) {
        SaleCounter.Sale sale = sales.get(lane);
        if (sale == null) {
          continue; // It was not begun.
        }
        Answer stopped = counter.stop(arena.a(), sale);
        if (!(stopped instanceof Answer.Done)) {
          left.add(sale + ": " + stopped);
        }
      }
      if (!left.isEmpty()) {
        throw new ChaosFailure("sales are not stopped: " + String.join("; ", left));
      }
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      SaleCounter.Sale sale = sales.get(lane);
      Journey holder = holders.get(lane);
      if (holder == null) {
        holder = arena.journey(Plan.CANCEL, sale.sku(), null);
        counter.bought(arena.a(), sale, holder);
        holders.set(lane, holder);
      }
      Journey held = holder;
      Journey buyer = arena.journey(Plan.CANCEL, sale.sku(), null);
      String key = counter.key();
      Town.Request frees =
          added
              ? () -> counter.add(arena.a(), sale, 1, key)
              : () -> arena.a().send(Step.CANCEL, held);
      Town.Request buys = () -> counter.buy(arena.b(), sale, buyer);
      return new Given(
          frees::send,
          buys::send,
          (freed, bought, findings) -> {
            String what = first() + " of " + sale.id();
            Answer free = TurnedAway.settled(what, freed, frees, Healing.MAX, findings);
            if (!added) {
              held.note(Step.CANCEL, free);
            }
            // Whatever came of the piece: an order of the buyer's is on the record.
            Answer known = known(buyer, bought, buys, findings);
            if (known instanceof Answer.Done) {
              holders.set(lane, buyer);
            }
            if (!(free instanceof Answer.Done)) {
              findings.add(Finding.broken(what + ": " + free));
              return Winner.NEITHER;
            }
            if (!(known instanceof Answer.Done)) {
              holders.set(lane, null);
            }
            return TurnedAway.met(
                freed, bought, winner(buyer, known, GONE, findings, Winner.FIRST));
          });
    }
  }

  /** What came of a buyer's wish, which is noted. */
  private static Answer known(Journey buyer, Answer bought, Town.Request buys, Findings findings)
      throws InterruptedException {
    Answer known = TurnedAway.settled(buyer + " in a sale", bought, buys, Healing.MAX, findings);
    buyer.note(Step.PLACE, known);
    return known;
  }

  /**
   * Who has won, by what the buyer was told.
   *
   * @param refusals that a buyer may hear who did not get it
   * @param ifBought the winner where the buyer did
   */
  private static Winner winner(
      Journey buyer, Answer bought, Set<String> refusals, Findings findings, Winner ifBought) {
    return switch (bought) {
      case Answer.Done _ -> ifBought;
      case Answer.Refused(int _, String code) when refusals.contains(code) ->
          ifBought == Winner.FIRST ? Winner.SECOND : Winner.FIRST;
      case Answer.Refused refused -> {
        findings.add(Finding.broken(buyer + " in a sale: " + refused));
        yield Winner.NEITHER;
      }
      case Answer.NotYet _ -> {
        findings.add(Finding.unsettled(buyer + " in a sale: " + bought));
        yield Winner.NEITHER;
      }
      case Answer.Unknown _ -> Winner.NEITHER; // It is found as such.
    };
  }

  /** A sale ends, by staff or by its time, while somebody buys in it on the other node. */
  private record Over(Arena arena, SaleCounter counter, List<String> skus, boolean byTime)
      implements Duel {
    private static final int PIECES = 5;
    private static final Duration OPEN_FOR = Duration.ofMillis(1_500);

    @Override
    public String first() {
      return byTime ? "sale ends" : "sale stopped";
    }

    @Override
    public String second() {
      return "sale buy";
    }

    @Override
    public int lanes() {
      return LANES;
    }

    @Override
    public Aim.Range range() {
      return NEAR;
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      SaleCounter.Terms terms = terms(PIECES, byTime ? OPEN_FOR : LONG);
      SaleCounter.Sale sale = counter.open(List.of(arena.a(), arena.b()), skus.get(lane), terms);
      Journey early = arena.journey(Plan.LEAVE, sale.sku(), null);
      counter.bought(arena.b(), sale, early);
      Journey buyer = arena.journey(Plan.CANCEL, sale.sku(), null);
      Deque<Long> sentAt = new ArrayDeque<>(); // Each time that the buyer asks, by the clock.
      Town.Request ends = byTime ? () -> NOBODYS_REQUEST : counter.stopping(arena.a(), sale);
      Town.Request buys =
          () -> {
            sentAt.addLast(System.currentTimeMillis());
            return counter.buy(arena.b(), sale, buyer);
          };
      // The buyer asks at the end by time plus the offset; its own start is never moved.
      long at = byTime ? terms.endsAt().toEpochMilli() + Math.min(0, offsetMicros / 1_000) : 0;
      return new Given(
          at,
          ends::send,
          buys::send,
          (ended, bought, findings) -> {
            Answer known = known(buyer, bought, buys, findings);
            Answer over = TurnedAway.settled(sale + "'s end", ended, ends, Healing.MAX, findings);
            Winner winner = judge(sale, terms, buyer, sentAt, over, known, findings);
            return TurnedAway.met(ended, bought, winner);
          });
    }

    private Winner judge(
        SaleCounter.Sale sale,
        SaleCounter.Terms terms,
        Journey buyer,
        Deque<Long> sentAt,
        Answer ended,
        Answer known,
        Findings findings)
        throws ChaosFailure, InterruptedException {
      if (!(ended instanceof Answer.Done)) {
        findings.add(Finding.broken(sale + " is not stopped: " + ended));
        return Winner.NEITHER;
      }
      if (known instanceof Answer.Done sold) {
        // A replay was sold to one of the askings before: to the first, it may have been.
        long at = sold.replayed() ? sentAt.getFirst() : sentAt.getLast();
        if (byTime && at > terms.endsAt().toEpochMilli()) {
          findings.add(Finding.broken(buyer + " was sold to after the end of " + sale));
        }
        // What comes back after the end goes to everybody's stock; the audit counts it there.
        arena.must(arena.a(), Step.CANCEL, buyer);
      }
      return winner(buyer, known, OVER, findings, Winner.SECOND);
    }
  }

  /** A paid piece comes back while its sale ends: to the sale, or to everybody's stock. */
  private record RefundEnd(Arena arena, SaleCounter counter, List<String> skus) implements Duel {
    private static final Duration OPEN_FOR = Duration.ofSeconds(6);
    private static final Duration END_MAX = Duration.ofSeconds(60);
    private static final int SLOWER = 5;
    private static final String EVENTS =
        "select min(position) filter (where type = 'order.refunded.v1') || ' ' || min(position)"
            + " filter (where type = 'sale.ended.v1') from messaging.log where (type ="
            + " 'order.refunded.v1' and key = ?) or (type = 'sale.ended.v1' and key = ";

    @Override
    public String first() {
      return "sale refund";
    }

    @Override
    public String second() {
      return "sale ends";
    }

    /** No parcel leaves, or nothing could come back. */
    @Override
    public void begin() throws ChaosFailure, InterruptedException {
      arena.fault("warehouse", "error", 0);
    }

    @Override
    public void end() throws ChaosFailure, InterruptedException {
      arena.fault("warehouse", "ok", 0);
    }

    /** Each waits for its sale's end. */
    @Override
    public int rounds(int asked) {
      return Math.max(1, asked / SLOWER);
    }

    @Override
    public int lanes() {
      return LANES;
    }

    /** The refund's way through the provider takes a while. */
    @Override
    public Aim.Range range() {
      return new Aim.Range(1_500_000, -100_000, 4_000_000);
    }

    @Override
    public Bout prepare(int lane, long offsetMicros) throws ChaosFailure, InterruptedException {
      SaleCounter.Terms terms = terms(2, OPEN_FOR);
      SaleCounter.Sale sale = counter.open(List.of(arena.a(), arena.b()), skus.get(lane), terms);
      Journey journey = arena.journey(Plan.PAY, sale.sku(), null);
      counter.bought(arena.a(), sale, journey);
      arena.must(arena.a(), Step.START_PAYMENT, journey);
      arena.must(arena.a(), Step.PAY, journey);
      if (arena.settledState(journey, END_MAX) == Evidence.AWAITING_PAYMENT) {
        throw new ChaosFailure(journey + " is not paid in " + END_MAX);
      }
      // The end is nobody's request; the refund asks ahead of it by the offset.
      long at = terms.endsAt().toEpochMilli() - Math.max(0, offsetMicros / 1_000);
      if (at < System.currentTimeMillis()) {
        return Given.missed(); // The payment took too long.
      }
      Town.Request asks = AskedBack.asking(arena.a(), journey, "-back", Map.of());
      return new Given(
          at,
          asks::send,
          () -> NOBODYS_REQUEST,
          (asked, _, findings) -> {
            Answer known = AskedBack.known(journey, asked, asks, findings);
            return TurnedAway.met(asked, judge(sale, journey, known, findings));
          });
    }

    private Winner judge(SaleCounter.Sale sale, Journey journey, Answer asked, Findings findings)
        throws ChaosFailure, InterruptedException {
      if (!(asked instanceof Answer.Done taken)) {
        findings.add(Finding.broken(journey + " asks for its money in a sale: " + asked));
        return Winner.NEITHER;
      }
      if (!AskedBack.ended(arena, journey, taken, findings).equals("succeeded")) {
        return Winner.NEITHER;
      }
      String events = EVENTS + sale.id() + ")";
      String found = arena.awaited(events, Arena.number(journey), text -> !text.isBlank(), END_MAX);
      if (found == null || found.isBlank()) {
        findings.add(Finding.broken(sale + " did not end, or " + journey + " has no refund"));
        return Winner.NEITHER;
      }
      String[] positions = found.split(" ");
      return Long.parseLong(positions[0]) < Long.parseLong(positions[1])
          ? Winner.FIRST
          : Winner.SECOND;
    }
  }
}
