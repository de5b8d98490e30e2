package io.tidegate.shop.flashsale;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.IdempotencyTable;
import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.flashsale.SaleRefusal.Why;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.promotion.PriceBook;
import io.tidegate.shop.staff.StaffStore;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where sales are planned, warmed, started, added to, stopped and ended, by staff and by their
 * time: each act is one transaction under the sale's lock, on record, and told as an event.
 */
public final class SaleDesk {

  /** So many may be planned, warm or over for less than a day: every node has them in memory. */
  static final int KEPT_MAX = 2_000;

  /** Pieces that are added at a time. */
  public static final long ADDED_MAX = SaleRules.ALLOCATION_MAX;

  private static final int SECRET_BYTES = 32;
  private static final int TOLD_BYTES_GUESS = 1_024;

  private final SecureRandom random = new SecureRandom();
  private final Database database;
  private final EventLog events;
  private final Runnable published;
  private final PriceBook goods;
  private final SaleBook book;
  private final InstantSource clock;

  /**
   * Who does something.
   *
   * @param name the token's subject
   */
  public record By(String name, String traceparent) {}

  /**
   * A sale that was planned.
   *
   * @param told what its maker is answered, then and when the same is sent again
   */
  public record Planned(long id, String told) {}

  /** What is done to a sale that is locked. */
  @FunctionalInterface
  private interface Act {
    Outcome<Sale, SaleRefusal> run(Tx tx, Sale sale, Instant now);
  }

  /**
   * @param published told after each commit that events wait
   * @param book of this node, which takes over each change at once
   */
  public SaleDesk(
      Database database,
      EventLog events,
      Runnable published,
      PriceBook goods,
      SaleBook book,
      InstantSource clock) {
    this.database = database;
    this.events = events;
    this.published = published;
    this.goods = goods;
    this.book = book;
    this.clock = clock;
  }

  /**
   * Plans a sale, once for its key.
   *
   * @throws io.tidegate.platform.http.Problem 400 with everything that is wrong with the body
   */
  public Outcome<Planned, SaleRefusal> plan(IdempotencyKey key, Fields body, By by) {
    goods.refresh(); // another node may have just made the SKUs that are named
    Sale wanted = NewSaleJson.read(body, goods.catalog(), clock.instant());
    body.check();
    Entry entry = entry(key, NewSaleJson.command(wanted), 0);
    Outcome<Planned, SaleRefusal> outcome =
        database.write("sale-plan", tx -> plan(tx, entry, wanted, by));
    if (outcome instanceof Outcome.Applied) {
      changed();
    }
    return outcome;
  }

  private Outcome<Planned, SaleRefusal> plan(Tx tx, Entry key, Sale wanted, By by) {
    String mapKey = IdempotencyTable.mapKey(key.key());
    Entry known = IdempotencyTable.claim(tx, List.of(key)).get(mapKey);
    if (known != null) {
      long id = known.reference();
      return known.sameCommand(key.commandHash())
          ? Outcome.alreadyApplied(new Planned(id, SaleStore.told(tx, id)))
          : Outcome.refused(Why.KEY_REUSED);
    }
    if (SaleStore.kept(tx, SaleBook.OVER_KEPT) >= KEPT_MAX) {
      return Outcome.refused(Why.TOO_MANY_SALES);
    }
    byte[] secret = wanted.mode() == Mode.DRAW ? secret() : null;
    Sale sale = wanted.planned(SaleStore.nextId(tx), secret == null ? null : commitment(secret));
    JsonWriter json = new JsonWriter(TOLD_BYTES_GUESS);
    SaleJson.write(json, sale, sale.shown(tx.now(), false), Map.of(), null, Map.of());
    String told = new String(json.toBytes(), StandardCharsets.UTF_8);
    IdempotencyTable.refer(tx, Map.of(mapKey, sale.id()));
    SaleStore.insert(tx, sale, secret, told);
    if (secret != null) {
      DrawStore.open(tx, sale.id());
    }
    tell(tx, "plan", "sale.planned.v1", sale, tx.now(), by, _ -> {});
    return Outcome.applied(new Planned(sale.id(), told));
  }

  /** Sets the goods of a planned sale aside: all of them, or it is refused. */
  public Outcome<Sale, SaleRefusal> warm(long id, By by) {
    return run(
        "warm",
        id,
        (tx, sale, now) ->
            SaleRules.warm(sale, now) instanceof Outcome.Applied
                ? warm(tx, sale, now, by)
                : SaleRules.warm(sale, now));
  }

