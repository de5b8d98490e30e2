package io.tidegate.shop.effects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.platform.testing.OpenApiContract;
import io.tidegate.platform.testing.SignedServer;
import io.tidegate.platform.testing.SignedServer.Act;
import io.tidegate.platform.testing.SignedServer.Asked;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.ordering.OrderPaidJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What paid orders bring, decided by a system outside: through the effects' consumers, over signed
 * HTTP, on the real database.
 */
class OutsideGrantsTest {

  private static final String TEMPLATE = "thank-you-10";
  private static final Money TOTAL = Money.cny(20_000);
  private static final long ORDER = 1_001;
  private static final long USER = 42;

  private GrantShop grants;
  private PerkShop shop;

  @BeforeEach
  void open() {
    grants = new GrantShop();
    shop = grants.shop;
    grants.recordFrom(ORDER);
  }

  @AfterEach
  void close() throws Exception {
    OpenApiContract form =
        new OpenApiContract(
            Files.readAllBytes(
                Path.of(System.getProperty("tidegate.root"), "docs/openapi/grants.json")));
    assertThat(grants.outside.asked())
        .allSatisfy(
            asked -> assertThat(form.requestViolations("POST", "/", asked.body())).isEmpty());
    assertThat(form.answerViolations("POST", "/", "{\"state\":\"decided\",\"points\":1}"))
        .isEmpty();
    assertThat(form.answerViolations("POST", "/", "{\"state\":\"decided\",\"coupon\":null}"))
        .isEmpty();
    assertThat(form.answerViolations("POST", "/", "{\"state\":\"decided\",\"points\":1.5}"))
        .isNotEmpty();
    shop.isSound();
    grants.close();
  }

  private void decides(long points, long keptFrom, long packet) {
    grants.outside.script(asked -> GrantShop.says(asked, points, TEMPLATE, keptFrom, packet));
  }

