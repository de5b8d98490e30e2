package io.tidegate.shop.flashsale;

import static io.tidegate.shop.flashsale.Sales.EVE;
import static io.tidegate.shop.flashsale.Sales.applied;
import static io.tidegate.shop.flashsale.Sales.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.http.IdempotencyKey;
import io.tidegate.platform.http.Problem;
import io.tidegate.shop.flashsale.SaleRefusal.Why;
import io.tidegate.shop.inventory.Pool;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.testing.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What staff and time do to a sale, and what that does to stock. */
class SaleDeskTest {

  private static final Duration SOON = Duration.ofMinutes(30);
  private static final Duration LATER = Duration.ofHours(2);

  private Sales sales;

  @BeforeEach
  void open() {
    sales = new Sales();
  }

  @AfterEach
  void close() {
    sales.close();
  }

  @Test
  void aSaleIsPlannedOnceForItsKey() {
    IdempotencyKey key = Sales.key();
    String body = sales.plan(SOON, LATER, 40, 30);
    SaleDesk.Planned made = plan(key, body, Outcome.Applied.class);
    assertThat(plan(key, body, Outcome.AlreadyApplied.class)).isEqualTo(made);
    assertThat(sales.desk.plan(key, Sales.json(sales.plan(SOON, LATER, 41, 30)), EVE))
        .isEqualTo(Outcome.refused(Why.KEY_REUSED));
    Sale sale = sales.sale(made.id());
    assertThat(sale.stage()).isEqualTo(Stage.PLANNED);
    assertThat(sale.items())
        .extracting(SaleItem::sku)
        .containsExactly(sales.skus.get(0), sales.skus.get(1));
    assertThat(sales.stock(0, "available")).as("nothing is taken yet").isEqualTo(Sales.STOCK);
    assertThat(sales.book.find(sale.id())).as("known here at once").isEqualTo(sale);
    assertThat(sales.told(sale.id())).containsExactly("sale.planned.v1");
    assertThat(sales.shop.number("select count(*) from staff.act where act = 'sale.plan'"))
        .isEqualTo(1);
  }

  private SaleDesk.Planned plan(IdempotencyKey key, String body, Class<?> how) {
    Outcome<SaleDesk.Planned, SaleRefusal> outcome = sales.desk.plan(key, Sales.json(body), EVE);
    assertThat(outcome).isInstanceOf(how);
    return switch (outcome) {
      case Outcome.Applied<SaleDesk.Planned, SaleRefusal>(SaleDesk.Planned made) -> made;
      case Outcome.AlreadyApplied<SaleDesk.Planned, SaleRefusal>(SaleDesk.Planned made) -> made;
      case Outcome.Refused<SaleDesk.Planned, SaleRefusal>(SaleRefusal why) ->
          throw new AssertionError(why);
    };
  }

  @Test
  void whatIsWrongWithAPlanIsToldAtOnce() {
    String body =
        "{\"title\":\"a\",\"mode\":\"draw\",\"startsAt\":\"2020-01-01T00:00:00Z\","
            + "\"endsAt\":\"2019-01-01T00:00:00Z\",\"payWindowMinutes\":0,\"challengeBits\":99,"
            + "\"items\":[{\"sku\":\"NOPE\",\"price\":{\"amount\":0,\"currency\":\"CNY\"},"
            + "\"allocation\":0,\"perUser\":1000}]}";
    assertThatThrownBy(() -> sales.desk.plan(Sales.key(), Sales.json(body), EVE))
        .isInstanceOfSatisfying(
            Problem.class,
            problem ->
                assertThat(problem.errors())
                    .extracting(Problem.FieldError::pointer)
                    .contains(
                        "/endsAt",
                        "/drawAt",
                        "/payWindowMinutes",
                        "/challengeBits",
                        "/items/0/sku",
                        "/items/0/allocation",
                        "/items/0/perUser"));
  }

