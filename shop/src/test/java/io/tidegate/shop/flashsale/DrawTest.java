package io.tidegate.shop.flashsale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.CatalogStore;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.Placed;
import io.tidegate.shop.ordering.TestNode;
import io.tidegate.shop.payment.FakeProvider;
import io.tidegate.shop.promotion.PriceBook;
import io.tidegate.shop.promotion.PromotionStore;
import io.tidegate.shop.testing.ShopServer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Customers enter a draw; winners are drawn, get their orders, and anyone can verify who won. */
class DrawTest {

  private static final long PIECES = 4;
  private static final int USERS = 30;
  private static final Pattern TICKET = Pattern.compile("\"ticket\":\"([^\"]+)\"");
  private static final Pattern ENTRY =
      Pattern.compile(
          "\"ticket\":\"(\\w+)\",\"sku\":\"([^\"]+)\",\"quantity\":(\\d+),\"rank\":\"(\\w+)\",\"won\":(\\w+)");

  private TestNode shop;
  private FlashNode node;
  private DrawDesk desk;
  private long sale;

  @BeforeEach
  void open() {
    shop = new TestNode(TestNode.freshUrl(), 0, new FakeProvider());
    node = new FlashNode(shop, 1);
    sale = FlashNode.sale(shop, PIECES, 2);
    byte[] secret = Sha256.of("a secret".getBytes(StandardCharsets.UTF_8));
    HexFormat hex = HexFormat.of();
    shop.run(
        "update flashsale.sale set mode = 'draw', draw_at = now() + interval '30 min', secret ="
            + " '\\x%s', commitment = '\\x%s' where id = %d"
                .formatted(hex.formatHex(secret), hex.formatHex(Sha256.of(secret)), sale));
    shop.run("insert into flashsale.draw (sale) values (" + sale + ")");
    node.open();
    desk = new DrawDesk(node.flash, new ConsigneeStore(node.database), 1_000);
  }

  @AfterEach
  void close() {
    desk.close();
    node.close();
    shop.close();
  }

  @Test
  void anEntryIsTakenOnceForItsKeyAndOnceForEachCustomer() {
    FlashOrder wish = node.wish(sale, 7, 1, "mine");
    String ticket = enter(wish);
    assertThat(enter(node.wish(sale, 7, 1, "mine"))).as("sent again").isEqualTo(ticket);
    assertThat(code(node.wish(sale, 7, 2, "mine"))).isEqualTo("key_reused");
    assertThat(code(node.wish(sale, 7, 1, "other"))).isEqualTo("limit_reached");
    assertThat(code(node.wish(sale, 8, 3, "more"))).isEqualTo("limit_reached");
    assertThat(state(ticket)).isEqualTo(new TicketState.Waiting(null));
    assertThat(shop.number("select entries from flashsale.draw")).isEqualTo(1);
    assertThat(shop.number("select count(*) from ordering.orders")).isZero();
    shop.run("update flashsale.sale set starts_at = now() + interval '1 min'");
    assertThat(code(node.wish(sale, 9, 1, "early"))).isEqualTo("not_started");
    due();
    assertThat(code(node.wish(sale, 9, 1, "early")))
        .as("a refusal keeps no key")
        .isEqualTo("ended");
    assertThat(enter(node.wish(sale, 7, 1, "mine"))).as("its answer stays").isEqualTo(ticket);
  }

  @Test
  void winnersAreDrawnAndPlacedAndEveryoneCanVerifyIt() throws Exception {
    Map<String, String> tickets = everybodyEnters();
    due();
    worker(node.flash::place).turn(Instant.now());
    settledExactly(tickets);
    worker(node.flash::place).turn(Instant.now());
    settledExactly(tickets);
    try (ShopServer server =
        new ShopServer(
            new DrawRoutes(new SaleStore(node.database), new DrawStore(node.database)))) {
      String path = "/v1/flash-sales/" + sale + "/draw";
      var told = server.get(1, path);
      assertThat(told.headers().firstValue("Cache-Control").orElse("")).contains("immutable");
      assertThat(server.get(1, path + "?part=2").statusCode()).isEqualTo(404);
      assertThat(server.get(1, path + "?part=x").statusCode()).isEqualTo(400);
      assertThat(verified(told.body())).hasSize(USERS).containsOnlyKeys(tickets.keySet());
      String forged = told.body().replaceFirst("\"won\":true", "\"won\":false");
      assertThatThrownBy(() -> verified(forged)).isInstanceOf(AssertionError.class);
      String smuggled = told.body().replaceFirst("\"quantity\":1", "\"quantity\":2");
      assertThatThrownBy(() -> verified(smuggled)).isInstanceOf(AssertionError.class);
    }
  }

