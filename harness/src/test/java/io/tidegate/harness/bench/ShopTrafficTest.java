package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.LoadGenerator;
import io.tidegate.harness.load.Tally;
import io.tidegate.harness.load.Traffic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Customers pay, cancel and try again what is theirs, each request as the API has it. */
final class ShopTrafficTest {
  private static final int SLOTS = 3;

  private final Customers customers = new Customers("x", List.of("T1", "T2", "T3"));

  private static Basket basket() {
    return new Basket(List.of("A", "B", "C"), 2, Skew.UNIFORM, new SplittableRandom(1));
  }

  private static Tally run(FakeShop shop, Traffic traffic, long customers) throws IOException {
    return LoadGenerator.run(
        new Load(
            List.of(shop.address(), shop.address()),
            SLOTS,
            new Load.UpTo(customers),
            Duration.ofSeconds(20),
            Duration.ofSeconds(10)),
        traffic,
        _ -> {});
  }

  @Test
  void who_pays_pays_the_order_that_was_placed_with_its_own_token() throws IOException {
    try (FakeShop shop = new FakeShop(0)) {
      JourneyTraffic traffic =
          new JourneyTraffic(
              customers, basket(), new SplittableRandom(2), SLOTS, 1, JourneyTraffic.Mix.ALL_PAY);
      run(shop, traffic, 20);
      assertThat(traffic.created()).isEqualTo(20);
      assertThat(traffic.answers(JourneyTraffic.PAY).good()).isEqualTo(20);
      assertThat(traffic.paid()).as("two have no cashier").isEqualTo(18);
      assertThat(shop.asked("/v1/orders")).hasSize(20);
      List<FakeShop.Asked> payments = shop.asked("/v1/orders/[0-9]+/payments");
      assertThat(payments.stream().map(FakeShop.Asked::path).distinct()).hasSize(20);
      assertThat(payments).allMatch(p -> p.body().equals("{\"provider\":\"sandbox\"}"));
      assertThat(shop.asked("/cashier/[0-9]+p1/pay").stream().map(FakeShop.Asked::path).distinct())
          .hasSize(18);
      TreeSet<String> keys = new TreeSet<>();
      shop.asked("/v1/orders.*").forEach(a -> keys.add(a.key()));
      assertThat(keys).hasSize(40);
    }
  }

  @Test
  void a_mix_pays_cancels_and_forgets() throws IOException {
    try (FakeShop shop = new FakeShop(0)) {
      JourneyTraffic traffic =
          new JourneyTraffic(
              customers,
              basket(),
              new SplittableRandom(3),
              SLOTS,
              1,
              new JourneyTraffic.Mix(0.5, 0.3));
      run(shop, traffic, 300);
      long cancelled = traffic.answers(JourneyTraffic.CANCEL).good();
      assertThat(traffic.created()).isEqualTo(300);
      assertThat(traffic.paid()).isBetween(95L, 175L);
      assertThat(cancelled).isBetween(55L, 125L);
      assertThat(shop.asked("/v1/orders/[0-9]+/cancel")).hasSize((int) cancelled);
    }
  }

  @Test
  void who_is_refused_tries_again_with_the_same_key_and_body() throws IOException {
    try (FakeShop shop = new FakeShop(7)) {
      RetryTraffic traffic = new RetryTraffic(customers, basket(), new SplittableRandom(4), SLOTS);
      LoadGenerator.run(
          new Load(
              List.of(shop.address()),
              1,
              new Load.UpTo(2),
              Duration.ofSeconds(20),
              Duration.ofSeconds(10)),
          traffic,
          _ -> {});
      // The first gives up after five tries, the second is taken at its third.
      assertThat(traffic.created()).isEqualTo(1);
      assertThat(traffic.all().shed()).isEqualTo(7);
      List<FakeShop.Asked> orders = shop.asked("/v1/orders");
      assertThat(orders).hasSize(8);
      assertThat(orders.subList(0, 5).stream().distinct()).hasSize(1);
      assertThat(orders.subList(5, 8).stream().distinct()).hasSize(1);
      assertThat(orders.getFirst().key()).isNotEqualTo(orders.getLast().key());
    }
  }