  @Test
  void warmingTakesGoodsOutOfNormalStockAndStoppingGivesThemBack() {
    Sale sale = sales.planned(SOON, LATER, 40, 30);
    Sale warm = applied(sales.desk.warm(sale.id(), EVE));
    assertThat(warm).isEqualTo(sales.sale(sale.id()));
    assertThat(warm.stage()).isEqualTo(Stage.WARM);
    assertThat(sales.stock(0, "available")).isEqualTo(Sales.STOCK - 40);
    assertThat(sales.stock(0, "locked")).isEqualTo(40);
    assertThat(sales.pools.find(warm.pools()).values())
        .extracting(Pool::free)
        .containsExactlyInAnyOrder(40L, 30L);
    assertThat(sales.desk.warm(sale.id(), EVE)).isInstanceOf(Outcome.AlreadyApplied.class);

    Sale stopped = applied(sales.desk.stop(sale.id(), EVE));
    assertThat(stopped.version()).isEqualTo(3);
    assertThat(sales.stock(0, "available")).isEqualTo(Sales.STOCK);
    assertThat(sales.stock(1, "locked")).isZero();
    assertThat(sales.pools.find(warm.pools()).values()).noneMatch(Pool::open);
    assertThat(sales.desk.stop(sale.id(), EVE)).isInstanceOf(Outcome.AlreadyApplied.class);
    assertThat(refused(sales.desk.warm(sale.id(), EVE))).isEqualTo(Why.STOPPED);
    assertThat(refused(sales.desk.start(sale.id(), EVE))).isEqualTo(Why.STOPPED);
    assertThat(sales.told(sale.id()))
        .containsExactly("sale.planned.v1", "sale.warmed.v1", "sale.stopped.v1");
  }

  @Test
  void staffGetAllThatIsPlannedOrNothing() {
    Sale sale = sales.planned(SOON, LATER, 40, Sales.STOCK + 1);
    assertThat(refused(sales.desk.warm(sale.id(), EVE)))
        .isEqualTo(new SaleRefusal.OutOfStock(Set.of(sales.skus.get(1))));
    assertThat(refused(sales.desk.start(sale.id(), EVE)))
        .isInstanceOf(SaleRefusal.OutOfStock.class);
    assertThat(sales.stock(0, "available")).isEqualTo(Sales.STOCK);
    assertThat(sales.sale(sale.id())).isEqualTo(sale);
  }

  @Test
  void aheadOfItsStartASaleTakesWhatIsThere() {
    Sale sale = sales.planned(SOON, LATER, 40, Sales.STOCK + 1);
    SaleWorker worker = new SaleWorker(sales.book, sales.desk, Instant::now, Duration.ofMinutes(5));
    worker.turn(sale.startsAt().minus(Duration.ofMinutes(5)).minusMillis(1));
    assertThat(sales.sale(sale.id()).stage()).as("not yet").isEqualTo(Stage.PLANNED);
    worker.turn(sale.startsAt().minus(Duration.ofMinutes(5)));
    Sale warm = sales.sale(sale.id());
    assertThat(warm.items()).extracting(SaleItem::allocation).containsExactly(40L, Sales.STOCK);
    assertThat(warm.items())
        .as("the plan stays to be seen")
        .extracting(SaleItem::planned)
        .containsExactly(40L, Sales.STOCK + 1);
    assertThat(sales.stock(1, "available")).isZero();
    assertThat(sales.events.after(0, 10).getLast().data())
        .asString()
        .contains("\"wanted\":[{", "\"quantity\":" + (Sales.STOCK + 1));
    String sku = sales.skus.get(1);
    sales.shop.run(
        "update inventory.stock set total = total + 5, available = 5 where sku = '" + sku + "'");
    applied(sales.desk.addStock(Sales.key(), sale.id(), sku, 1, EVE));
    SaleItem full = sales.sale(sale.id()).item(sku).orElseThrow();
    assertThat(full.allocation()).isEqualTo(Sales.STOCK + 1);
    assertThat(full.planned()).as("what lacked is there").isEqualTo(Sales.STOCK + 1);
    applied(sales.desk.addStock(Sales.key(), sale.id(), sku, 4, EVE));
    assertThat(sales.sale(sale.id()).item(sku).orElseThrow().planned()).isEqualTo(Sales.STOCK + 5);
  }