  /** The same by its time: where stock is short, what is there is set aside. */
  Outcome<Sale, SaleRefusal> warmInTime(long id) {
    return run(
        "warm",
        id,
        (tx, sale, now) ->
            SaleRules.warm(sale, now) instanceof Outcome.Applied
                ? warm(tx, sale, now, null)
                : SaleRules.warm(sale, now));
  }

  /** Starts a sale now, before its time; one that is only planned is warmed first. */
  public Outcome<Sale, SaleRefusal> start(long id, By by) {
    return run(
        "start",
        id,
        (tx, sale, now) -> {
          Outcome<Sale, SaleRefusal> allowed = SaleRules.start(sale, now);
          if (!(allowed instanceof Outcome.Applied)) {
            return allowed;
          }
          Sale warm = sale;
          if (sale.stage() == Stage.PLANNED) {
            switch (SalePools.open(tx, sale, false)) {
              case Outcome.Applied<Sale, SaleRefusal>(Sale pooled) -> warm = pooled;
              case Outcome.AlreadyApplied<Sale, SaleRefusal> already -> {
                return already;
              }
              case Outcome.Refused<Sale, SaleRefusal> refused -> {
                return refused;
              }
            }
            tell(tx, "warm", "sale.warmed.v1", warm, now, by, json -> SalePools.wanted(json, sale));
          }
          boolean early = now.isBefore(warm.startsAt());
          Sale started = early ? warm.startingAt(now) : warm;
          if (early) {
            tell(tx, "start", "sale.started.v1", started, now, by, _ -> {});
          }
          SaleStore.update(tx, sale, started);
          return Outcome.applied(started);
        });
  }

  /**
   * Stops a sale at once; what its pools have is normal stock again. Not while the winners of its
   * draw are placed: everybody can read that they won.
   */
  public Outcome<Sale, SaleRefusal> stop(long id, By by) {
    return run(
        "stop",
        id,
        (tx, sale, now) -> {
          Outcome<Sale, SaleRefusal> allowed = SaleRules.stop(sale);
          if (!(allowed instanceof Outcome.Applied)) {
            return allowed;
          }
          return placesWinners(tx, sale)
              ? Outcome.refused(Why.DRAWN)
              : over(tx, sale, Stage.STOPPED, now, by);
        });
  }

  /** Ends a sale whose time is over, and whose draw is settled. */
  Outcome<Sale, SaleRefusal> end(long id) {
    return run(
        "end",
        id,
        (tx, sale, now) -> {
          Outcome<Sale, SaleRefusal> allowed = SaleRules.end(sale, now);
          if (allowed instanceof Outcome.Applied && !waitsForDraw(tx, sale)) {
            return over(tx, sale, Stage.ENDED, now, null);
          }
          return Outcome.alreadyApplied(sale);
        });
  }

  /** Winners that are not placed yet have their pieces in its pools. */
  private static boolean waitsForDraw(Tx tx, Sale sale) {
    DrawStore.Draw draw = draw(tx, sale);
    return draw != null && !draw.settled();
  }

  /** Whether it is known who won, and not every winner has an order yet. */
  private static boolean placesWinners(Tx tx, Sale sale) {
    DrawStore.Draw draw = draw(tx, sale);
    return draw != null && draw.drawnAt() != null && !draw.settled();
  }

  private static DrawStore.@Nullable Draw draw(Tx tx, Sale sale) {
    return sale.mode() == Mode.DRAW && sale.stage() == Stage.WARM
        ? DrawStore.read(tx, List.of(sale.id())).get(sale.id())
        : null;
  }

  /**
   * Adds pieces to a sale's goods, once for its key; from normal stock where the sale is warm.
   *
   * @param quantity 1 to {@link #ADDED_MAX}
   */
  public Outcome<Sale, SaleRefusal> addStock(
      IdempotencyKey key, long id, String sku, long quantity, By by) {
    Entry entry = entry(key, id + "\n" + sku + "\n" + quantity, id);
    return write(
        "add-stock",
        tx -> {
          Entry known =
              IdempotencyTable.claim(tx, List.of(entry)).get(IdempotencyTable.mapKey(entry.key()));
          if (known == null) {
            return locked(tx, id, (_, sale, now) -> added(tx, sale, sku, quantity, now, by));
          }
          Sale sale = SaleStore.read(tx, List.of(known.reference())).get(known.reference());
          return sale != null && known.sameCommand(entry.commandHash())
              ? Outcome.alreadyApplied(sale)
              : Outcome.refused(Why.KEY_REUSED);
        });
  }

