package io.tidegate.shop.inventory;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.IdempotencyTable;
import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.inventory.AdjustStock.Adjusted;
import io.tidegate.shop.inventory.AdjustStock.Refusal;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.staff.StaffStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Where staff correct stock by hand: once for each key, on record, and told as an event. */
public final class StockDesk {

  public static final int DELTA_MAX = 1_000_000_000;
  public static final int REASON_CHARS_MAX = 200;

  private final Database database;
  private final EventLog log;
  private final Runnable published;
  private final List<String> warehouses;

  /**
   * A correction as it was asked for.
   *
   * @param key 16 bytes, the idempotency key's hash
   * @param actor who acts: the token's subject
   */
  public record Asked(
      AdjustStock command, String reason, String actor, byte[] key, String traceparent) {

    private Entry entry() {
      String canonical =
          command.sku() + '\n' + command.delta() + '\n' + command.warehouse() + '\n' + reason;
      byte[] hash = IdempotencyKey.commandHash(canonical.getBytes(StandardCharsets.UTF_8));
      return new Entry(key, hash, 0);
    }
  }

  /**
   * @param published told after each commit that events wait
   * @param warehouses ids of all there are, at least one
   */
  public StockDesk(Database database, EventLog log, Runnable published, List<String> warehouses) {
    this.database = database;
    this.log = log;
    this.published = published;
    this.warehouses = List.copyOf(warehouses);
  }

  /** Ids of all warehouses. */
  public List<String> warehouses() {
    return warehouses;
  }

  /** Corrects stock, and answers what there is then, as JSON. */
  public Outcome<String, Refusal> correct(Asked asked) {
    Outcome<String, Refusal> outcome =
        database.write("stock-adjustment", tx -> run(tx, asked, asked.entry()));
    if (outcome instanceof Outcome.Applied) {
      published.run();
    }
    return outcome;
  }

  /** The key first, then the locks by rank, then the id: so ids rise in the order of commits. */
  private Outcome<String, Refusal> run(Tx tx, Asked asked, Entry key) {
    String mapKey = IdempotencyTable.mapKey(key.key());
    Entry known = IdempotencyTable.claim(tx, List.of(key)).get(mapKey);
    if (known != null) {
      return known.sameCommand(key.commandHash())
          ? Outcome.alreadyApplied(StockStore.told(tx, known.reference()))
          : Outcome.refused(Refusal.KEY_REUSED);
    }
    String sku = asked.command().sku();
    List<OnHand.Shelf> shelves = OnHandStore.lockOne(tx, sku);
    Stock locked = StockStore.lock(tx, List.of(sku)).get(sku);
    if (locked == null) {
      return Outcome.refused(Refusal.NO_SUCH_SKU);
    }
    return switch (asked.command().decide(locked, shelves, warehouses.getFirst())) {
      case Outcome.Applied<Adjusted, Refusal>(Adjusted adjusted) ->
          Outcome.applied(save(tx, asked, mapKey, adjusted));
      case Outcome.AlreadyApplied<Adjusted, Refusal>(Adjusted _) ->
          throw new IllegalStateException("a correction is never there already");
      case Outcome.Refused<Adjusted, Refusal>(Refusal why) -> Outcome.refused(why);
    };
  }

  private String save(Tx tx, Asked asked, String mapKey, Adjusted adjusted) {
    String sku = adjusted.stock().sku();
    String told =
        new String(StockJson.stock(adjusted.stock(), adjusted.shelves()), StandardCharsets.UTF_8);
    StockStore.Movement movement =
        new StockStore.Movement(
            StockStore.nextMovement(tx),
            sku,
            adjusted.warehouse(),
            adjusted.delta(),
            asked.reason(),
            asked.actor(),
            told);
    IdempotencyTable.refer(tx, Map.of(mapKey, movement.id()));
    OnHandStore.correct(tx, adjusted);
    StockStore.adjust(tx, movement);
    StaffStore.record(
        tx,
        asked.actor(),
        "stock.adjust",
        "sku " + sku,
        json ->
            json.field("movement", Long.toString(movement.id()))
                .field("warehouse", movement.warehouse())
                .field("delta", movement.delta())
                .field("available", adjusted.stock().available()));
    log.append(tx, List.of(StockJson.adjusted(adjusted, movement, tx.now(), asked.traceparent())));
    return told;
  }
}
