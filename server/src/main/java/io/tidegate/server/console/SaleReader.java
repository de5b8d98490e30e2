package io.tidegate.server.console;

import io.tidegate.shop.flashsale.DrawStore;
import io.tidegate.shop.flashsale.Gates;
import io.tidegate.shop.flashsale.GrantCountStore.Pieces;
import io.tidegate.shop.flashsale.Mode;
import io.tidegate.shop.flashsale.Sale;
import io.tidegate.shop.flashsale.SaleItem;
import io.tidegate.shop.flashsale.SaleState;
import io.tidegate.shop.inventory.Pool;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Flash sales as pages show them, in the reader's language. */
final class SaleReader {
  private static final String NONE = "–";

  private final Console.Sales sales;
  private final Titles titles;
  private final ZoneId zone;
  private final Texts t;

  SaleReader(Console.Sales sales, Titles titles, ZoneId zone, Texts t) {
    this.sales = sales;
    this.titles = titles;
    this.zone = zone;
    this.t = t;
  }

  /** The rows of a list. */
  List<SaleList.Row> rows(Collection<Sale> list, Instant now) {
    Map<Long, Pool> pools =
        sales.pools().find(list.stream().flatMap(sale -> sale.pools().stream()).toList());
    return list.stream().map(sale -> row(sale, pools, now)).toList();
  }

  private SaleList.Row row(Sale sale, Map<Long, Pool> pools, Instant now) {
    long pieces = sale.items().stream().mapToLong(SaleItem::allocation).sum();
    return new SaleList.Row(
        SalePage.path(sale.id()),
        sale.title(),
        Long.toString(sale.id()),
        state(shown(sale, pools, now)),
        mode(sale.mode()),
        Shown.moment(sale.startsAt(), zone),
        Shown.moment(sale.endsAt(), zone),
        t.with("sales.goods_count", sale.items().size()),
        number(pieces),
        hasOpen(sale, pools) ? number(free(sale, pools)) : NONE);
  }

  List<OrderList.Choice> modes() {
    return Arrays.stream(Mode.values())
        .map(mode -> new OrderList.Choice(mode.word(), mode(mode), false))
        .toList();
  }

  private String mode(Mode mode) {
    return t.of("sales.mode." + mode.word());
  }

  private OrderList.State state(SaleState state) {
    return new OrderList.State(state.word(), t.of("sale_state." + state.word()));
  }

  /** A sale with what belongs to it, as it was read at one moment. */
  record Seen(Sale sale, SaleState state, Map<Long, Pool> pools, Map<String, Pieces> granted) {
    boolean isOpen() {
      return hasOpen(sale, pools);
    }

    Pieces of(SaleItem item) {
      return granted.getOrDefault(item.sku(), Pieces.NONE);
    }

    long allocation() {
      return sale.items().stream().mapToLong(SaleItem::allocation).sum();
    }

    long planned() {
      return sale.items().stream().mapToLong(SaleItem::planned).sum();
    }

    Pieces all() {
      return sale.items().stream().map(this::of).reduce(Pieces.NONE, Pieces::plus);
    }
  }

  Seen seen(Sale sale, Instant now) {
    Map<Long, Pool> pools = sales.pools().find(sale.pools());
    return new Seen(sale, shown(sale, pools, now), pools, sales.granted().of(sale.id()));
  }

  private static SaleState shown(Sale sale, Map<Long, Pool> pools, Instant now) {
    return sale.shown(now, free(sale, pools) == 0);
  }

  private static long free(Sale sale, Map<Long, Pool> pools) {
    return sale.pools().stream().mapToLong(id -> free(pools.get(id))).sum();
  }

  private static long free(@Nullable Pool pool) {
    return pool == null || !pool.open() ? 0 : pool.free();
  }

  private static boolean hasOpen(Sale sale, Map<Long, Pool> pools) {
    return sale.pools().stream().map(pools::get).anyMatch(pool -> pool != null && pool.open());
  }

  SaleDetail.Terms terms(Sale sale) {
    return new SaleDetail.Terms(
        Long.toString(sale.id()),
        mode(sale.mode()),
        t.with("sales.terms_minutes", sale.payWindow().toMinutes()),
        sale.challengeBits() == 0
            ? t.of("sales.challenge_none")
            : t.with("sales.challenge_some", sale.challengeBits()));
  }

  SaleDetail.Head head(Seen seen) {
    Sale sale = seen.sale();
    Instant until =
        switch (seen.state()) {
          case PLANNED, WARM -> sale.startsAt();
          case OPEN, SOLD_OUT -> sale.closesAt();
          case ENDED, STOPPED -> null;
        };
    String count =
        switch (seen.state()) {
          case PLANNED, WARM -> t.of("sales.count_start");
          case OPEN, SOLD_OUT ->
              t.of(sale.drawAt() == null ? "sales.count_end" : "sales.count_draw");
          case ENDED, STOPPED -> "";
        };
    return new SaleDetail.Head(
        sale.title(),
        state(seen.state()),
        until == null ? "" : until.toString(),
        count,
        t.of("sales.count_days"),
        Shown.moment(sale.startsAt(), zone),
        Shown.moment(sale.endsAt(), zone));
  }

  /** What stands in the form that adds pieces. */
  static Entered freshStock() {
    return Entered.fresh("stock", Map.of("key", UUID.randomUUID().toString()));
  }