  private Outcome<Sale, SaleRefusal> added(
      Tx tx, Sale sale, String sku, long quantity, Instant now, By by) {
    return switch (SaleRules.add(sale, sku, quantity, now)) {
      case Outcome.Refused<SaleItem, SaleRefusal>(SaleRefusal why) -> Outcome.refused(why);
      case Outcome.AlreadyApplied<SaleItem, SaleRefusal> _ ->
          throw new IllegalStateException("pieces are never there already");
      case Outcome.Applied<SaleItem, SaleRefusal>(SaleItem item) -> {
        Long pool = item.pool();
        if (pool != null && !SalePools.grow(tx, pool, quantity)) {
          yield Outcome.refused(new SaleRefusal.OutOfStock(Set.of(sku)));
        }
        Sale next = sale.with(item.plus(quantity));
        SaleStore.update(tx, sale, next);
        tell(
            tx,
            "add-stock",
            "sale.stock_added.v1",
            next,
            now,
            by,
            json -> json.field("sku", sku).field("quantity", quantity));
        yield Outcome.applied(next);
      }
    };
  }

  private Outcome<Sale, SaleRefusal> warm(Tx tx, Sale sale, Instant now, @Nullable By by) {
    Outcome<Sale, SaleRefusal> outcome = SalePools.open(tx, sale, by == null);
    if (outcome instanceof Outcome.Applied<Sale, SaleRefusal>(Sale warm)) {
      SaleStore.update(tx, sale, warm);
      tell(tx, "warm", "sale.warmed.v1", warm, now, by, json -> SalePools.wanted(json, sale));
    }
    return outcome;
  }

  private Outcome<Sale, SaleRefusal> over(
      Tx tx, Sale sale, Stage stage, Instant now, @Nullable By by) {
    SalePools.close(tx, sale);
    Sale over = sale.at(stage);
    SaleStore.update(tx, sale, over);
    String type = stage == Stage.STOPPED ? "sale.stopped.v1" : "sale.ended.v1";
    tell(tx, "stop", type, over, now, by, _ -> {});
    return Outcome.applied(over);
  }

  private Outcome<Sale, SaleRefusal> run(String what, long id, Act act) {
    return write(what, tx -> locked(tx, id, act));
  }

  private Outcome<Sale, SaleRefusal> write(
      String what, io.tidegate.platform.db.TxWork<Outcome<Sale, SaleRefusal>> work) {
    Outcome<Sale, SaleRefusal> outcome = database.write("sale-" + what, work);
    if (outcome instanceof Outcome.Applied) {
      changed();
    }
    return outcome;
  }

  /** The time that decides is read while the sale is held. */
  private static Outcome<Sale, SaleRefusal> locked(Tx tx, long id, Act act) {
    Optional<Sale> sale = SaleStore.lock(tx, id);
    return sale.isEmpty() ? Outcome.refused(Why.NO_SUCH_SALE) : act.run(tx, sale.get(), tx.now());
  }

  private void changed() {
    published.run();
    book.refresh();
  }

  /** Writes the event, and the act where a person did it. */
  private void tell(
      Tx tx,
      String act,
      String type,
      Sale now,
      Instant at,
      @Nullable By by,
      Consumer<JsonWriter> more) {
    if (by != null) {
      StaffStore.record(
          tx,
          by.name(),
          "sale." + act,
          "sale " + now.id(),
          json -> {
            json.field("version", now.version())
                .field("startsAt", now.startsAt())
                .field("endsAt", now.endsAt());
            more.accept(json);
          });
    }
    events.append(tx, List.of(SaleJson.event(type, now, at, by, more)));
  }

  private static Entry entry(IdempotencyKey key, String command, long reference) {
    return new Entry(
        key.hash16(),
        IdempotencyKey.commandHash(command.getBytes(StandardCharsets.UTF_8)),
        reference);
  }

  private byte[] secret() {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    return secret;
  }

  private static String commitment(byte[] secret) {
    return HexFormat.of().formatHex(Sha256.of(secret));
  }
}