  @Test
  void unpaid_orders_are_remembered_with_payment_and_amount() throws IOException {
    try (FakeShop shop = new FakeShop(0)) {
      UnpaidTraffic traffic =
          new UnpaidTraffic(customers, basket(), new SplittableRandom(5), SLOTS, true);
      run(shop, traffic, 5);
      assertThat(traffic.unpaid()).hasSize(5).allMatch(u -> u.amount() == 1990);
      assertThat(
              traffic.unpaid().stream()
                  .map(u -> new String(u.payment(), java.nio.charset.StandardCharsets.US_ASCII)))
          .containsExactlyInAnyOrder("1001p1", "1002p1", "1003p1", "1004p1", "1005p1");
      PayTraffic pay = new PayTraffic(customers, traffic.unpaid(), SLOTS);
      run(shop, pay, 5);
      assertThat(pay.paid()).isEqualTo(5);
    }
  }

  @Test
  void an_evening_is_mostly_looked_at() throws IOException {
    try (FakeShop shop = new FakeShop(0)) {
      EveningTraffic traffic =
          new EveningTraffic(customers, basket(), new SplittableRandom(6), SLOTS);
      Tally tally = run(shop, traffic, 3_600);
      double one = 3_600 / 100.0;
      assertThat(tally.kind("list").good().getTotalCount() / one).isBetween(26.0, 34.0);
      assertThat(tally.kind("detail").good().getTotalCount() / one).isBetween(26.0, 34.0);
      assertThat(tally.kind("tracking").good().getTotalCount() / one).isBetween(7.0, 13.0);
      assertThat(tally.kind("quote").good().getTotalCount() / one).isBetween(7.0, 13.0);
      assertThat(shop.asked("/v1/quotes"))
          .hasSize((int) tally.kind("quote").good().getTotalCount())
          .allMatch(asked -> asked.body().contains("\"items\":[{\"sku\":"));
      assertThat(traffic.created() / one).isBetween(7.0, 13.0);
      assertThat(traffic.paid() / one).isBetween(5.0, 11.0);
      assertThat(traffic.paid()).isLessThan(traffic.answers(EveningTraffic.PAY).good());
      List<FakeShop.Asked> settled = shop.asked("/v1/orders/[0-9]+/(payments|cancel)");
      assertThat(settled.stream().map(a -> a.path().split("/")[3]).distinct())
          .hasSize(settled.size());
    }
  }

  /** However many there are, and however long they take, none is old when it is sent. */
  @Test
  void notices_are_signed_as_they_are_sent_or_all_beforehand() {
    List<Long> signed = Collections.synchronizedList(new ArrayList<>());
    CallbackRequests requests =
        (paid, _, _) -> {
          signed.add(paid.amount());
          return paid.order();
        };
    List<Unpaid> payments =
        LongStream.range(0, 5)
            .mapToObj(i -> new Unpaid(1, Ascii.of("N" + i), Ascii.of("P"), i))
            .toList();
    CallbackTraffic traffic =
        CallbackTraffic.signedAsSent(requests, payments, new SplittableRandom(7));
    assertThat(traffic.count()).isEqualTo(5);
    assertThat(signed).isEmpty();
    ByteBuffer out = ByteBuffer.allocate(4);
    traffic.write(0, 0, out);
    assertThat(signed).containsExactly(0L);
    traffic.write(1, 0, out);
    assertThat(signed).containsExactly(0L, 1L);
    assertThat(out.array()).isEqualTo(Ascii.of("N0N1"));
    signed.clear();
    CallbackTraffic.signed(requests, payments, new SplittableRandom(7)).write(0, 0, out.clear());
    assertThat(signed).hasSize(5);
  }

  @Test
  void a_notice_is_signed_as_openssl_signs() {
    // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac secret
    assertThat(
            new NoticeSignature("secret")
                .of("1700000000", "{\"a\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .isEqualTo("49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686");
  }
}