  @Test
  void aSaleThatCannotBeEndedHoldsUpNoOther() {
    Sale broken = sales.planned(SOON, LATER, 5);
    Sale other = sales.planned(SOON, LATER, 5);
    sales.shop.run(
        "update flashsale.sale set starts_at = now() - interval '2 h', ends_at = now(),"
            + " version = version + 1");
    sales.shop.run(
        "alter table flashsale.sale add constraint broken check (stage = 'planned' or id <> "
            + broken.id()
            + ")");
    sales.book.refresh();
    SaleWorker worker = new SaleWorker(sales.book, sales.desk, Instant::now, Duration.ZERO);
    worker.turn(Instant.now());
    assertThat(sales.sale(other.id()).stage()).isEqualTo(Stage.ENDED);
    assertThat(sales.sale(broken.id()).stage()).isEqualTo(Stage.PLANNED);
    sales.shop.run("alter table flashsale.sale drop constraint broken");
    worker.turn(Instant.now().plusSeconds(60));
    assertThat(sales.sale(broken.id()).stage()).isEqualTo(Stage.ENDED);
  }

  @Test
  void aDrawThatWouldBeDrawnBeforeItWasMadeIsRefused() {
    Instant now = Instant.now();
    String body =
        sales.plan(
            Duration.ofHours(-2),
            LATER,
            ",\"mode\":\"draw\",\"drawAt\":\"" + now.minusSeconds(60) + "\"",
            5);
    assertThatThrownBy(() -> sales.desk.plan(Sales.key(), Sales.json(body), EVE))
        .isInstanceOfSatisfying(
            Problem.class,
            problem ->
                assertThat(problem.errors())
                    .extracting(Problem.FieldError::pointer)
                    .containsExactly("/drawAt"));
    String over = sales.plan(Duration.ofHours(-2), Duration.ofSeconds(-1), 5);
    assertThatThrownBy(() -> sales.desk.plan(Sales.key(), Sales.json(over), EVE))
        .isInstanceOf(Problem.class);
  }

  @Test
  void aSaleStartsEarlyByHandAndIsWarmedFirst() {
    Sale sale = sales.planned(SOON, LATER, 40);
    Sale started = applied(sales.desk.start(sale.id(), EVE));
    assertThat(started.startsAt()).isBefore(sale.startsAt());
    assertThat(started.shown(started.startsAt(), false)).isEqualTo(SaleState.OPEN);
    assertThat(started.version()).isEqualTo(3);
    assertThat(sales.sale(sale.id())).isEqualTo(started);
    assertThat(sales.desk.start(sale.id(), EVE)).isInstanceOf(Outcome.AlreadyApplied.class);
    assertThat(sales.told(sale.id()))
        .containsExactly("sale.planned.v1", "sale.warmed.v1", "sale.started.v1");
  }