  SaleDetail.Acts acts(Seen seen, boolean mayEdit, Entered stock) {
    Sale sale = seen.sale();
    boolean upcoming =
        switch (seen.state()) {
          case PLANNED, WARM -> mayEdit;
          case OPEN, SOLD_OUT, ENDED, STOPPED -> false;
        };
    boolean addable =
        switch (seen.state()) {
          case PLANNED, WARM, OPEN, SOLD_OUT -> mayEdit;
          case ENDED, STOPPED -> false;
        };
    return new SaleDetail.Acts(
        SalePage.path(sale.id()),
        upcoming && seen.state() == SaleState.PLANNED,
        upcoming,
        mayEdit && sale.isLive(),
        addable
            ? sale.items().stream()
                .map(item -> new OrderList.Choice(item.sku(), item.sku(), false))
                .toList()
            : List.of(),
        stock);
  }

  SaleDetail.Figures figures(Seen seen) {
    Sale sale = seen.sale();
    Long free = seen.isOpen() ? free(sale, seen.pools()) : null;
    return new SaleDetail.Figures(
        pieces(seen.allocation(), seen.planned(), free, seen.all()),
        sale.items().stream().map(item -> goods(seen, item)).toList(),
        facts(seen),
        sales.gate().apply(sale.id()).map(this::gate).orElse(null),
        draw(sale));
  }

  private SaleDetail.Goods goods(Seen seen, SaleItem item) {
    Pool pool = item.pool() == null ? null : seen.pools().get(item.pool());
    Long free = pool == null || !pool.open() ? null : pool.free();
    return new SaleDetail.Goods(
        item.sku(),
        item.title(),
        titles.note(item.sku(), t.language()),
        Shown.money(new Money(item.price(), seen.sale().currency())),
        number(item.perUser()),
        pieces(item.allocation(), item.planned(), free, seen.of(item)));
  }

  private SaleDetail.Pieces pieces(
      long allocation, long planned, @Nullable Long free, Pieces sold) {
    return new SaleDetail.Pieces(
        planned == allocation
            ? number(allocation)
            : number(allocation) + " " + t.with("sales.of_planned", number(planned)),
        free == null ? NONE : number(free),
        number(sold.held()),
        number(sold.paid()),
        number(sold.released()),
        number(sold.refunded()),
        bar(allocation, free == null ? 0 : free, sold));
  }

  private SaleDetail.Bar bar(long allocation, long free, Pieces sold) {
    int paid = share(sold.paid(), allocation);
    int held = share(sold.held(), allocation);
    // The pieces and their orders are read one after the other: never more than all of them.
    int left = Math.min(share(free, allocation), SaleDetail.Bar.WHOLE - paid - held);
    String parts =
        String.join(
            ", ", part("sales.paid", paid), part("sales.held", held), part("sales.free", left));
    return new SaleDetail.Bar(paid, held, left, t.with("sales.bar", parts));
  }

  private static int share(long part, long whole) {
    return whole == 0 ? 0 : (int) (part * SaleDetail.Bar.WHOLE / whole);
  }

  private String part(String name, int thousandths) {
    return t.of(name) + " " + t.with("sales.bar_part", thousandths / 10);
  }

  /** How it went, once its goods are set aside. */
  private List<SaleDetail.Fact> facts(Seen seen) {
    List<SaleDetail.Fact> facts = new ArrayList<>();
    Pieces all = seen.all();
    if (all.granted() > 0) {
      facts.add(fact("sales.granted", number(all.granted())));
    }
    OrderNumber last = all.last();
    if (last != null) {
      String seconds = seconds(Duration.between(seen.sale().startsAt(), last.createdAt()));
      facts.add(fact("sales.last_piece", t.with("sales.after_start", seconds)));
    }
    if (!seen.sale().isLive() && !seen.sale().pools().isEmpty()) {
      long back = seen.allocation() - all.held() - all.paid();
      facts.add(fact("sales.given_back", number(back)));
    }
    return List.copyOf(facts);
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%,.1f", duration.toMillis() / 1_000.0);
  }

  private SaleDetail.Gate gate(Gates.View view) {
    long free = view.items().stream().mapToLong(Gates.Shown::free).sum();
    long underWay = view.items().stream().mapToLong(Gates.Shown::underWay).sum();
    return new SaleDetail.Gate(
        List.of(
            fact("sales.gate_free", number(free)),
            fact("sales.gate_under_way", number(underWay)),
            fact("sales.gate_waiting", number(view.waiting())),
            fact("sales.gate_admitted", number(view.admitted())),
            fact("sales.gate_per_second", number(Math.round(view.answersPerSecond())))),
        view.refused().entrySet().stream()
            .map(code ->
                new SaleDetail.Fact(
                    t.named("sale_refused", code.getKey()), number(code.getValue())))
            .toList());
  }

  private SaleDetail.Fact fact(String name, String value) {
    return new SaleDetail.Fact(t.of(name), value);
  }

  private SaleDetail.@Nullable Draw draw(Sale sale) {
    String commitment = sale.commitment();
    if (commitment == null) {
      return null;
    }
    DrawStore.Counts counts = sales.draws().counts(sale.id()).orElse(new DrawStore.Counts(0, null));
    Long winners = counts.winners();
    return new SaleDetail.Draw(
        commitment,
        Shown.moment(sale.drawAt(), zone),
        number(counts.entries()),
        winners == null ? "" : number(winners),
        winners == null ? "" : "/v1/flash-sales/" + sale.id() + "/draw");
  }

  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
