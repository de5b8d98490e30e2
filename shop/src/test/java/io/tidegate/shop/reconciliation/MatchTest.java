package io.tidegate.shop.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.payment.StatementLine;
import io.tidegate.shop.payment.StatementText;
import io.tidegate.shop.reconciliation.ReconciliationService.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A statement against our book: what is the same, what differs and how (M11). */
class MatchTest {

  private Books books;
  private LocalDate day;
  private Instant noon;

  @BeforeEach
  void open() {
    books = new Books();
    day = books.today.minusDays(1);
    noon = Books.at(day, "12:00");
  }

  @AfterEach
  void close() {
    books.close();
  }

  @Test
  void eachKindOfDifferenceIsFoundAndNothingElseIs() {
    OrderNumber same = books.order();
    books.captured(same, "T1", 1_000, noon, 1);
    books.theirs(day, StatementLine.Type.PAYMENT, same + "p1", "T1", 1_000, noon);
    books.refunded(same, 300, 5, noon.plusSeconds(60));
    books.theirs(day, StatementLine.Type.REFUND, same + "r1", "", 300, noon.plusSeconds(50));

    OrderNumber oursOnly = books.order();
    books.captured(oursOnly, "T2", 1_000, noon, 3);
    OrderNumber theirsOnly = books.order();
    books.theirs(day, StatementLine.Type.PAYMENT, theirsOnly + "p1", "T3", 1_000, noon);
    OrderNumber amount = books.order();
    books.captured(amount, "T4", 1_001, noon, 4);
    books.theirs(day, StatementLine.Type.PAYMENT, amount + "p1", "T4", 1_000, noon);
    OrderNumber state = books.order();
    books.refunded(state, 500, 3, null);
    books.theirs(day, StatementLine.Type.REFUND, state + "r1", "", 500, noon);
    OrderNumber missing = books.order();
    books.refunded(missing, 500, 5, noon);
    OrderNumber takenBack = books.order();
    books.refunded(takenBack, 700, 5, noon);
    books.theirs(day, StatementLine.Type.REFUND, takenBack + "r1", "", 700, noon);
    books.theirs(day, StatementLine.Type.REVERSAL, takenBack + "r1", "", 700, noon.plusSeconds(9));
    OrderNumber otherTransaction = books.order();
    books.captured(otherTransaction, "T5", 1_000, noon, 1);
    books.theirs(day, StatementLine.Type.PAYMENT, otherTransaction + "p1", "T6", 1_000, noon);
    books.theirs(day, StatementLine.Type.PAYMENT, "somebody-elses", "T7", 1_000, noon);
    OrderNumber misdirected = books.order();
    books.captured(misdirected, "T8", 1_000, noon, 4);
    books.shop.run("update payment.capture set parked_why = 2 where order_number = " + misdirected);

    assertThat(books.service.run(Books.PROVIDER, day)).isInstanceOf(Outcome.Applied.class);

    assertThat(books.differences(day))
        .containsExactlyInAnyOrder(
            "ours_only " + oursOnly + "p1",
            "theirs_only " + theirsOnly + "p1",
            "amount " + amount + "p1",
            "state " + state + "r1",
            "missing_refund " + missing + "r1",
            "state " + takenBack + "r1",
            "theirs_only " + otherTransaction + "p1",
            "ours_only " + otherTransaction + "p1",
            "theirs_only somebody-elses");
    Day matched = books.shown(day).day();
    assertThat(matched.lines()).isEqualTo(9);
    assertThat(matched.matched()).isEqualTo(3);
    assertThat(matched.state()).isEqualTo(Day.State.MATCHED);
    assertThat(books.shown(day).open()).isEqualTo(9);
    assertThat(books.shown(day).sums())
        .containsExactly(
            new Day.Sum("payment", "CNY", 5, 5_000, 4, 4_001),
            new Day.Sum("refund", "CNY", 3, 1_500, 3, 1_500),
            new Day.Sum("reversal", "CNY", 1, 700, 0, 0));
  }