  @Test
  void piecesAreAddedOnceForTheirKey() {
    Sale sale = sales.planned(SOON, LATER, 40);
    IdempotencyKey key = Sales.key();
    String sku = sales.skus.getFirst();
    applied(sales.desk.addStock(key, sale.id(), sku, 5, EVE));
    assertThat(sales.stock(0, "available")).as("only planned").isEqualTo(Sales.STOCK);
    applied(sales.desk.start(sale.id(), EVE));
    assertThat(sales.stock(0, "locked")).isEqualTo(45);
    assertThat(sales.desk.addStock(key, sale.id(), sku, 5, EVE))
        .isInstanceOf(Outcome.AlreadyApplied.class);
    assertThat(refused(sales.desk.addStock(key, sale.id(), sku, 6, EVE))).isEqualTo(Why.KEY_REUSED);
    applied(sales.desk.addStock(Sales.key(), sale.id(), sku, 55, EVE));
    assertThat(sales.sale(sale.id()).items().getFirst().allocation()).isEqualTo(100);
    assertThat(sales.stock(0, "available")).isZero();
    IdempotencyKey tooMany = Sales.key();
    assertThat(refused(sales.desk.addStock(tooMany, sale.id(), sku, 1, EVE)))
        .isEqualTo(new SaleRefusal.OutOfStock(Set.of(sku)));
    sales.shop.run(
        "update inventory.stock set total = total + 1, available = 1 where sku = '" + sku + "'");
    applied(sales.desk.addStock(tooMany, sale.id(), sku, 1, EVE)); // a refusal keeps no key
    assertThat(refused(sales.desk.addStock(Sales.key(), sale.id(), sales.skus.get(1), 1, EVE)))
        .isEqualTo(Why.NO_SUCH_ITEM);
    assertThat(refused(sales.desk.addStock(Sales.key(), 999, sku, 1, EVE)))
        .isEqualTo(Why.NO_SUCH_SALE);
  }

  @Test
  void timeEndsASale() {
    Sale sale = sales.planned(SOON, LATER, 40);
    Sale never = sales.planned(SOON, LATER, 10);
    applied(sales.desk.start(sale.id(), EVE));
    SaleWorker worker = new SaleWorker(sales.book, sales.desk, Instant::now, Duration.ZERO);
    worker.turn(never.endsAt());
    assertThat(sales.sale(sale.id()).stage())
        .as("the database's clock decides")
        .isEqualTo(Stage.WARM);
    sales.shop.run("update flashsale.sale set starts_at = now() - interval '2 h', ends_at = now()");
    worker.turn(never.endsAt());
    assertThat(sales.sale(sale.id()).stage()).isEqualTo(Stage.ENDED);
    assertThat(sales.sale(never.id()).stage()).isEqualTo(Stage.ENDED);
    assertThat(sales.stock(0, "available")).isEqualTo(Sales.STOCK);
    assertThat(refused(sales.desk.stop(sale.id(), EVE))).isEqualTo(Why.ENDED);
    assertThat(sales.told(sale.id())).endsWith("sale.ended.v1");
  }

  /** Stop, start, adding and a worker meet on one sale: its pieces are where its stage says. */
  @Test
  void whoeverComesTogetherLeavesTheSaleAndItsStockAtOne() throws Exception {
    for (int round = 0; round < 20; round++) {
      Sale sale = sales.planned(SOON, LATER, 20, 10);
      List<Callable<Outcome<Sale, SaleRefusal>>> acts = new ArrayList<>();
      acts.add(() -> sales.desk.start(sale.id(), EVE));
      acts.add(() -> sales.desk.warm(sale.id(), EVE));
      acts.add(() -> sales.desk.warmInTime(sale.id()));
      acts.add(() -> sales.desk.addStock(Sales.key(), sale.id(), sales.skus.get(0), 3, EVE));
      acts.add(() -> sales.desk.stop(sale.id(), EVE));
      List<Outcome<Sale, SaleRefusal>> outcomes = Together.run(acts);
      assertThat(outcomes.getLast()).isInstanceOf(Outcome.Applied.class);
      Sale now = sales.sale(sale.id());
      long applied = outcomes.stream().filter(each -> each instanceof Outcome.Applied).count();
      assertThat(sales.told(sale.id())).as("one for each change").hasSize(now.version());
      assertThat(now.version()).isBetween((int) applied, (int) applied + 2);
      assertThat(sales.stock(0, "available")).isEqualTo(Sales.STOCK);
      assertThat(sales.stock(0, "locked")).isZero();
      assertThat(sales.stock(1, "available")).isEqualTo(Sales.STOCK);
    }
  }
}
