package io.tidegate.shop.marketing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.marketing.IssueCoupons.Skip;
import io.tidegate.shop.promotion.Scope;
import io.tidegate.shop.testing.ShopDatabase;
import io.tidegate.shop.testing.Together;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Coupons that staff issue and customers claim: limits hold, whoever comes at the same time. */
class CouponServiceTest {

  private ShopDatabase shop;
  private CouponStore coupons;
  private CouponService service;

  @BeforeEach
  void open() {
    shop = new ShopDatabase();
    coupons = new CouponStore(shop.database());
    service = service();
  }

  @AfterEach
  void close() {
    assertThat(
            shop.number(
                """
                select count(*) from marketing.coupon_template t where issued <> (
                  select count(*) from marketing.coupon c
                  where c.template = t.id and c.nth is not null)
                """))
        .isZero();
    shop.close();
  }

  @Test
  void aListIsWorkedOffInPartsAndTheSameKeyTellsTheSame() {
    template("gift", 300L, null, null);
    List<Long> users = LongStream.range(1, 451).boxed().toList();
    CouponIssue issue = applied(service.issue(key(1), "gift", users, "eve"));
    assertThat(issue.issued()).isEqualTo(300);
    assertThat(issue.skipped()).contains("\"450\"", "total_max").doesNotContain("\"300\"");
    assertThat(acts()).isEqualTo(3);
    Outcome<CouponIssue, CouponService.Refusal> again = service.issue(key(1), "gift", users, "eve");
    assertThat(again).isInstanceOf(Outcome.AlreadyApplied.class);
    assertThat(count()).isEqualTo(300);
    assertThat(acts()).isEqualTo(3);
    assertThat(coupons.list(300, Long.MAX_VALUE, 9)).hasSize(1);
    assertThat(coupons.list(301, Long.MAX_VALUE, 9)).isEmpty();
    Entry other = new Entry(key(1).key(), new byte[16], 0);
    assertThat(service.issue(other, "gift", List.of(1L), "eve"))
        .isEqualTo(Outcome.refused(CouponService.Refusal.KEY_REUSED));
  }

  @Test
  void whatStoppedInTheMiddleGoesOnByTheSameKey() {
    template("gift", null, null, null);
    List<Long> users = LongStream.range(1, 451).boxed().toList();
    // The second part fails: its act of staff can't be written.
    shop.run("alter table staff.act add constraint once check ((detail->>'asked')::int <> 50)");
    assertThatThrownBy(() -> service.issue(key(1), "gift", users, "eve"))
        .isInstanceOf(DatabaseFailure.class);
    assertThat(count()).isEqualTo(400);
    shop.run("alter table staff.act drop constraint once");
    assertThat(service.issue(key(1), "gift", users, "eve"))
        .isInstanceOf(Outcome.AlreadyApplied.class);
    assertThat(count()).isEqualTo(450);
    assertThat(acts()).isEqualTo(3);
    assertThat(shop.number("select sum(done) - sum(issued) from marketing.coupon_issue")).isZero();
  }

  @Test
  void aRefusedIssueKeepsNothing() {
    assertThat(service.issue(key(1), "gift", List.of(1L), "eve"))
        .isEqualTo(Outcome.refused(CouponService.Refusal.NO_SUCH_TEMPLATE));
    template("gift", null, null, null);
    shop.run("update marketing.coupon_template set active = false where id = 'gift'");
    assertThat(service.issue(key(1), "gift", List.of(1L), "eve"))
        .isEqualTo(Outcome.refused(CouponService.Refusal.NOT_ACTIVE));
    shop.run("update marketing.coupon_template set active = true where id = 'gift'");
    assertThat(applied(service.issue(key(1), "gift", List.of(1L), "eve")).issued()).isEqualTo(1);
  }

  @Test
  void theLastOneOfALimitedTemplateGoesToOne() throws Exception {
    for (int round = 0; round < 15; round++) {
      int base = 10 * round;
      String id = "gift-" + round;
      template(id, 1L, 1, null);
      List<CouponIssue> issues =
          Together.run(
              () -> applied(service.issue(key(base), id, List.of(base + 1L), "eve")),
              () -> applied(service().issue(key(base + 1), id, List.of(base + 2L), "bob")));
      assertThat(issues).extracting(CouponIssue::issued).containsExactlyInAnyOrder(1, 0);
    }
  }

  @Test
  void oneKeyAtTheSameTimeIssuesOnce() throws Exception {
    template("gift", null, null, null);
    List<Long> users = LongStream.range(1, 451).boxed().toList();
    CouponService other = service();
    List<Outcome<CouponIssue, CouponService.Refusal>> both =
        Together.run(
            () -> service.issue(key(1), "gift", users, "eve"),
            () -> other.issue(key(1), "gift", users, "eve"));
    assertThat(both).allSatisfy(each -> assertThat(each).isNotInstanceOf(Outcome.Refused.class));
    assertThat(count()).isEqualTo(450);
    assertThat(acts()).isEqualTo(3);
  }