  private void awaits(String state, long... orders) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> {
          for (long order : orders) {
            assertThat(grants.state(order)).isEqualTo(state);
          }
        });
  }

  private TakeBack back(int refund, long before, long after) {
    return shop.back(ORDER, refund, USER, TOTAL, before, after, 0);
  }

  @Test
  void toldTwiceAndInAnyOrderEachOrderIsAskedAboutOnceAndBringsWhatWasDecided() {
    int orders = 30;
    grants.outside.script(asked -> {
      long number = Long.parseLong(asked.id().split("-", -1)[0]);
      return number % 3 == 0
          ? GrantShop.nothing(asked)
          : GrantShop.says(asked, number % 100, TEMPLATE, 0, 7);
    });
    GrantShop.Node node = grants.asking().works();
    List<LoggedEvent> events = new ArrayList<>();
    for (int i = 0; i < orders; i++) {
      events.add(grants.paid(ORDER + i, USER + i % 4, 20_000 + i));
    }
    Random random = new Random(5);
    for (int round = 0; round < 3; round++) {
      for (int consumer : List.of(2, 0, 1)) {
        List<LoggedEvent> some = new ArrayList<>(events);
        some.addAll(events.subList(0, 10)); // twins in one batch
        Collections.shuffle(some, random);
        for (int from = 0; from < some.size(); from += 13) {
          node.hears(consumer, some.subList(from, Math.min(some.size(), from + 13)));
        }
      }
    }
    long[] all = events.stream().mapToLong(LoggedEvent::key).toArray();
    awaits("granted", all);
    node.hears(events.toArray(LoggedEvent[]::new)); // long after
    assertThat(grants.outside.asked())
        .extracting(Asked::id)
        .containsExactlyInAnyOrderElementsOf(
            events.stream().map(event -> event.key() + "-grants").toList());
    long points = 0;
    long some = 0;
    for (long number : all) {
      points += number % 3 == 0 ? 0 : number % 100;
      some += number % 3 == 0 ? 0 : 1;
    }
    assertThat(shop.number("select sum(amount)::bigint from points.entry")).isEqualTo(points);
    assertThat(shop.number("select count(*) from marketing.coupon")).isEqualTo(some);
    assertThat(shop.number("select sum(amount)::bigint from marketing.red_packet"))
        .isEqualTo(7 * some);
    assertThat(grants.outside.asked().getFirst().body())
        .contains(
            "\"type\":\"grants.decide\"",
            "\"channel\":\"shop\",\"region\":\"330106\",\"lines\":[{\"sku\":\"A\",\"quantity\":2,\"paid\":200")
        .doesNotContain("title");
  }

  @Test
  void whatProvesNothingChangesNothingAndTheQuestionComesAgain() {
    GrantShop.Node node = grants.asking();
    String json =
        "{\"state\":\"decided\",\"points\":50,\"coupon\":\"%s\",\"couponKeptFrom\":0,\"redPacket\":9}"
            .formatted(TEMPLATE);
    List<SignedServer.Script> bad =
        List.of(
            _ -> new Act.Plain(200, json), // not signed
            asked -> new Act.Say(json, SignedServer.OTHER_SECRET, asked.id()), // forged
            asked -> new Act.Say(json, SignedServer.SECRET, (ORDER + 1) + "-grants"), // another's
            _ -> new Act.Plain(404, json),
            _ -> new Act.Plain(500, ""),
            asked -> SignedServer.say(asked, "["),
            asked -> SignedServer.say(asked, "{\"state\":\"granted\",\"points\":50}"),
            asked -> SignedServer.say(asked, "{\"state\":\"later\"}"),
            asked -> SignedServer.say(asked, "{\"state\":\"decided\",\"points\":50.5}"),
            asked -> SignedServer.say(asked, "{\"state\":\"decided\",\"points\":-1}"),
            asked -> SignedServer.say(asked, json.replace(",\"couponKeptFrom\":0", "")),
            asked -> SignedServer.say(asked, json.replace("50", "9223372036854775808")));
    for (SignedServer.Script script : bad) {
      grants.outside.script(script);
      GrantQuestion question =
          GrantQuestionJson.of(OrderPaidJson.read(grants.paid(ORDER, USER, 20_000)));
      assertThat(node.grants.grantor().decide(question)).isNotInstanceOf(GrantAnswer.Said.class);
    }
    grants.outside.script(_ -> new Act.Plain(200, json));
    node.works().hears(grants.paid(ORDER, USER, 20_000));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            shop.number(
                    "select coalesce(max(tries), 0) from effects.decision where why is not null")
                >= 2);
    assertThat(grants.state(ORDER)).isEqualTo("waiting");
    assertThat(grants.hasNothing(USER)).isTrue();
    decides(50, 0, 9);
    awaits("granted", ORDER);
    assertThat(shop.balance(USER)).isEqualTo(50);
    assertThat(grants.coupons(USER)).isEqualTo(1);
    assertThat(shop.packets(USER)).isEqualTo(9);
    assertThat(grants.outside.asked()).extracting(Asked::id).containsOnly(ORDER + "-grants");
    assertThat(grants.outside.asked())
        .extracting(Asked::body)
        .hasSizeGreaterThan(2)
        .containsOnly(grants.outside.asked().getFirst().body());
  }

  @Test
  void oneThatIsNeverAnsweredHoldsUpNoOther() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    int stuck = 3; // more of them, and the circuit opens
    grants.outside.script(asked -> {
      if (Long.parseLong(asked.id().split("-", -1)[0]) < 2_000) {
        over.await();
      }
      return GrantShop.says(asked, 10, TEMPLATE, 0, 1);
    });
    GrantShop.Node node = grants.asking().works();
    for (int i = 0; i < stuck; i++) {
      node.hears(grants.paid(ORDER + i, USER, 20_000));
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> shop.number("select count(*) from effects.decision where tries > 1") > 0);
    node.hears(grants.paid(2_001, 77, 20_000), grants.paid(2_002, 77, 20_000));
    awaits("granted", 2_001, 2_002);
    assertThat(shop.balance(77)).isEqualTo(20);
    assertThat(grants.hasNothing(USER)).isTrue();
    over.countDown();
    for (int i = 0; i < stuck; i++) {
      awaits("granted", ORDER + i);
    }
    assertThat(shop.balance(USER)).isEqualTo(10L * stuck);
  }

  @Test
  void whatIsTooMuchOrUnknownIsRefusedAsAWholeToldAndMayBePutRight() {
    grants.outside.script(asked -> GrantShop.says(asked, 100_001, TEMPLATE, 0, 1));
    GrantShop.Node node = grants.asking().works();
    node.hears(grants.paid(ORDER, USER, 20_000));
    refusedFor("too_many_points");
    grants.outside.script(asked -> GrantShop.says(asked, 1, "no-such-coupon", 0, 1));
    refusedFor("coupon_unknown");
    grants.outside.script(asked -> GrantShop.says(asked, 1, TEMPLATE, 0, 20_001));
    refusedFor("packet_too_large");
    shop.run("update marketing.coupon_template set active = false where id = '" + TEMPLATE + "'");
    grants.outside.script(asked -> GrantShop.says(asked, 1, TEMPLATE, 0, 1));
    refusedFor("coupon_stopped");
    assertThat(grants.hasNothing(USER)).isTrue();
    shop.run("update marketing.coupon_template set active = true where id = '" + TEMPLATE + "'");
    awaits("granted", ORDER);
    assertThat(shop.balance(USER)).isEqualTo(1);
  }

  private void refusedFor(String why) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            shop.number("select count(*) from effects.decision where why = '" + why + "'") == 1);
    assertThat(grants.meters.get("tidegate.grants.refused").tag("why", why).counter().count())
        .isPositive();
  }

  @Test
  void refundsAfterTheDecisionLeaveItsShareForWhatIsKept() {
    decides(99, 10_000, 51);
    GrantShop.Node node = grants.asking().works();
    node.hears(grants.paid(ORDER, USER, 20_000));
    awaits("granted", ORDER);
    node.hold(back(1, 20_000, 10_000));
    assertThat(shop.balance(USER)).isEqualTo(49); // of 99, half
    assertThat(shop.packets(USER)).isEqualTo(25);
    assertThat(grants.coupons(USER)).isEqualTo(1); // 100 yuan are kept, as many as it needs
    node.hold(back(2, 10_000, 9_999));
    assertThat(grants.coupons(USER)).isZero();
    node.hold(back(3, 9_999, 0));
    assertThat(shop.balance(USER)).isZero();
    assertThat(shop.packets(USER)).isZero();
    assertThat(shop.reclaims())
        .containsExactly(
            ORDER + "/1 50+0 held 0 0", ORDER + "/2 0+0 held 0 0", ORDER + "/3 49+0 held 0 0");
  }

  /** On record and not granted yet: the refund makes it come, and takes its part. */
  @Test
  void aRefundBetweenDecisionAndGrantTakesItsPartAndTheGrantBringsNothingMore() {
    decides(99, 10_000, 51);
    GrantShop.Node node = grants.asking();
    node.hears(grants.paid(ORDER, USER, 20_000));
    List<Decision> decided = recorded(node);
    assertThat(decided).hasSize(1);
    assertThat(grants.hasNothing(USER)).isTrue();
    node.hold(back(1, 20_000, 0));
    node.batch.grant(decided);
    assertThat(grants.state(ORDER)).isEqualTo("granted");
    assertThat(shop.balance(USER)).isZero();
    assertThat(shop.packets(USER)).isZero();
    assertThat(grants.coupons(USER)).isZero();
    assertThat(shop.pointKinds(USER)).containsExactly("reclaimed -99", "earned 99");
  }

  private List<Decision> recorded(GrantShop.Node node) {
    List<GrantWorker.Heard> heard = new ArrayList<>();
    for (DecisionStore.Claimed claimed : claimed()) {
      heard.add(new GrantWorker.Heard(claimed, node.grants.grantor().decide(claimed.question())));
    }
    return node.batch.record(heard).decided();
  }

  private List<DecisionStore.Claimed> claimed() {
    return new DecisionStore(shop.database.database()).claim(false, 10, Duration.ofMinutes(1));
  }

  @Test
  void aRefundBeforeTheDecisionWithholdsAllAndAnAnswerAfterItIsNotUsed() {
    GrantShop.Node node = grants.asking();
    node.hears(grants.paid(ORDER, USER, 20_000));
    List<DecisionStore.Claimed> claimed = claimed();
    assertThat(claimed).hasSize(1);
    node.hold(back(1, 20_000, 10_000)); // while it is asked
    assertThat(grants.state(ORDER)).isEqualTo("withheld");
    GrantBatch.Recorded recorded =
        node.batch.record(
            List.of(
                new GrantWorker.Heard(
                    claimed.getFirst(), new GrantAnswer.Said(new GrantOffer(99, null, 51)))));
    assertThat(recorded).isEqualTo(new GrantBatch.Recorded(List.of(), List.of(), 1));
    node.works().hears(grants.paid(ORDER, USER, 20_000));
    node.hold(back(2, 10_000, 0));
    assertThat(grants.state(ORDER)).isEqualTo("withheld");
    assertThat(grants.hasNothing(USER)).isTrue();
    assertThat(grants.outside.asked()).isEmpty();
  }

  @Test
  void aRefundThatComesBeforeItsOrdersConsumersWithholdsToo() {
    GrantShop.Node node = grants.asking().works();
    TakeBack back = back(1, 20_000, 10_000);
    Held held = node.hold(back);
    assertThat(held.points()).isZero();
    assertThat(node.hold(back)).isEqualTo(held); // told again
    assertThat(grants.state(ORDER)).isEqualTo("withheld");
    decides(99, 0, 51);
    node.hears(grants.paid(ORDER, USER, 20_000), grants.paid(2_001, 77, 20_000));
    awaits("granted", 2_001);
    assertThat(grants.hasNothing(USER)).isTrue();
    assertThat(grants.outside.asked()).extracting(Asked::id).containsExactly("2001-grants");
  }

  @Test
  void ordersBeforeTheFirstOneStayOurs() {
    long before = ORDER - 1;
    decides(1, 0, 1);
    grants.byRules().hears(0, List.of(grants.paid(before, USER, 20_000))); // its points alone
    GrantShop.Node node = grants.asking().works();
    node.hears(grants.paid(before, USER, 20_000), grants.paid(ORDER, 77, 20_000));
    awaits("granted", ORDER);
    assertThat(shop.balance(USER)).isEqualTo(200);
    assertThat(shop.packets(USER)).isEqualTo(200);
    assertThat(grants.outside.asked()).extracting(Asked::id).containsExactly(ORDER + "-grants");
    // 99 points and 99 fen, as our rules say of 99.50; a share would be the same, its coupon not.
    node.hold(shop.back(before, 1, USER, TOTAL, 20_000, 9_950, 0));
    assertThat(shop.balance(USER)).isEqualTo(99);
    assertThat(shop.packets(USER)).isEqualTo(99);
    assertThat(grants.coupons(USER)).isEqualTo(1);
    assertThat(grants.state(before)).isEqualTo("none");
    assertThat(shop.number("select count(*) from effects.decision")).isEqualTo(1);
  }

  @Test
  void withTheSettingOffAgainWhatWaitsIsDecidedByOurRulesAndWhatWasDecidedHolds() {
    decides(7, 0, 7);
    GrantShop.Node node = grants.asking();
    node.hears(grants.paid(ORDER, USER, 20_000));
    node.batch.grant(recorded(node));
    node.hears(grants.paid(2_001, 77, 20_000), grants.paid(2_002, 78, 20_000)); // nobody asks
    GrantShop.Node off = grants.byRules();
    // A refund needs not wait for anybody: what our rules say is recorded, and its part is taken.
    off.hold(shop.back(2_002, 1, 78, TOTAL, 20_000, 10_000, 0));
    assertThat(grants.state(2_002)).isEqualTo("decided");
    assertThat(shop.balance(78)).isEqualTo(100);
    off.works();
    off.hears(grants.paid(ORDER, USER, 20_000), grants.paid(2_003, 79, 20_000)); // an old, a new
    awaits("granted", 2_001, 2_002, 2_003);
    assertThat(shop.balance(USER)).isEqualTo(7); // as was decided, however often it is told
    assertThat(shop.balance(77)).isEqualTo(200);
    assertThat(shop.balance(78)).isEqualTo(100);
    assertThat(shop.balance(79)).isEqualTo(200);
    off.hold(back(1, 20_000, 10_000));
    assertThat(shop.balance(USER)).isEqualTo(3); // its share, though our rules decide by now
    assertThat(grants.outside.asked()).hasSize(1);
  }

  @Test
  void aNodeThatNeverAskedFindsOutBeforeTheFirstOrderIsRecorded() {
    shop.run("delete from effects.recording");
    GrantShop.Node plain = grants.byRules().works();
    assertThat(plain.grants.isRecording()).isFalse();
    long now = System.currentTimeMillis();
    GrantShop.Node node = grants.asking();
    assertThat(node.grants.records(OrderNumber.firstAt(now + 5_000))).isFalse();
    assertThat(node.grants.records(OrderNumber.firstAt(now + 60_000))).isTrue();
    await().atMost(Duration.ofSeconds(30)).until(plain.grants::isRecording);
    long first = shop.number("select first_number from effects.recording");
    assertThat(grants.asking().grants.records(first)).isTrue(); // a later start changes nothing
    assertThat(plain.grants.records(first)).isTrue();
    assertThat(plain.grants.records(first - 1)).isFalse();
  }

  @Test
  void whatWasRecordedAndNotGrantedIsGrantedByWhoComesNext() {
    decides(99, 0, 51);
    GrantShop.Node node = grants.asking();
    node.hears(grants.paid(ORDER, USER, 20_000));
    assertThat(recorded(node)).hasSize(1); // and there it ended
    shop.run("update effects.decision set next_try_at = now()"); // its lease is over
    grants.asking().works();
    awaits("granted", ORDER);
    assertThat(shop.balance(USER)).isEqualTo(99);
    assertThat(shop.packets(USER)).isEqualTo(51);
  }
}
