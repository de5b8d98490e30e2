package io.tidegate.shop.promotion;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Problem;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.promotion.PromotionStore.Changed;
import io.tidegate.shop.staff.StaffStore;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where staff make, edit and withdraw price lists or promotions, whichever way they come: what they
 * send is checked here, and each act is on record in its own transaction.
 */
public final class TermsDesk<T> {

  /** So many may hold or be planned at a time: a node cuts time by all of them. */
  static final int LIVE_MAX = 500;

  /** What it is the desk of. */
  interface Table<T> {
    /** A word for acts and paths: a path has its plural. */
    String word();

    Terms terms(T value);

    Draft<T> draft(Fields body, Catalog catalog);

    void members(JsonWriter json, T value);

    List<Changed<T>> before(long id, int most);

    Optional<Changed<T>> find(long id);

    Optional<Changed<T>> find(Tx tx, long id);

    long live(Tx tx);

    long nextId(Tx tx);

    void insert(Tx tx, T value);

    void update(Tx tx, T value);

    void withdraw(Tx tx, T value);
  }

  private final Table<T> table;
  private final Database database;
  private final PriceBook prices;

  TermsDesk(Table<T> table, Database database, PriceBook prices) {
    this.table = table;
    this.database = database;
    this.prices = prices;
  }

  /** Where staff edit price lists. */
  public static TermsDesk<PriceList> ofPriceLists(
      Database database, PromotionStore store, PriceBook prices) {
    return new TermsDesk<>(new PriceListRoutes.Lists(store), database, prices);
  }

  /** Where staff edit promotions. */
  public static TermsDesk<Promotion> ofPromotions(
      Database database, PromotionStore store, PriceBook prices) {
    return new TermsDesk<>(new PromotionRoutes.Promotions(store), database, prices);
  }

  Table<T> table() {
    return table;
  }

  /** Those with smaller ids, newest first; {@code Long.MAX_VALUE} for the first page. */
  public List<Changed<T>> before(long id, int most) {
    return table.before(id, most);
  }

  Optional<Changed<T>> find(long id) {
    return table.find(id);
  }

  /**
   * Makes one.
   *
   * @throws Problem 400 with everything that is wrong with the body
   */
  public Outcome<T, TermsRefusal> add(Fields body, String actor) {
    Draft<T> draft = draft(body);
    Outcome<T, TermsRefusal> outcome =
        database.write(
            table.word(),
            tx -> {
              // Whoever edits stands in line here, so ids rise in the order of commits.
              CatalogStore.lockRevision(tx);
              if (table.live(tx) >= LIVE_MAX) {
                return Outcome.refused(TermsRefusal.TOO_MANY);
              }
              T made = draft.as(table.nextId(tx), 1);
              table.insert(tx, made);
              record(tx, actor, "add", made, 1);
              return Outcome.applied(made);
            });
    prices.refresh();
    return outcome;
  }

  /**
   * Edits one; nothing where there is none.
   *
   * @param expected the version that was seen; null where any will do
   * @throws Problem 400 with everything that is wrong with the body
   */
  Optional<Outcome<T, TermsRefusal>> edit(
      long id, Fields body, @Nullable Long expected, String actor) {
    Draft<T> draft = draft(body);
    Optional<Outcome<T, TermsRefusal>> outcome =
        database.write(
            table.word(),
            tx ->
                locked(tx, id)
                    .map(row -> {
                      var decided = edited(row, expected).edit(draft);
                      if (decided instanceof Outcome.Applied<T, TermsRefusal>(T next)) {
                        table.update(tx, next);
                        record(tx, actor, "edit", next, table.terms(next).version());
                      }
                      return decided;
                    }));
    prices.refresh();
    return outcome;
  }

  /**
   * Ends one at once, whatever its period says; nothing where there is none.
   *
   * @param expected the version that was seen; null where any will do
   */
  public Optional<Outcome<T, TermsRefusal>> withdraw(
      long id, @Nullable Long expected, String actor) {
    Optional<Outcome<T, TermsRefusal>> outcome =
        database.write(
            table.word(),
            tx ->
                locked(tx, id)
                    .map(row -> {
                      var decided = edited(row, expected).withdraw();
                      if (decided instanceof Outcome.Applied<T, TermsRefusal>(T now)) {
                        table.withdraw(tx, now);
                        record(tx, actor, "withdraw", now, table.terms(now).version() + 1);
                      }
                      return decided;
                    }));
    prices.refresh();
    return outcome;
  }

  private Draft<T> draft(Fields body) {
    prices.refresh(); // another node may have just made the SKUs that are named
    Draft<T> draft = table.draft(body, prices.catalog());
    body.check();
    return draft;
  }

  private Optional<Changed<T>> locked(Tx tx, long id) {
    CatalogStore.lockRevision(tx);
    return table.find(tx, id);
  }

  private EditTerms<T> edited(Changed<T> row, @Nullable Long expected) {
    return new EditTerms<>(row.value(), table.terms(row.value()), row.withdrawn(), expected);
  }

  private void record(Tx tx, String actor, String act, T value, int version) {
    StaffStore.record(
        tx,
        actor,
        table.word() + "." + act,
        table.word() + " " + table.terms(value).id(),
        json -> {
          json.field("version", version);
          Terms terms = table.terms(value);
          json.field("startsAt", terms.period().startsAt())
              .fieldIfPresent("endsAt", terms.period().endsAt());
          table.members(json, value);
        });
  }
}