  @Test
  void ofTwoThatClaimTheLastOneGetsIt() throws Exception {
    for (int round = 0; round < 15; round++) {
      long first = 10L * round;
      String code = "CODE-" + round;
      template("claim-" + round, 1L, 1, code);
      CouponService other = service();
      List<Outcome<Coupon, Skip>> both =
          Together.run(
              () -> service.claim(first, code).orElseThrow(),
              () -> other.claim(first + 1, code).orElseThrow());
      assertThat(both.stream().filter(each -> each instanceof Outcome.Applied)).hasSize(1);
      assertThat(both).contains(Outcome.refused(Skip.TOTAL_MAX));
    }
  }

  @Test
  void aCustomerWhoClaimsTwiceAtOnceHasOne() throws Exception {
    template("claim", null, 1, "HELLO");
    for (long user = 1; user <= 15; user++) {
      long mine = user;
      CouponService other = service();
      List<Outcome<Coupon, Skip>> both =
          Together.run(
              () -> service.claim(mine, "HELLO").orElseThrow(),
              () -> other.claim(mine, "HELLO").orElseThrow());
      Coupon coupon = coupons.list(mine, Long.MAX_VALUE, 9).getFirst();
      assertThat(both)
          .containsExactlyInAnyOrder(Outcome.applied(coupon), Outcome.alreadyApplied(coupon));
    }
    assertThat(count()).isEqualTo(15);
    assertThat(service.claim(1, "hello")).isEmpty();
  }

  @Test
  void claimsHaveTheirLimitAndTheirEnd() throws Exception {
    template("claim", 3L, 2, "HELLO");
    assertThat(service.claim(1, "HELLO").orElseThrow()).isInstanceOf(Outcome.Applied.class);
    assertThat(service.claim(1, "HELLO").orElseThrow()).isInstanceOf(Outcome.Applied.class);
    assertThat(service.claim(1, "HELLO")).contains(Outcome.refused(Skip.PER_USER_MAX));
    assertThat(service.claim(2, "HELLO").orElseThrow()).isInstanceOf(Outcome.Applied.class);
    assertThat(service.claim(3, "HELLO")).contains(Outcome.refused(Skip.TOTAL_MAX));
    shop.run("update marketing.coupon_template set total_max = 9, active = false");
    assertThat(service.claim(3, "HELLO")).contains(Outcome.refused(Skip.NOT_ACTIVE));
    shop.run(
        "update marketing.coupon_template set active = true, valid_days = null, valid_to = now()");
    assertThat(service.claim(3, "HELLO")).contains(Outcome.refused(Skip.ENDED));
  }

  /** Two nodes issue and many customers claim from one limited template. */
  @Test
  void aFloodTakesExactlyWhatThereIs() throws Exception {
    template("claim", 40L, 1, "HELLO");
    List<Callable<Long>> work = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      long first = 100L * thread;
      CouponService node = service();
      work.add(() -> {
        long won = 0;
        for (long user = first; user < first + 10; user++) {
          if (node.claim(user, "HELLO").orElseThrow() instanceof Outcome.Applied) {
            won++;
          }
        }
        return won;
      });
    }
    work.add(() -> {
      List<Long> list = LongStream.range(5_000, 5_020).boxed().toList();
      return (long) applied(service.issue(key(9), "claim", list, "eve")).issued();
    });
    assertThat(Together.run(work).stream().mapToLong(Long::longValue).sum()).isEqualTo(40);
    assertThat(count()).isEqualTo(40);
  }

  private CouponService service() {
    return new CouponService(
        shop.database(),
        new TemplateStore(shop.database()),
        new CouponStore(shop.database()),
        InstantSource.system());
  }

  private void template(
      String id, @Nullable Long totalMax, @Nullable Integer perUserMax, @Nullable String code) {
    CouponTerms terms =
        new CouponTerms(
            id, "券", "coupon", new CouponOff.Amount(100), Money.cny(1_000), new Scope.Shop());
    CouponTemplate template =
        CouponTemplate.fresh(terms, new CouponValidity.Days(7), totalMax, perUserMax, code, true);
    shop.database()
        .write(
            "template",
            tx -> {
              TemplateStore.insert(tx, template);
              return true;
            });
  }

  private long count() {
    return shop.number("select count(*) from marketing.coupon");
  }

  private long acts() {
    return shop.number("select count(*) from staff.act where act = 'coupon.issue'");
  }

  private static Entry key(int n) {
    byte[] key = new byte[16];
    Arrays.fill(key, (byte) n);
    return new Entry(key, key, 0);
  }

  private static CouponIssue applied(Outcome<CouponIssue, CouponService.Refusal> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    return ((Outcome.Applied<CouponIssue, CouponService.Refusal>) outcome).value();
  }
}