  /** By number, not by day; what may be on the neighbour day waits for its statement. */
  @Test
  void whatMovedAroundMidnightIsMatchedWithTheNeighbourDay() {
    OrderNumber late = books.order();
    books.captured(late, "T1", 1_000, Books.at(day.minusDays(1), "23:59:59.9"), 1);
    books.theirs(
        day, StatementLine.Type.PAYMENT, late + "p1", "T1", 1_000, Books.at(day, "00:00:00.2"));
    OrderNumber early = books.order();
    books.captured(early, "T2", 1_000, Books.at(day, "00:00:00.1"), 1);
    books.theirs(
        day.minusDays(1),
        StatementLine.Type.PAYMENT,
        early + "p1",
        "T2",
        1_000,
        Books.at(day.minusDays(1), "23:59:59.8"));

    books.service.run(Books.PROVIDER, day.minusDays(1));
    assertThat(books.differences(day.minusDays(1)))
        .containsExactlyInAnyOrder(
            "other_day " + late + "p1", "other_day " + early + "p1 other_day");
    assertThat(books.shown(day.minusDays(1)).open()).isEqualTo(1);

    books.service.run(Books.PROVIDER, day);
    assertThat(books.differences(day)).containsExactly("other_day " + late + "p1 other_day");
    books.service.matchAgain(Books.PROVIDER, day.minusDays(1));
    assertThat(books.differences(day.minusDays(1)))
        .containsExactlyInAnyOrder(
            "other_day " + late + "p1 other_day", "other_day " + early + "p1 other_day");
  }

  /** What the neighbour day doesn't have either is missed. */
  @Test
  void whatNoDayHasIsMissedOnceTheNeighbourDayIsHere() {
    OrderNumber lost = books.order();
    books.captured(lost, "T1", 1_000, Books.at(day.minusDays(1), "23:59"), 1);
    books.service.run(Books.PROVIDER, day.minusDays(1));
    assertThat(books.differences(day.minusDays(1))).containsExactly("other_day " + lost + "p1");
    books.service.run(Books.PROVIDER, day);
    books.service.matchAgain(Books.PROVIDER, day.minusDays(1));
    assertThat(books.differences(day.minusDays(1))).containsExactly("ours_only " + lost + "p1");
  }

  /** Its answer was lost, and when we asked it had been taken back: for us it never came. */
  @Test
  void aRefundThatCameAndWentThereIsTheSameAsNoneHere() {
    OrderNumber order = books.order();
    books.refunded(order, 500, 4, null);
    books.theirs(day, StatementLine.Type.REFUND, order + "r1", "", 500, noon);
    books.service.run(Books.PROVIDER, day);
    assertThat(books.differences(day)).containsExactly("state " + order + "r1");
    books.theirs(day, StatementLine.Type.REVERSAL, order + "r1", "", 500, noon.plusSeconds(1));
    books.service.run(Books.PROVIDER, day);
    assertThat(books.differences(day)).containsExactly("state " + order + "r1 settled");
    assertThat(books.shown(day).day().matched()).isEqualTo(2);
  }

  /** Two payments under one number of ours, and statements that don't have the provider's. */
  @Test
  void aLineWithoutTheProvidersNumberIsTheSameAsOneOfOurs() {
    OrderNumber twice = books.order();
    books.captured(twice, "T1", 1_001, noon, 4);
    books.shop.run(
        "insert into payment.capture (order_number, provider, transaction, attempt, amount,"
            + " currency, captured_at, recorded_at, verdict) select order_number, provider, 'T2', 1,"
            + " 1000, currency, captured_at, recorded_at, 1 from payment.capture");
    books.theirs(day, StatementLine.Type.PAYMENT, twice + "p1", "", 1_000, noon);
    books.service.run(Books.PROVIDER, day);
    assertThat(books.differences(day)).isEmpty();
    books.forget(day);
    books.theirs(day, StatementLine.Type.PAYMENT, twice + "p1", "", 999, noon);
    books.service.run(Books.PROVIDER, day);
    assertThat(books.differences(day)).containsExactly("amount " + twice + "p1");
  }

