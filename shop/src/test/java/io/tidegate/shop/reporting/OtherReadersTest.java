package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.reporting.RawRowsFile.Column;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files of lake and archive, read by another library than the one that wrote them: each column
 * has a type that every reader has, and each value is what DuckDB says.
 */
class OtherReadersTest {

  private static final LocalDate DAY = LocalDate.of(2026, 11, 11);
  private static final YearMonth MAY = YearMonth.of(2026, 5);
  private static final int ROWS = 5_000; // several row groups of the archive, several pages

  @TempDir private Path folder;
  private LakeShop shop;
  private Path archive;

  @BeforeEach
  void open() {
    shop = new LakeShop(folder);
    archive = shop.lake.folder().resolve(ArchiveFiles.FOLDER);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  /** Values at the edges of their types, and now and then none. */
  private static @Nullable Object value(LakeType type, int row) {
    if (row % 7 == 3) {
      return null;
    }
    return switch (type) {
      case BIGINT -> row % 5 == 0 ? Long.MIN_VALUE + row : Long.MAX_VALUE - row;
      case INTEGER -> row % 5 == 0 ? Integer.MIN_VALUE + row : Integer.MAX_VALUE - row;
      case VARCHAR -> row % 5 == 0 ? "" : "潮闸 \"" + row + "\", é\n\uD83D\uDE00";
      case BOOLEAN -> row % 2 == 0;
      case DATE -> DAY.minusDays(row);
      case TIMESTAMP ->
          Instant.parse("2026-11-10T23:59:59.999999Z").minusNanos(row * 1_000_001_000L);
    };
  }

  private static LakeRow row(LakeTable table, int n) {
    LakeRow.Draft draft = LakeRow.of(table, DAY);
    for (LakeColumn column : table.columns()) {
      boolean time = column.name().equals("happened_at");
      draft.set(column.name(), value(column.type(), time ? n * 7 : n));
    }
    return draft.row();
  }

  private void assertSame(Path file, List<String> columns) throws Exception {
    ParquetHadoop.Read read = ParquetHadoop.read(file);
    assertThat(read.columns()).as(file.toString()).containsExactlyElementsOf(columns);
    assertThat(read.rows().stream().sorted().toList())
        .as(file.toString())
        .isEqualTo(byDuck(file, columns));
  }

  private List<String> byDuck(Path file, List<String> columns) throws Exception {
    String cells =
        columns.stream()
            .map(column -> column.split(" "))
            .map(column ->
                switch (LakeType.valueOf(column[1])) {
                  case TIMESTAMP -> "epoch_us(" + column[0] + ")";
                  case DATE -> "datediff('day', date '1970-01-01', " + column[0] + ")";
                  case BIGINT, INTEGER, VARCHAR, BOOLEAN -> column[0];
                })
            .collect(Collectors.joining(", "));
    try (Connection duck = shop.lake.connect();
        Statement statement = duck.createStatement();
        ResultSet result =
            statement.executeQuery(
                "select %s from read_parquet(%s)"
                    .formatted(cells, LakeViews.quoted(file.toString())))) {
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns.size(); i++) {
          row.add(String.valueOf(result.getString(i)));
        }
        rows.add(String.join("|", row));
      }
      return rows.stream().sorted().toList();
    }
  }

  @Test
  void everyTableOfTheLake() throws Exception {
    for (LakeTable table : LakeTable.values()) {
      List<LakeFile.Written> files =
          shop.ground
              .output()
              .write(
                  Positions.NONE,
                  0,
                  rows -> {
                    for (int n = 0; n < ROWS; n++) {
                      rows.accept(row(table, n));
                    }
                  });
      assertThat(files).hasSize(1);
      Path file = shop.lake.folder().resolve(files.getFirst().path());
      assertThat(ParquetHadoop.read(file).rows()).hasSize(ROWS);
      assertSame(
          file,
          table.columns().stream().map(column -> column.name() + " " + column.type()).toList());
    }
  }

  @Test
  void whatWasWrittenIsReadAndWhatWasPutTogetherToo() throws Exception {
    for (int part = 0; part < 4; part++) {
      shop.write(shop.log(part * 10, 10));
    }
    List<LakeFile> lines =
        shop.ground.files().live().stream()
            .filter(file -> file.table() == LakeTable.LINES)
            .toList();
    LakeFile.Written merged = shop.ground.output().merge(lines, 1);
    Path file = shop.lake.folder().resolve(merged.path());
    ParquetHadoop.Read read = ParquetHadoop.read(file);
    assertThat(read.rows()).hasSize(160);
    long revenue =
        read.rows().stream()
            .map(row -> row.split("\\|", -1))
            .filter(row -> row[2].equals("paid"))
            .mapToLong(row -> Long.parseLong(row[14]))
            .sum();
    assertThat(revenue).as("forty orders of 29.00").isEqualTo(40 * 2_900);
  }

  @Test
  void documentsOfTheArchive() throws Exception {
    Instant at = Instant.parse("2026-05-04T10:00:00.123456Z");
    try (ArchiveWriter writer =
        new ArchiveWriter(shop.lake.connect(), archive, MAY, ArchiveFile.Source.IMPORTED)) {
      for (int n = 0; n < ROWS; n++) {
        String text = String.valueOf(value(LakeType.VARCHAR, n));
        writer.add(
            new ArchivedOrder(
                OrderNumber.of(at.plusSeconds(n).toEpochMilli(), n, 1, n % 256),
                n,
                at.plusSeconds(n),
                "completed",
                6,
                n,
                "CNY",
                n % 2 == 0 ? null : text,
                text,
                text,
                text,
                text));
      }
      List<ArchiveFile> files = writer.finish();
      assertThat(files.stream().mapToLong(ArchiveFile::rows).sum()).isEqualTo(ROWS);
      for (ArchiveFile file : files) {
        assertSame(archive.resolve(file.path()), List.of(ArchiveWriter.COLUMNS.split(", ")));
      }
    }
  }

  @Test
  void rowsOfTheArchive() throws Exception {
    List<Column> columns =
        List.of(
            new Column("order_number", "BIGINT"),
            new Column("seq", "INTEGER"),
            new Column("done", "BOOLEAN"),
            new Column("note", "VARCHAR"),
            new Column("happened_at", "TIMESTAMP"));
    Path csv = folder.resolve("rows.csv");
    Files.writeString(
        csv,
        """
        "9223372036854775807","-2147483648","t","潮闸, ""quoted"" ones","2026-05-04 10:00:00.123456"
        "1","2147483647","f","","1969-12-31 23:59:59.999999"
        "2",\\N,\\N,\\N,\\N
        """);
    try (Connection duck = shop.lake.connect()) {
      ArchiveFile file =
          RawRowsFile.write(duck, archive, MAY, "fulfilment.task", columns, "order_number", csv);
      assertThat(file.rows()).isEqualTo(3);
      assertThat(ParquetHadoop.read(archive.resolve(file.path())).rows())
          .containsExactlyInAnyOrder(
              "9223372036854775807|-2147483648|true|潮闸, \"quoted\" ones|1777888800123456",
              "1|2147483647|false||-1",
              "2|null|null|null|null");
      assertSame(
          archive.resolve(file.path()),
          columns.stream().map(column -> column.name() + " " + column.type()).toList());
    }
  }
}
