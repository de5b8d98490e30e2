package io.tidegate.shop.flashsale;

import static io.tidegate.shop.flashsale.Sales.EVE;
import static io.tidegate.shop.flashsale.Sales.applied;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.shop.inventory.Pool;
import io.tidegate.shop.kernel.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node knows of sales that another one makes and changes. */
class SaleBookTest {

  private static final Duration SOON = Duration.ofMinutes(30);
  private static final Duration LATER = Duration.ofHours(2);

  private Sales sales;
  private SaleBook other;

  @BeforeEach
  void open() {
    sales = new Sales();
    other = new SaleBook(sales.store);
  }

  @AfterEach
  void close() {
    other.close();
    sales.close();
  }

  @Test
  void anotherNodesChangesAreHeardOnce() {
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    Sale early = sales.planned(SOON, LATER, 5);
    other.refresh();
    other.listen((before, now) ->
        heard.add(
            (before == null ? "-" : before.version()) + ">" + (now == null ? "-" : now.version())));
    assertThat(heard).as("what is known already").containsExactly("->1");
    other.start();
    applied(sales.desk.start(early.id(), EVE));
    await().until(() -> heard.contains("1>3"));
    sales.planned(SOON, LATER, 5);
    await().until(() -> heard.size() == 3);
    assertThat(other.find(early.id())).isEqualTo(sales.sale(early.id()));
    applied(sales.desk.stop(early.id(), EVE));
    await().until(() -> heard.contains("3>4"));
    sales.shop.run(
        "update flashsale.sale set over_at = now() - interval '25 h' where id = " + early.id());
    await().until(() -> heard.contains("4>-"));
    assertThat(other.find(early.id())).isNull();
    assertThat(heard).containsExactly("->1", "1>3", "->1", "3>4", "4>-");
  }

  @Test
  void whatNobodyEndedIsKeptAndEndedHoweverLateANodeComes() {
    Sale planned = sales.planned(SOON, LATER, 5);
    Sale warm = applied(sales.desk.start(sales.planned(SOON, LATER, 5, 6).id(), EVE));
    sales.shop.run(
        "update flashsale.sale set starts_at = now() - interval '9 d',"
            + " ends_at = now() - interval '8 d'");
    other.refresh();
    assertThat(other.all()).extracting(Sale::id).contains(planned.id(), warm.id());
    SaleWorker late = new SaleWorker(other, sales.desk, Instant::now, Duration.ZERO);
    late.turn(Instant.now());
    assertThat(sales.sale(planned.id()).stage()).isEqualTo(Stage.ENDED);
    assertThat(sales.sale(warm.id()).stage()).isEqualTo(Stage.ENDED);
    assertThat(sales.stock(0, "available")).as("nothing is stranded").isEqualTo(Sales.STOCK);
    assertThat(sales.stock(1, "locked")).isZero();
    other.refresh();
    assertThat(other.find(warm.id())).as("from its ending on").isNotNull();
  }

  @Test
  void aSaleThatIsStoppedIsForgottenADayLaterThoughItsEndIsFarAway() {
    Sale sale = sales.planned(SOON, Duration.ofDays(9), 5);
    applied(sales.desk.stop(sale.id(), EVE));
    other.refresh();
    assertThat(other.find(sale.id())).isNotNull();
    sales.shop.run("update flashsale.sale set over_at = now() - interval '25 h'");
    other.refresh();
    assertThat(other.find(sale.id())).isNull();
  }

  @Test
  void whatIsOverForLessThanADayCountsAmongThoseThatMayBe() {
    Sale sale = sales.planned(SOON, LATER, 5);
    applied(sales.desk.stop(sale.id(), EVE));
    sales.shop.run(
        "insert into flashsale.sale (version, title, mode, stage, currency, starts_at, ends_at,"
            + " pay_window_seconds, challenge_bits, told) select 1, 'a', 'first_come', 'planned',"
            + " 'CNY', now(), now() + interval '1 d', 60, 0, '' from generate_series(2, "
            + SaleDesk.KEPT_MAX
            + ")");
    sales.shop.run(
        "insert into flashsale.item (sale, position, sku, title, price, per_user, allocation)"
            + " select id, 1, 'A', 'a', 1, 1, 1 from flashsale.sale where id <> "
            + sale.id());
    String plan = sales.plan(SOON, LATER, 5);
    assertThat(sales.desk.plan(Sales.key(), Sales.json(plan), EVE))
        .isEqualTo(Outcome.refused(SaleRefusal.Why.TOO_MANY_SALES));
    sales.shop.run(
        "update flashsale.sale set over_at = now() - interval '25 h' where over_at > now() - interval '1 h'");
    assertThat(sales.desk.plan(Sales.key(), Sales.json(plan), EVE))
        .isInstanceOf(Outcome.Applied.class);
  }

  @Test
  void whatIsGoneIsLookedUpOnceASecond() {
    Sale warm = applied(sales.desk.start(sales.planned(SOON, LATER, 5, 6).id(), EVE));
    Map<Long, Pool> there = new HashMap<>(sales.pools.find(warm.pools()));
    AtomicInteger reads = new AtomicInteger();
    AtomicLong nanos = new AtomicLong();
    SoldOut soldOut =
        new SoldOut(
            sales.book,
            _ -> {
              reads.incrementAndGet();
              return Map.copyOf(there);
            },
            nanos::get);
    assertThat(soldOut.isGone(warm)).isFalse();
    there.replaceAll((id, pool) -> new Pool(id, pool.sku(), pool.allocation(), 0, true));
    assertThat(soldOut.isGone(warm)).as("as it was a moment ago").isFalse();
    assertThat(reads).hasValue(1);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(soldOut.isGone(warm)).isTrue();
    there.clear();
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(soldOut.isGone(warm)).as("what nobody knows is not gone").isFalse();
    assertThat(reads).hasValue(3);
  }
}
