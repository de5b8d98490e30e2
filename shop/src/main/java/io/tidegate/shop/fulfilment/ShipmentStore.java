package io.tidegate.shop.fulfilment;

import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.RowReader;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows of parcels. Tasks are locked before their parcels. */
final class ShipmentStore {

  private static final String COLUMNS =
      """
      s.order_number, s.seq, s.warehouse, s.state, s.version, s.carrier, s.waybill, s.items, s.told,
      s.problem, s.next_step_at, s.tries, s.last_error, s.planned_at, s.picked_at, s.packed_at,
      s.shipped_at, s.delivered_at, s.cancelled_at, s.told_to, s.left_anyhow_at
      """;
  static final Sql OF_ORDERS =
      Sql.of(
          "select "
              + COLUMNS
              + "from fulfilment.shipment s where order_number = any(?::bigint[])"
              + " order by order_number, seq");
  private static final Sql LOCK = Sql.of(OF_ORDERS.text() + " for update");
  static final Sql STUCK =
      Sql.of(
          "select "
              + COLUMNS
              + ", coalesce(s.failing_since, s.cancelled_at, s.planned_at) from fulfilment.shipment"
              + " s where last_error is not null and (order_number, seq) > (?, ?) order by"
              + " order_number, seq limit ?");

  private static final Sql LEFT_BEHIND =
      Sql.of(
          """
          select order_number, seq from fulfilment.shipment
          where next_step_at is not null and told_to is not null and state <> 'cancelled'
            and last_error is distinct from ?
          limit ? for update skip locked
          """);
  private static final Sql MARK =
      Sql.of(
          """
          update fulfilment.shipment s set version = s.version + 1, last_error = ?,
            failing_since = coalesce(s.failing_since, clock_timestamp())
          from unnest(?::bigint[], ?::int4[]) as u (order_number, seq)
          where s.order_number = u.order_number and s.seq = u.seq returning 1
          """);

  static final Sql PACKED_ANYHOW =
      Sql.of(
          "select "
              + COLUMNS
              + "from fulfilment.shipment s where last_error is not null and last_error = ?"
              + " and state = 'cancelled' order by order_number, seq limit ?");

  /** Milliseconds until a parcel is due by the database's clock; null when none waits. */
  static final Sql EARLIEST =
      Sql.of(
          """
          select (extract(epoch from min(next_step_at) - clock_timestamp()) * 1000)::bigint
          from fulfilment.shipment where next_step_at is not null
          """);

  private static final Sql CLAIM =
      Sql.of(
          "select "
              + COLUMNS
              + """
              , (select t.region from fulfilment.task t where t.order_number = s.order_number)
              from fulfilment.shipment s where next_step_at <= statement_timestamp()
              order by next_step_at limit ? for update of s skip locked
              """);
  private static final Sql LEASE =
      Sql.of(
          """
          update fulfilment.shipment s set next_step_at = ?
          from unnest(?::bigint[], ?::int4[]) as u (order_number, seq)
          where s.order_number = u.order_number and s.seq = u.seq returning 1
          """);
  private static final Sql INSERT =
      Sql.of(
          """
          insert into fulfilment.shipment
            (order_number, seq, warehouse, state, version, items, problem, next_step_at, planned_at)
          select order_number, seq, warehouse, 'planned', 1, items, problem, db.at(next_step),
            db.at(planned)
          from unnest(?::bigint[], ?::int4[], ?::text[], ?::text[], ?::text[], ?::bigint[],
            ?::bigint[])
            as u (order_number, seq, warehouse, items, problem, next_step, planned)
          """);
  private static final Sql UPDATE =
      Sql.of(
          """
          update fulfilment.shipment s set warehouse = u.warehouse, state = u.state,
            version = s.version + 1, carrier = u.carrier, waybill = u.waybill, told = u.told,
            told_to = u.told_to, problem = u.problem, next_step_at = db.at(nullif(u.next_step, 0)), tries = u.tries,
            last_error = u.last_error,
            failing_since = case when u.last_error is null then null
              when s.last_error is null then clock_timestamp()
              else coalesce(s.failing_since, clock_timestamp()) end,
            picked_at = db.at(nullif(u.picked, 0)),
            packed_at = db.at(nullif(u.packed, 0)), shipped_at = db.at(nullif(u.shipped, 0)),
            delivered_at = db.at(nullif(u.delivered, 0)),
            cancelled_at = db.at(nullif(u.cancelled, 0)),
            left_anyhow_at = db.at(nullif(u.left_anyhow, 0))
          from unnest(?::bigint[], ?::int4[], ?::int4[], ?::text[], ?::text[], ?::text[], ?::text[],
              ?::bool[], ?::text[], ?::text[], ?::bigint[], ?::int4[], ?::text[], ?::bigint[], ?::bigint[],
              ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
            as u (order_number, seq, version, warehouse, state, carrier, waybill, told, told_to,
              problem, next_step, tries, last_error, picked, packed, shipped, delivered, cancelled,
              left_anyhow)
          where s.order_number = u.order_number and s.seq = u.seq and s.version = u.version
          returning 1
          """);
  static final RowReader<Shipment> READER = ShipmentStore::read;
  static final RowReader<StuckParcel> STUCK_READER =
      row -> new StuckParcel(read(row), row.getInstant(22));

  /** How many have an error, of so many at most, and for how long the first of them has. */
  static final Sql STUCK_FIGURES =
      Sql.of(
          """
          select
            (select count(*) from (
              select 1 from fulfilment.shipment where last_error is not null limit ?) c),
            (select extract(epoch from clock_timestamp() - failing_since)::bigint
              from fulfilment.shipment where last_error is not null
              order by failing_since nulls last limit 1)
          """);

