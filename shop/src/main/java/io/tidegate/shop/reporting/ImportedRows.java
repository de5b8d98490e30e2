package io.tidegate.shop.reporting;

import io.tidegate.shop.kernel.OrderNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rows of another shop's orders as an import took them: a file of the archive for each month.
 * No log has them, so the lake's files are made of it, and made again.
 */
final class ImportedRows {

  /** Its kind in the archive, and its folder. */
  static final String KIND = "imported";

  private static final int FETCH = 5_000;
  private static final int GROUP_ROWS = 32_768;

  private static final String COLUMNS =
      "number, external, user_id, created_ms, state, currency, carriage, sum, paid_ms, provider,"
          + " region, sku, title, pieces, price, off, returned";

  private static final String OF_MONTH =
      """
      select n.own::bigint as number, t.number as external, t.user_id::bigint as user_id,
        t.created_ms::bigint as created_ms, t.state, t.currency, t.carriage::bigint as carriage,
        t.sum::bigint as sum, t.paid_ms::bigint as paid_ms, t.provider, t.region, t.sku, t.title,
        t.pieces::integer as pieces, t.price::bigint as price, t.off::bigint as off,
        t.returned::integer as returned,
        (row_number() over (partition by n.own order by t.rowid))::integer as line
      from typed t join numbered n on n.number = t.number
      where strftime(make_timestamp(n.created_ms * 1000), '%%Y-%%m') = '%s'
      order by number, line
      """;

  private final LakeGoods goods;
  private final ZoneId zone;
  private final Map<String, LakeGoods.Place> places = new HashMap<>();
  private final Set<String> asked = new HashSet<>();

  ImportedRows(LakeGoods goods, ZoneId zone) {
    this.goods = goods;
    this.zone = zone;
  }

  /** Writes a month's; it doesn't count before it is in the manifest. */
  static ArchiveFile write(Connection duck, Path archive, YearMonth month)
      throws SQLException, IOException {
    Path folder = Files.createDirectories(RawRowsFile.folder(archive, KIND, month));
    String name =
        "%s-%s.parquet"
            .formatted(
                ArchiveFile.Source.IMPORTED.code(),
                HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
    Path to = folder.resolve(name);
    Path part = folder.resolve("." + name + ArchiveWriter.PART);
    try (Statement statement = duck.createStatement()) {
      statement.execute(
          "copy (%s) to '%s' (format parquet, compression zstd, row_group_size %d)"
              .formatted(OF_MONTH.formatted(month), ArchiveWriter.quoted(part), GROUP_ROWS));
      ArchiveWriter.sync(part);
      Files.move(part, to, StandardCopyOption.ATOMIC_MOVE);
      ArchiveWriter.sync(folder);
      try (ResultSet row =
          statement.executeQuery(
              "select count(*), min(number), max(number) from read_parquet('%s')"
                  .formatted(ArchiveWriter.quoted(to)))) {
        row.next();
        return new ArchiveFile(
            ArchiveWriter.relative(archive, to),
            month,
            KIND,
            ArchiveFile.Source.IMPORTED,
            row.getLong(1),
            Files.size(to),
            LakeOutput.checksum(to),
            0,
            row.getLong(2),
            row.getLong(3),
            0,
            OrderNumber.BUCKETS - 1);
      }
    }
  }

  /** The orders of such a file. */
  static void orders(Connection duck, Path file, Consumer<ImportedOrderJson> orders) {
    String sql =
        "select %s from read_parquet('%s', hive_partitioning = false) order by number, line"
            .formatted(COLUMNS, ArchiveWriter.quoted(file));
    try (Statement statement = duck.createStatement()) {
      statement.setFetchSize(FETCH);
      try (ResultSet row = statement.executeQuery(sql)) {
        ImportedOrderJson open = null;
        while (row.next()) {
          if (open == null || open.number().value() != row.getLong(1)) {
            if (open != null) {
              orders.accept(open);
            }
            open = order(row);
          }
          open.lines().add(line(row));
        }
        if (open != null) {
          orders.accept(open);
        }
      }
    } catch (SQLException e) {
      throw new ImportFailure("the orders can't be read back: " + e.getMessage(), e);
    }
  }

  private static ImportedOrderJson.Line line(ResultSet row) throws SQLException {
    return new ImportedOrderJson.Line(
        row.getString(12),
        row.getString(13),
        row.getInt(14),
        row.getLong(15),
        row.getLong(16),
        row.getInt(17));
  }

  private static ImportedOrderJson order(ResultSet row) throws SQLException {
    long paid = row.getLong(9);
    boolean unpaid = row.wasNull();
    return new ImportedOrderJson(
        new OrderNumber(row.getLong(1)),
        row.getString(2),
        row.getLong(3),
        Instant.ofEpochMilli(row.getLong(4)),
        row.getString(5),
        row.getString(6),
        row.getLong(7),
        row.getLong(8),
        unpaid ? null : Instant.ofEpochMilli(paid),
        row.getString(10),
        row.getString(11),
        new ArrayList<>());
  }

  /** What the lake gets of an order. */
  void lake(ImportedOrderJson order, Consumer<LakeRow> rows) {
    order.rows(zone, places(order), rows);
  }

  private LakeGoods.@Nullable Place[] places(ImportedOrderJson order) {
    List<String> fresh =
        order.lines().stream().map(ImportedOrderJson.Line::sku).filter(asked::add).toList();
    if (!fresh.isEmpty()) {
      places.putAll(goods.places(fresh));
    }
    LakeGoods.@Nullable Place[] found = new LakeGoods.@Nullable Place[order.lines().size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = places.get(order.lines().get(i).sku());
    }
    return found;
  }
}