  @Test
  void theSameDayTakenAgainReplacesIt() {
    OrderNumber order = books.order();
    books.captured(order, "T1", 1_000, noon, 1);
    books.theirs(day, StatementLine.Type.PAYMENT, order + "p1", "T1", 1_000, noon);
    books.theirs(day, StatementLine.Type.PAYMENT, "other", "T2", 5, noon);
    for (int i = 0; i < 2; i++) {
      books.service.run(Books.PROVIDER, day);
      assertThat(books.differences(day)).containsExactly("theirs_only other");
      assertThat(books.shown(day).day().lines()).isEqualTo(2);
    }
    books.forget(day);
    books.theirs(day, StatementLine.Type.PAYMENT, order + "p1", "T1", 999, noon);
    books.service.run(Books.PROVIDER, day);
    assertThat(books.differences(day))
        .containsExactlyInAnyOrder("amount " + order + "p1", "theirs_only other settled");
    assertThat(books.shown(day).day().lines()).isEqualTo(1);
    assertThat(books.shown(day).day().matched()).isZero();
  }

  @Test
  void whatCameAfterTheStatementWasTakenIsNotMissedInIt() {
    OrderNumber before = books.order();
    books.captured(before, "T1", 1_000, books.shop.database().now().minusSeconds(120), 1);
    OrderNumber justNow = books.order();
    books.captured(justNow, "T2", 1_000, books.shop.database().now(), 1);
    LocalDate today = before.createdAt().plusSeconds(0).atZone(Books.ZONE).toLocalDate();
    books.service.run(Books.PROVIDER, today);
    assertThat(books.differences(today)).noneMatch(text -> text.contains(justNow + "p1"));
    books.shop.run("update reconciliation.day set judged_until = now() + interval '1 hour'");
    books.service.match(Books.PROVIDER, today);
    assertThat(books.differences(today)).anyMatch(text -> text.contains(justNow + "p1"));
  }

  /** A statement that breaks off leaves the one that was there. */
  @Test
  void halfAStatementIsNone() {
    books.theirs(day, StatementLine.Type.PAYMENT, "one", "T1", 1, noon);
    books.theirs(day, StatementLine.Type.PAYMENT, "two", "T2", 2, noon);
    books.fails("status 503");
    assertThat(books.service.run(Books.PROVIDER, day))
        .isEqualTo(Outcome.refused(Refusal.STATEMENT_UNAVAILABLE));
    Day failed = books.shown(day).day();
    assertThat(failed.state()).isEqualTo(Day.State.WAITS);
    assertThat(failed.problem()).isEqualTo("status 503");
    assertThat(failed.nextTryAt()).isAfter(books.shop.database().now());
    assertThat(books.shop.number("select count(*) from reconciliation.line")).isZero();

    books.fails(null);
    assertThat(books.service.run(Books.PROVIDER, day)).isInstanceOf(Outcome.Applied.class);
    books.fails("status 503");
    books.service.run(Books.PROVIDER, day);
    Day still = books.shown(day).day();
    assertThat(still.lines()).isEqualTo(2);
    assertThat(still.state()).isEqualTo(Day.State.MATCHED);
    assertThat(still.problem()).isEqualTo("status 503");
    assertThat(books.shop.number("select count(*) from reconciliation.line")).isEqualTo(2);
  }

  @Test
  void aFileIsTakenWholeOrNotAtAll() throws Exception {
    String head = "type,number,payment,transaction,amount,currency,at\n";
    String one = "payment,a,a,T1,100,CNY,2026-11-25T00:00:00Z\n";
    String back = "refund,b,a,,-40,CNY,2026-11-25T01:00:00Z\n";
    assertThat(take(head + one + back).lines()).isEqualTo(2);
    assertThat(books.texts("select number || amount from reconciliation.line order by 1"))
        .containsExactly("a100", "b40");
    for (String bad :
        List.of(
            "",
            "type,number\n",
            head + "payment,a,a,T1,100,CNY\n",
            head + "payment,a,a,T1,0,CNY,2026-11-25T00:00:00Z\n",
            head + "payment,a,a,T1,1.5,CNY,2026-11-25T00:00:00Z\n",
            head + "gift,a,a,T1,1,CNY,2026-11-25T00:00:00Z\n",
            head + "payment,,a,T1,1,CNY,2026-11-25T00:00:00Z\n",
            head + one + "payment,a,a,T1,1,CNY,yesterday\n",
            head + "payment,a,a,T1,1,NOTHING,2026-11-25T00:00:00Z\n")) {
      assertThatThrownBy(() -> take(bad)).as(bad).isInstanceOf(StatementText.Malformed.class);
    }
    assertThat(books.texts("select number || amount from reconciliation.line order by 1"))
        .containsExactly("a100", "b40");
    assertThat(books.texts("select act from staff.act")).containsExactly("reconciliation.import");
  }

