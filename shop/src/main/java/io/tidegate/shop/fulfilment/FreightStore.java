package io.tidegate.shop.fulfilment;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.fulfilment.SetFreight.Refusal;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.staff.StaffStore;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** Couriers and their templates in the database. */
public final class FreightStore {

  // One statement, so that a courier never comes with the rules of another version.
  private static final String COURIERS =
      """
      select c.id, c.position, c.name_zh, c.name_en, c.active, c.currency, c.version,
             r.region, r.first_grams, r.first_fee, r.step_grams, r.step_fee, r.free_above,
             r.days_min, r.days_max
      from fulfilment.courier c join fulfilment.freight_rule r on r.courier = c.id
      """;
  private static final Sql ALL = Sql.of(COURIERS + " order by c.id, r.region");
  private static final Sql FIND = Sql.of(COURIERS + " where c.id = ? order by r.region");
  private static final Sql COUNT = Sql.of("select count(*) from fulfilment.courier");
  private static final Sql ADD =
      Sql.of(
          """
          insert into fulfilment.courier
            (position, name_zh, name_en, active, currency, version, id)
          values (?, ?, ?, ?, ?, ?, ?) returning 1
          """);
  private static final Sql UPDATE =
      Sql.of(
          """
          update fulfilment.courier
          set position = ?, name_zh = ?, name_en = ?, active = ?, currency = ?, version = ?
          where id = ? and version = ? returning 1
          """);
  private static final Sql FORGET_RULES =
      Sql.of("delete from fulfilment.freight_rule where courier = ?");
  private static final Sql ADD_RULES =
      Sql.of(
          """
          insert into fulfilment.freight_rule
            (courier, region, first_grams, first_fee, step_grams, step_fee, free_above,
             days_min, days_max)
          select ?, region, first_grams, first_fee, step_grams, step_fee, nullif(free_above, -1),
                 days_min, days_max
          from unnest(?::text[], ?::int[], ?::bigint[], ?::int[], ?::bigint[], ?::bigint[],
                      ?::int[], ?::int[])
               as d(region, first_grams, first_fee, step_grams, step_fee, free_above,
                    days_min, days_max)
          """);

  private final Database database;
  private final CatalogStore catalog;

  public FreightStore(Database database) {
    this.database = database;
    this.catalog = new CatalogStore(database);
  }

  /** All couriers, active or not. */
  public List<Courier> all() {
    return couriers(database.read(ALL, FreightStore::read));
  }

  public Optional<Courier> find(String id) {
    return couriers(database.read(FIND, FreightStore::read, id)).stream().findFirst();
  }

  /** The catalogue's revision, which rises with each edit here. */
  long revision() {
    return catalog.revision();
  }

  /** Puts these couriers in where there are none at all. */
  public void seed(List<Courier> couriers) {
    database.write(
        "couriers",
        tx -> {
          // Raised first: of nodes that start together one writes, and the others then read.
          if (count(tx) == 0) {
            CatalogStore.raiseRevision(tx);
            couriers.forEach(courier -> add(tx, courier.withVersion(1)));
          }
          return true;
        });
  }

  /**
   * Writes a courier and its template as a whole, and the act beside it.
   *
   * @param actor who acts: the token's subject
   */
  public Outcome<Courier, Refusal> set(SetFreight command, String actor) {
    return database.write("freight", tx -> set(tx, command, actor));
  }

  /**
   * No lock: who edited meanwhile makes the expected version miss, and the transaction, tried
   * again, reads the new one.
   */
  private static Outcome<Courier, Refusal> set(Tx tx, SetFreight command, String actor) {
    Courier before =
        couriers(tx.query(FIND, FreightStore::read, command.template().id())).stream()
            .findFirst()
            .orElse(null);
    Outcome<Courier, Refusal> outcome = command.decide(before, count(tx));
    if (outcome instanceof Outcome.Applied<Courier, Refusal>(Courier after)) {
      CatalogStore.raiseRevision(tx);
      if (before == null) {
        add(tx, after);
      } else {
        tx.writeExpecting(
            1,
            UPDATE,
            after.position(),
            after.nameZh(),
            after.nameEn(),
            after.active(),
            after.currency(),
            after.version(),
            after.id(),
            before.version());
        tx.write(FORGET_RULES, after.id());
        addRules(tx, after);
      }
      StaffStore.record(
          tx,
          actor,
          "freight.set",
          "courier " + after.id(),
          json ->
              json.field("active", after.active())
                  .field("rules", after.rules().size())
                  .field("version", after.version()));
    }
    return outcome;
  }

  private static long count(Tx tx) {
    return tx.query(COUNT, row -> row.getLong(1)).getFirst();
  }

  private static void add(Tx tx, Courier courier) {
    tx.writeExpecting(
        1,
        ADD,
        courier.position(),
        courier.nameZh(),
        courier.nameEn(),
        courier.active(),
        courier.currency(),
        courier.version(),
        courier.id());
    addRules(tx, courier);
  }

  private static void addRules(Tx tx, Courier courier) {
    List<FreightRule> rules = courier.rules();
    tx.write(
        ADD_RULES,
        courier.id(),
        rules.stream().map(FreightRule::region).toArray(String[]::new),
        rules.stream().mapToInt(FreightRule::firstGrams).toArray(),
        longs(rules, FreightRule::firstFee),
        rules.stream().mapToInt(FreightRule::stepGrams).toArray(),
        longs(rules, FreightRule::stepFee),
        longs(rules, FreightStore::freeAbove),
        rules.stream().mapToInt(FreightRule::daysMin).toArray(),
        rules.stream().mapToInt(FreightRule::daysMax).toArray());
  }

  /** An array of numbers has no null, and no threshold is negative. */
  private static long freeAbove(FreightRule rule) {
    Long above = rule.freeAbove();
    return above == null ? -1 : above;
  }

  private static long[] longs(List<FreightRule> rules, ToLongFunction<FreightRule> field) {
    return rules.stream().mapToLong(field).toArray();
  }

  /** Rows of one courier follow each other. */
  private static List<Courier> couriers(List<Courier> oneRuleEach) {
    Map<String, List<Courier>> byId = new LinkedHashMap<>();
    oneRuleEach.forEach(row -> byId.computeIfAbsent(row.id(), _ -> new ArrayList<>()).add(row));
    return byId.values().stream().map(FreightStore::joined).toList();
  }

  private static Courier joined(List<Courier> rows) {
    Courier first = rows.getFirst();
    return new Courier(
        first.id(),
        first.position(),
        first.nameZh(),
        first.nameEn(),
        first.active(),
        first.currency(),
        first.version(),
        rows.stream().flatMap(row -> row.rules().stream()).toList());
  }

  private static Courier read(Row row) throws SQLException {
    return new Courier(
        row.getString(1),
        row.getInt(2),
        row.getString(3),
        row.getString(4),
        row.getBoolean(5),
        row.getString(6),
        row.getInt(7),
        List.of(
            new FreightRule(
                row.getString(8),
                row.getInt(9),
                row.getLong(10),
                row.getInt(11),
                row.getLong(12),
                row.getLongOrNull(13),
                row.getInt(14),
                row.getInt(15))));
  }
}
