package io.tidegate.server.exchange;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.server.cli.Exchanges;
import io.tidegate.server.cli.Failure;
import io.tidegate.shop.fulfilment.Warehouse;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.payment.StatementText;
import io.tidegate.shop.reconciliation.StatementService;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Imports and exports on a database, beside the running system or alone. */
public final class Exchange implements Exchanges {

  private static final int CONNECTIONS = 2;

  /** After each transaction the shop has the database to itself for as long, at least this. */
  private static final Duration PAUSE_MIN = Duration.ofMillis(5);

  /** An export tells how far it is after so many rows. */
  private static final int TOLD_EVERY_ROWS = 500;

  private record Row<R>(long line, R value) {}

  @Override
  public Taken take(String jdbcUrl, What what, Path file, String actor, Audience audience) {
    try (Database database = database(jdbcUrl)) {
      return switch (what) {
        case GOODS -> take(new GoodsTable(database, actor), file, audience);
        case PRICES -> take(new PriceTable(database, actor), file, audience);
        case STOCK -> {
          new EventLog(database).partitions(); // the system may not have run for long
          yield take(new StockTable(database, actor, warehouses()), file, audience);
        }
        case STATEMENT -> throw new IllegalArgumentException("a statement is of a provider's day");
      };
    }
  }

  private static <R> Taken take(Table<R> table, Path file, Audience audience) {
    Taking<R> taking = new Taking<>(table, audience);
    try (CsvFile csv = CsvFile.open(file, table.needed(), Set.copyOf(table.columns()))) {
      boolean all = false;
      while (!audience.stopAsked() && !all) {
        CsvRow row = csv.next(taking::spoilt);
        if (row == null) {
          all = true;
        } else {
          taking.row(row);
        }
        if (taking.isFull() || all) {
          taking.write();
          audience.reached(csv.bytesRead(), csv.bytes());
        }
      }
      return taking.taken(all);
    }
  }

  @Override
  public long takeStatement(String jdbcUrl, Statement which, Path file, String actor) {
    try (Database database = database(jdbcUrl);
        InputStream in = Files.newInputStream(file)) {
      return new StatementService(database, which.zone())
          .take(which.provider(), which.day(), in, actor)
          .lines();
    } catch (StatementText.Malformed e) {
      throw new Failure(file + ": " + e.getMessage() + "; nothing was taken", e);
    } catch (IOException e) {
      throw new Failure(file + " can't be read: " + e.getClass().getSimpleName(), e);
    }
  }

  @Override
  public long give(String jdbcUrl, What what, Path file, boolean bom, Audience audience) {
    try (Database database = database(jdbcUrl)) {
      return switch (what) {
        case GOODS -> give(new GoodsTable(database, ""), file, bom, audience);
        case PRICES -> give(new PriceTable(database, ""), file, bom, audience);
        case STOCK -> give(new StockTable(database, "", warehouses()), file, bom, audience);
        case STATEMENT -> throw new IllegalArgumentException("a statement is not given back");
      };
    }
  }

  /** The file appears when it is whole. */
  private static <R> long give(Table<R> table, Path file, boolean bom, Audience audience) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    long of = table.count();
    long[] rows = {0};
    try {
      try (BufferedWriter text = Files.newBufferedWriter(part, StandardCharsets.UTF_8)) {
        if (bom) {
          text.write('\uFEFF');
        }
        try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
          csv.writeRecord(table.columns());
          table.each(cells -> {
            csv.writeRecord(cells.stream().map(SheetGuard::on).toList());
            if (++rows[0] % TOLD_EVERY_ROWS == 0) {
              audience.reached(rows[0], Math.max(of, rows[0]));
            }
          });
        }
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      audience.reached(rows[0], rows[0]);
      return rows[0];
    } catch (IOException e) {
      throw new Failure(file + " can't be written: " + e.getClass().getSimpleName(), e);
    }
  }

  private static Database database(String jdbcUrl) {
    Clock clock = Clock.system();
    Database database =
        new Database(DatabaseSettings.of(jdbcUrl).withConnections(CONNECTIONS, CONNECTIONS), clock);
    clock.offsetFrom(database::now);
    return database;
  }

  private static List<String> warehouses() {
    return Warehouses.demo().all().stream().map(Warehouse::id).toList();
  }

  /** Rows on their way into the database. */
  private static final class Taking<R> {
    private final Table<R> table;
    private final Audience audience;
    private final List<Row<R>> chunk = new ArrayList<>();
    private final Said said = new Said();
    private final Said pending = new Said();
    private long rows;
    private long written;
    private long same;
    private long bad;

    Taking(Table<R> table, Audience audience) {
      this.table = table;
      this.audience = audience;
    }

    /** A line that is no row. */
    void spoilt(Bad why) {
      rows++;
      refuse(List.of(why));
    }

    void row(CsvRow row) {
      rows++;
      R value = table.read(row);
      if (row.bad().isEmpty()) {
        Said.Part part = new Said.Part(table.key(value), table.told(value));
        if (pending.against(part) != null) {
          write(); // only what the database has taken counts, and of these it isn't known yet
        }
        Said.Clash clash = said.against(part);
        if (clash == null) {
          chunk.add(new Row<>(row.line(), value));
          pending.add(part, row.line());
          return;
        }
        row.refuse(clash.column(), clash.why());
      }
      refuse(row.bad());
    }

    private void refuse(List<Bad> why) {
      bad++;
      why.forEach(audience::bad);
    }

    boolean isFull() {
      return chunk.size() == table.rowsMax();
    }

    void write() {
      if (chunk.isEmpty()) {
        return;
      }
      long begun = System.nanoTime();
      write(chunk);
      chunk.clear();
      pending.clear();
      long took = System.nanoTime() - begun;
      LockSupport.parkNanos(Math.max(took, PAUSE_MIN.toNanos()));
    }

    /** What the database refuses is split, until the culprit stands alone. */
    private void write(List<Row<R>> some) {
      List<Fate> fates;
      try {
        fates = table.write(some.stream().map(Row::value).toList());
      } catch (DatabaseFailure.BadData | DatabaseFailure.Conflict e) {
        if (some.size() == 1) {
          refuse(List.of(new Bad(some.getFirst().line(), "", "the database refuses it")));
          return;
        }
        int half = some.size() / 2;
        write(some.subList(0, half));
        write(some.subList(half, some.size()));
        return;
      }
      for (int i = 0; i < some.size(); i++) {
        switch (fates.get(i)) {
          case Fate.Written() -> {
            written++;
            took(some.get(i));
          }
          case Fate.Same() -> {
            same++;
            took(some.get(i));
          }
          case Fate.Refused(String column, String why) ->
              refuse(List.of(new Bad(some.get(i).line(), column, why)));
        }
      }
    }

    private void took(Row<R> row) {
      said.add(new Said.Part(table.key(row.value()), table.told(row.value())), row.line());
    }

    Taken taken(boolean all) {
      return new Taken(rows, written, same, bad, all);
    }
  }
}