  @Test
  void whatIsBrokenOffInTheMiddleGoesOn() {
    Map<String, String> tickets = everybodyEnters();
    due();
    AtomicInteger placed = new AtomicInteger();
    DrawWorker dies =
        worker(order -> {
          Outcome<Placed, FlashRefusal> outcome = node.flash.place(order);
          if (placed.incrementAndGet() == PIECES / 2) {
            throw new DatabaseFailure.Transient("the answer is lost", null);
          }
          return outcome;
        });
    dies.turn(Instant.now());
    assertThat(shop.number("select count(*) from flashsale.entry where state <> 'entered'"))
        .isZero();
    worker(node.flash::place).turn(Instant.now());
    settledExactly(tickets);
    assertThat(shop.number("select count(*) from messaging.log where type = 'sale.drawn.v1'"))
        .isEqualTo(1);
  }

  /** Everybody can read who won: no stop takes it back. */
  @Test
  void aDrawThatIsDrawnIsStoppedOnlyWhenItsWinnersHaveTheirOrders() {
    Map<String, String> tickets = everybodyEnters();
    due();
    AtomicInteger placed = new AtomicInteger();
    worker(
            order -> {
              if (placed.incrementAndGet() > PIECES / 2) {
                throw new DatabaseFailure.Transient("away", null);
              }
              return node.flash.place(order);
            })
        .turn(Instant.now());
    assertThat(Sales.refused(staff().stop(sale, Sales.EVE))).isEqualTo(SaleRefusal.Why.DRAWN);
    assertThat(shop.number("select count(*) from flashsale.sale where stage = 'warm'")).isOne();
    worker(node.flash::place).turn(Instant.now());
    settledExactly(tickets);
    Sales.applied(staff().stop(sale, Sales.EVE));
    worker(node.flash::place).turn(Instant.now());
    settledExactly(tickets);
  }

  private SaleDesk staff() {
    return new SaleDesk(
        shop.database,
        shop.log,
        () -> {},
        new PriceBook(
            new Catalog(new CatalogStore(shop.database)), new PromotionStore(shop.database)),
        node.book,
        Instant::now);
  }

  @Test
  void aDrawThatIsStoppedHasNoWinner() {
    Map<String, String> tickets = everybodyEnters();
    shop.run("update flashsale.sale set stage = 'stopped', version = version + 1");
    worker(node.flash::place).turn(Instant.now());
    assertThat(tickets.values()).allMatch(each -> state(each) instanceof TicketState.Lost);
    assertThat(shop.number("select count(*) from customer.consignee")).isZero();
    assertThat(shop.number("select count(*) from ordering.orders")).isZero();
    assertThat(shop.number("select count(*) from flashsale.draw where settled_at is null"))
        .isZero();
  }

  @Test
  void whoWithdrawsIsInNoDrawAndMayEnterAgain() {
    Map<String, String> tickets = everybodyEnters();
    String mine = enter(node.wish(sale, USERS + 1, 2, "mine"));
    assertThat(withdraw(USERS + 1))
        .isEqualTo(new CustomerEntryStore.Left(false, List.of(number(mine))));
    assertThat(state(mine)).as("no more to wait for").isEqualTo(new TicketState.Lost());
    assertThat(new CustomerEntryStore(shop.database).of(USERS + 1)).isEmpty();
    assertThat(shop.number("select entries from flashsale.draw")).isEqualTo(USERS);
    assertThat(withdraw(USERS + 1).numbers()).as("there is nothing left").isEmpty();
    assertThat(code(node.wish(sale, USERS + 1, 2, "mine"))).isEqualTo("key_reused");
    String again = enter(node.wish(sale, USERS + 1, 1, "again"));
    assertThat(state(again)).isEqualTo(new TicketState.Waiting(null));
    withdraw(USERS + 1);
    due();
    worker(node.flash::place).turn(Instant.now());
    settledExactly(tickets);
  }

  @Test
  void whatIsDrawnIsNotWithdrawn() {
    everybodyEnters();
    due();
    DrawWorker dies =
        worker(_ -> {
          throw new DatabaseFailure.Transient("nothing is placed", null);
        });
    dies.turn(Instant.now()); // it is drawn, and nothing of it is placed
    CustomerEntryStore entries = new CustomerEntryStore(shop.database);
    long number = entries.of(7).getFirst().number().value();
    assertThat(entries.draws(7)).containsExactly(sale);
    assertThat(withdraw(7)).isEqualTo(new CustomerEntryStore.Left(true, List.of(number)));
    assertThat(entries.waiting(List.of(number, 4711L))).containsExactly(number);
    assertThat(shop.number("select count(*) from flashsale.entry")).isEqualTo(USERS);
    worker(node.flash::place).turn(Instant.now());
    assertThat(entries.waiting(List.of(number))).isEmpty();
    assertThat(entries.draws(7)).isEmpty();
  }

  /** As an erasure does it. */
  private CustomerEntryStore.Left withdraw(long user) {
    ConsigneeStore consignees = new ConsigneeStore(shop.database);
    return shop.database.write(
        "withdraw",
        tx -> {
          CustomerEntryStore.Left left = CustomerEntryStore.withdraw(tx, sale, user);
          if (!left.drawn()) {
            consignees.erase(tx, left.numbers());
          }
          return left;
        });
  }