  /** A double payment is what a statement must show: two captures of one attempt, both there. */
  @Test
  void twoCapturesOfOneAttemptAreTwoPayments() {
    OrderNumber twice = books.order();
    books.captured(twice, "T1", 1_000, noon, 1);
    books.theirs(day, StatementLine.Type.PAYMENT, twice + "p1", "T1", 1_000, noon);
    books.theirs(day, StatementLine.Type.PAYMENT, twice + "p1", "T2", 1_000, noon);
    assertThat(books.service.run(Books.PROVIDER, day)).isInstanceOf(Outcome.Applied.class);
    assertThat(books.differences(day)).containsExactly("theirs_only " + twice + "p1");
    assertThat(books.shown(day).differences().getFirst().transaction()).isEqualTo("T2");
    assertThat(books.shown(day).day().matched()).isEqualTo(1);
  }

  /** The same told twice, on a day or on two, is a difference and no reason to take nothing. */
  @Test
  void whatIsToldTwiceDiffers() {
    OrderNumber paid = books.order();
    books.captured(paid, "T1", 1_000, noon, 1);
    books.theirs(day, StatementLine.Type.PAYMENT, paid + "p1", "T1", 1_000, noon);
    books.theirs(day, StatementLine.Type.PAYMENT, paid + "p1", "T1", 1_000, noon);
    OrderNumber back = books.order();
    books.refunded(back, 300, 5, noon);
    books.theirs(day.minusDays(1), StatementLine.Type.REFUND, back + "r1", "", 300, noon);
    books.theirs(day, StatementLine.Type.REFUND, back + "r1", "", 300, noon.plusSeconds(9));
    books.theirs(day, StatementLine.Type.PAYMENT, "foreign", "T7", 1, noon);
    books.theirs(day, StatementLine.Type.PAYMENT, "foreign", "T7", 1, noon);
    books.service.run(Books.PROVIDER, day.minusDays(1));
    assertThat(books.service.run(Books.PROVIDER, day)).isInstanceOf(Outcome.Applied.class);
    assertThat(books.differences(day))
        .containsExactlyInAnyOrder(
            "theirs_only " + paid + "p1", "theirs_only " + back + "r1", "theirs_only foreign");
    books.service.matchAgain(Books.PROVIDER, day);
    assertThat(books.shown(day).open()).as("looked at again").isEqualTo(3);
    assertThat(books.shown(day).day().matched()).isZero();
  }

  /** Refund, reversal, refund again: by their book it is back, and ours must say so, too. */
  @Test
  void refundsAndReversalsAreCounted() {
    OrderNumber unknown = books.order();
    books.refunded(unknown, 500, 3, null);
    OrderNumber refunded = books.order();
    books.refunded(refunded, 500, 5, noon);
    for (OrderNumber each : List.of(unknown, refunded)) {
      books.theirs(day, StatementLine.Type.REFUND, each + "r1", "", 500, noon);
      books.theirs(day, StatementLine.Type.REVERSAL, each + "r1", "", 500, noon.plusSeconds(1));
      books.theirs(day, StatementLine.Type.REFUND, each + "r1", "", 500, noon.plusSeconds(2));
    }
    assertThat(books.service.run(Books.PROVIDER, day)).isInstanceOf(Outcome.Applied.class);
    assertThat(books.shown(day).differences())
        .extracting(each -> each.kind().wire() + " " + each.type().wire() + " " + each.number())
        .containsExactlyInAnyOrder(
            "state refund " + unknown + "r1", "state reversal " + unknown + "r1");
    books.service.matchAgain(Books.PROVIDER, day);
    assertThat(books.shown(day).open()).isEqualTo(2);

    books.theirs(day, StatementLine.Type.REVERSAL, unknown + "r1", "", 500, noon.plusSeconds(3));
    books.service.run(Books.PROVIDER, day);
    assertThat(books.shown(day).open()).isZero();
  }

