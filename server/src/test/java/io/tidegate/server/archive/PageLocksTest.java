package io.tidegate.server.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.reporting.ArchivedOrder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An order's page is read in one transaction, which holds the locks of all its tables to its end:
 * it takes them in the order in which a month's tables are locked when it leaves, so that neither
 * ever waits for the other's second table while it holds the first.
 */
class PageLocksTest {

  private static final Duration PATIENCE = Duration.ofSeconds(9); // a reader waits 10 at most

  private static final List<String> TABLES =
      LeavingTable.ALL.stream().map(LeavingTable::name).toList();

  @TempDir private Path folder;
  private FilledShop shop;
  private Rendering rendering;
  private long order;

  @BeforeEach
  void open() throws Exception {
    shop = new FilledShop(folder);
    rendering = new Rendering(shop.database);
    order =
        shop.number(
            "select min(number) from ordering.orders where state = 6 and refunded_total = 0 and version = 5");
  }

  @AfterEach
  void close() throws Exception {
    rendering.close();
    shop.close();
  }

  /** Whatever table it waits for, it has locked none that is locked later. */
  @Test
  void aPageLocksTablesInTheOrderInWhichTheyLeave() throws Exception {
    page();
    List<String> waitedFor = new ArrayList<>();
    try (Connection holder = DriverManager.getConnection(shop.url);
        Statement holds = holder.createStatement()) {
      holder.setAutoCommit(false);
      for (String table : TABLES) {
        holds.execute("lock table only " + table + " in access exclusive mode");
        CompletableFuture<List<ArchivedOrder>> page = CompletableFuture.supplyAsync(this::page);
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(20))
            .until(() -> page.isDone() || waits(table));
        if (!page.isDone()) {
          waitedFor.add(table);
          assertThat(TABLES.subList(0, TABLES.indexOf(table)))
              .as("locked by who waits for " + table)
              .containsAll(lockedByWhoWaits(table));
        }
        holder.rollback();
        assertThat(page.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).hasSize(1);
      }
    }
    assertThat(waitedFor)
        .contains("ordering.refunded_line", "payment.attempt", "aftersales.return_case");
  }

  private List<ArchivedOrder> page() {
    List<ArchivedOrder> found = rendering.from(order, order + 1);
    assertThat(found).extracting(ArchivedOrder::number).containsExactly(new OrderNumber(order));
    return found;
  }

  private boolean waits(String table) {
    return shop.number(
            "select count(*) from pg_locks where not granted and relation = '%s'::regclass"
                .formatted(table))
        > 0;
  }

  /** Of tables that leave. */
  private List<String> lockedByWhoWaits(String table) {
    return shop
        .texts(
            """
            select distinct held.relation::regclass::text from pg_locks held
            join pg_locks waiting on waiting.pid = held.pid
            where held.granted and not waiting.granted and waiting.relation = '%s'::regclass
              and held.relation is not null
            """
                .formatted(table))
        .stream()
        .filter(TABLES::contains)
        .toList();
  }
}