  /**
   * A parcel whose next step is due.
   *
   * @param toRegion the 6-digit code of its order's address
   */
  record Due(Shipment shipment, String toRegion) {}

  private ShipmentStore() {}

  static List<Shipment> lock(Tx tx, long[] orderNumbers) {
    return tx.lock(LockRank.TASK, LOCK, READER, (Object) orderNumbers);
  }

  /** Takes due parcels that nobody else is at, and keeps them from others for a while. */
  static List<Due> claim(Tx tx, int rowsMax, Duration lease) {
    List<Due> due =
        tx.lock(LockRank.TASK, CLAIM, row -> new Due(read(row), textOrEmpty(row)), rowsMax);
    if (!due.isEmpty()) {
      List<Shipment> claimed = due.stream().map(Due::shipment).toList();
      tx.writeExpecting(
          due.size(),
          LEASE,
          tx.now().plus(lease),
          longs(claimed, Shipment::orderNumber),
          seqs(claimed));
    }
    return due;
  }

  /**
   * Marks parcels that are with a warehouse outside which is turned off.
   *
   * @return how many; less than {@code rowsMax} where these were the last
   */
  static int markLeftBehind(Tx tx, int rowsMax) {
    List<ShipmentId> found =
        tx.lock(
            LockRank.TASK,
            LEFT_BEHIND,
            row -> new ShipmentId(row.getLong(1), row.getInt(2)),
            Shipment.OUTSIDE_IS_OFF,
            rowsMax);
    if (!found.isEmpty()) {
      tx.writeExpecting(
          found.size(),
          MARK,
          Shipment.OUTSIDE_IS_OFF,
          found.stream().mapToLong(ShipmentId::orderNumber).toArray(),
          found.stream().mapToInt(ShipmentId::seq).toArray());
    }
    return found.size();
  }

  private static String textOrEmpty(Row row) throws SQLException {
    String text = row.getStringOrNull(22);
    return text == null ? "" : text;
  }

  static void insert(Tx tx, List<Shipment> planned) {
    if (planned.isEmpty()) {
      return;
    }
    tx.write(
        INSERT,
        longs(planned, Shipment::orderNumber),
        seqs(planned),
        texts(planned, Shipment::warehouse),
        texts(planned, shipment -> ShipmentJson.items(shipment.items())),
        texts(planned, Shipment::problem),
        micros(planned, Shipment::nextStepAt),
        micros(planned, shipment -> shipment.times().plannedAt()));
  }

  /** Writes parcels over the versions they were read with. */
  static void update(Tx tx, List<Shipment> changed) {
    if (changed.isEmpty()) {
      return;
    }
    boolean[] told = new boolean[changed.size()];
    for (int i = 0; i < told.length; i++) {
      told[i] = changed.get(i).told();
    }
    tx.writeExpecting(
        changed.size(),
        UPDATE,
        longs(changed, Shipment::orderNumber),
        seqs(changed),
        changed.stream().mapToInt(Shipment::version).toArray(),
        texts(changed, Shipment::warehouse),
        texts(changed, shipment -> shipment.state().code()),
        texts(changed, Shipment::carrier),
        texts(changed, Shipment::waybill),
        told,
        texts(changed, Shipment::toldTo),
        texts(changed, Shipment::problem),
        micros(changed, Shipment::nextStepAt),
        changed.stream().mapToInt(Shipment::tries).toArray(),
        texts(changed, Shipment::lastError),
        micros(changed, shipment -> shipment.times().pickedAt()),
        micros(changed, shipment -> shipment.times().packedAt()),
        micros(changed, shipment -> shipment.times().shippedAt()),
        micros(changed, shipment -> shipment.times().deliveredAt()),
        micros(changed, shipment -> shipment.times().cancelledAt()),
        micros(changed, shipment -> shipment.times().leftAnyhowAt()));
  }

  private static Shipment read(Row row) throws SQLException {
    return new Shipment(
        row.getLong(1),
        row.getInt(2),
        row.getString(3),
        ShipmentState.of(row.getString(4)),
        row.getInt(5),
        row.getStringOrNull(6),
        row.getStringOrNull(7),
        ShipmentJson.items(row.getString(8)),
        row.getBoolean(9),
        row.getStringOrNull(20),
        row.getStringOrNull(10),
        row.getInstantOrNull(11),
        row.getInt(12),
        row.getStringOrNull(13),
        new Shipment.Times(
            row.getInstant(14),
            row.getInstantOrNull(15),
            row.getInstantOrNull(16),
            row.getInstantOrNull(17),
            row.getInstantOrNull(18),
            row.getInstantOrNull(19),
            row.getInstantOrNull(21)));
  }

  private static int[] seqs(Collection<Shipment> shipments) {
    return shipments.stream().mapToInt(Shipment::seq).toArray();
  }

  private static long[] longs(Collection<Shipment> shipments, Function<Shipment, Long> of) {
    return shipments.stream().mapToLong(of::apply).toArray();
  }

  /** Epoch microseconds, 0 for none: arrays of longs hold no null. */
  private static long[] micros(
      Collection<Shipment> shipments, Function<Shipment, @Nullable Instant> of) {
    long[] micros = new long[shipments.size()];
    int i = 0;
    for (Shipment shipment : shipments) {
      Instant at = of.apply(shipment);
      micros[i++] = at == null ? 0 : Math.multiplyExact(at.toEpochMilli(), 1_000L);
    }
    return micros;
  }

  private static @Nullable String[] texts(
      Collection<Shipment> shipments, Function<Shipment, @Nullable String> of) {
    @Nullable String[] texts = new String[shipments.size()];
    int i = 0;
    for (Shipment shipment : shipments) {
      texts[i++] = of.apply(shipment);
    }
    return texts;
  }
}