  private long number(String ticket) {
    return node.flash.tickets().read(ticket).orElseThrow().order().value();
  }

  /** Hashes of tickets, with the tickets. */
  private Map<String, String> everybodyEnters() {
    Map<String, String> tickets = new HashMap<>();
    for (int user = 1; user <= USERS; user++) {
      String ticket = enter(node.wish(sale, user, 1));
      byte[] hash = Sha256.of(ticket.getBytes(StandardCharsets.UTF_8));
      tickets.put(HexFormat.of().formatHex(hash), ticket);
    }
    return tickets;
  }

  private void due() {
    shop.run(
        "update flashsale.sale set starts_at = now() - interval '1 min', draw_at = now(),"
            + " version = version + 1");
    node.book.refresh();
  }

  private DrawWorker worker(Function<FlashOrder, Outcome<Placed, FlashRefusal>> place) {
    return new DrawWorker(
        new DrawWorker.Ground(
            shop.database,
            shop.log,
            () -> {},
            node.book,
            new ConsigneeStore(shop.database),
            place,
            Instant::now,
            "node"));
  }

  /** Each piece has one order, and nothing is kept of who lost. */
  private void settledExactly(Map<String, String> tickets) {
    assertThat(shop.number("select count(*) from ordering.orders")).isEqualTo(PIECES);
    assertThat(shop.number("select count(*) from flashsale.\"grant\"")).isEqualTo(PIECES);
    assertThat(shop.number("select free from inventory.pool")).isZero();
    assertThat(shop.number("select count(*) from customer.consignee")).isEqualTo(PIECES);
    assertThat(shop.number("select winners from flashsale.draw")).isEqualTo(PIECES);
    List<TicketState> states = tickets.values().stream().map(this::state).toList();
    assertThat(states).filteredOn(each -> each instanceof TicketState.Won).hasSize((int) PIECES);
    assertThat(states)
        .filteredOn(each -> each instanceof TicketState.Lost)
        .hasSize((int) (USERS - PIECES));
    assertThat(shop.number("select count(*) from flashsale.draw where settled_at is null"))
        .isZero();
  }

  private String enter(FlashOrder wish) {
    Reply reply = desk.enter(new SaleStore(node.database).find(sale).orElseThrow(), wish);
    assertThat(reply.status()).isEqualTo(202);
    Matcher ticket = TICKET.matcher(new String(reply.body(), StandardCharsets.UTF_8));
    assertThat(ticket.find()).isTrue();
    return ticket.group(1);
  }

  private String code(FlashOrder wish) {
    try {
      enter(wish);
      return "entered";
    } catch (Problem problem) {
      return problem.code();
    }
  }

  private TicketState state(String ticket) {
    return desk.find(node.flash.tickets().read(ticket).orElseThrow()).orElseThrow();
  }

  /**
   * Does the draw again from its transcript, by nothing of the shop's.
   *
   * @return who won, by ticket
   */
  private static Map<String, Boolean> verified(String told) throws Exception {
    HexFormat hex = HexFormat.of();
    byte[] secret = hex.parseHex(member(told, "secret"));
    assertThat(hex.formatHex(sha(secret))).isEqualTo(member(told, "commitment"));
    Map<String, String> lines = new TreeMap<>();
    List<String[]> entries = new ArrayList<>();
    Matcher each = ENTRY.matcher(told);
    while (each.find()) {
      lines.put(each.group(1), each.group(1) + " " + each.group(2) + " " + each.group(3) + "\n");
      entries.add(new String[] {each.group(1), each.group(3), each.group(4), each.group(5)});
    }
    byte[] hash = sha(String.join("", lines.values()).getBytes(StandardCharsets.UTF_8));
    byte[] seed = sha(join(secret, hash));
    assertThat(hex.formatHex(seed)).isEqualTo(member(told, "seed"));
    long left = Long.parseLong(member(told, "allocation"));
    Map<String, Boolean> won = new HashMap<>();
    String before = "";
    for (String[] entry : entries) {
      assertThat(hex.formatHex(sha(join(seed, hex.parseHex(entry[0]))))).isEqualTo(entry[2]);
      assertThat(entry[2]).isGreaterThan(before);
      boolean wins = Long.parseLong(entry[1]) <= left;
      left -= wins ? Long.parseLong(entry[1]) : 0;
      assertThat(Boolean.parseBoolean(entry[3])).isEqualTo(wins);
      won.put(entry[0], wins);
      before = entry[2];
    }
    return won;
  }

  private static String member(String json, String name) {
    Matcher found = Pattern.compile("\"" + name + "\":\"?(\\w+)").matcher(json);
    assertThat(found.find()).as(name).isTrue();
    return found.group(1);
  }

  private static byte[] join(byte[] one, byte[] other) {
    byte[] both = new byte[one.length + other.length];
    System.arraycopy(one, 0, both, 0, one.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private static byte[] sha(byte[] bytes) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }
}