  /** A file of a day that is not over says nothing of the time behind its last line. */
  @Test
  void anImportOfTodayIsJudgedUpToItsLastLine() throws Exception {
    Instant now = books.shop.database().now();
    Instant last = now.minusSeconds(3_600);
    LocalDate its = now.atZone(Books.ZONE).toLocalDate();
    String head = "type,number,payment,transaction,amount,currency,at\n";
    String line = "payment,a,a,T1,100,CNY," + last + "\n";
    books.service.take(Books.PROVIDER, its, stream(head + line), "eve");
    assertThat(books.texts("select judged_until::text from reconciliation.day"))
        .containsExactlyElementsOf(books.texts("select ('" + last + "'::timestamptz)::text"));
    books.service.take(Books.PROVIDER, its.minusDays(3), stream(head), "eve");
    assertThat(
            books.shop.number(
                "select count(*) from reconciliation.day where judged_until = first_at"
                    + " + interval '1 day'"))
        .isEqualTo(1);
  }

  /** What can't be put on record is not done (C6). */
  @Test
  void anImportIsOnRecordBeforeItIsTaken() {
    books.shop.run("alter table staff.act rename to act_away");
    String head = "type,number,payment,transaction,amount,currency,at\n";
    assertThatThrownBy(() -> take(head + "payment,a,a,T1,100,CNY,2026-11-25T00:00:00Z\n"))
        .isInstanceOf(DatabaseFailure.class);
    assertThat(books.shop.number("select count(*) from reconciliation.day")).isZero();
  }

  private static InputStream stream(String csv) {
    return new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8));
  }

  private Day take(String csv) throws IOException {
    return books.service.take(Books.PROVIDER, day, stream(csv), "eve");
  }

  /**
   * Many lines: {@code -Dtidegate.test.statement-lines=1000000} has a million of them. What it took
   * is told, and held against nothing: the machine decides it.
   */
  @Test
  void aLongStatementIsMatchedLineByLine() {
    long lines = Long.getLong("tidegate.test.statement-lines", 20_000);
    long first = OrderNumber.firstAt(noon.toEpochMilli());
    books.shop.run(
        ("insert into payment.capture select %d + n, 'sandbox', 'T' || n, 1, 100 + n %% 900, 'CNY',"
                + " '%s'::timestamptz + n * interval '10 ms', now(), 1 from generate_series(1, %d) n"
                + " where n %% 5000 <> 17")
            .formatted(first, noon, lines));
    books.shop.run("analyze payment.capture");
    books.say(
        day,
        LongStream.rangeClosed(1, lines)
            .filter(n -> n % 5_000 != 23)
            .mapToObj(n ->
                new StatementLine(
                    StatementLine.Type.PAYMENT,
                    (first + n) + "p1",
                    "T" + n,
                    Money.cny(100 + n % 900 + (n % 5_000 == 29 ? 1 : 0)),
                    noon.plusMillis(n * 10))));

    long begun = System.nanoTime();
    assertThat(books.service.run(Books.PROVIDER, day)).isInstanceOf(Outcome.Applied.class);
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    System.out.printf("%,d lines taken and matched in %,d ms%n", lines, took.toMillis());

    long times = lines / 5_000;
    assertThat(books.shown(day).day().lines()).isEqualTo(lines - times);
    assertThat(books.shown(day).day().matched()).isEqualTo(lines - 3 * times);
    assertThat(books.shown(day).open()).isEqualTo(3 * times);
    assertThat(
            Stream.of(1, 2, 3)
                .map(kind ->
                    books.shop.number(
                        "select count(*) from reconciliation.difference where kind = " + kind)))
        .containsOnly(times);
  }
}
