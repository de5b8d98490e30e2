package io.tidegate.shop.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.payment.StatementLine;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is reconciled by itself: which days are fetched, matched and looked at again. */
class WorkerTest {

  private Books books;
  private LocalDate day;
  private Instant noon;
  private OrderNumber order;
  private ReconciliationWorker daily;

  @BeforeEach
  void open() {
    books = new Books();
    day = books.today.minusDays(1);
    noon = Books.at(day, "12:00");
    order = books.order();
    daily = new ReconciliationWorker(books.shop.database(), books.service, 10, "node");
  }

  @AfterEach
  void close() {
    books.close();
  }

  /** Once a day, from the hour on; a day whose statement did not come is tried again. */
  @Test
  void yesterdayIsReconciledByItselfAtTheHour() {
    OrderNumber first = books.order();
    books.captured(first, "T0", 1_000, noon, 1);
    books.theirs(day, StatementLine.Type.PAYMENT, first + "p1", "T0", 1_000, noon);
    books.theirs(day, StatementLine.Type.PAYMENT, order + "p1", "T1", 1_000, noon);
    books.fails("status 503");
    daily.turn(books.today.atTime(9, 59).atZone(Books.ZONE));
    assertThat(books.service.show(Books.PROVIDER, day, 0, 1)).isEmpty();
    daily.turn(books.today.atTime(10, 0).atZone(Books.ZONE));
    assertThat(books.shown(day).day().state()).isEqualTo(Day.State.WAITS);
    books.fails(null);
    daily.turn(books.today.atTime(10, 0).atZone(Books.ZONE));
    assertThat(books.shown(day).day().state())
        .as("not before its next try")
        .isEqualTo(Day.State.WAITS);
    books.shop.run("update reconciliation.day set next_try_at = now() - interval '1 s'");
    daily.turn(books.today.atTime(10, 1).atZone(Books.ZONE));
    assertThat(books.differences(day)).containsExactly("theirs_only " + order + "p1");
    Instant once = books.shown(day).day().loadedAt();
    books.captured(order, "T1", 1_000, noon, 1);
    daily.turn(books.today.atTime(10, 2).atZone(Books.ZONE));
    assertThat(books.shown(day).day().loadedAt()).isEqualTo(once);
    assertThat(books.differences(day)).containsExactly("theirs_only " + order + "p1 settled");
  }

  /** What staff took of a day before it was over is taken again when it is. */
  @Test
  void aDayThatWasTakenBeforeItsEndIsTakenAgain() {
    books.captured(order, "T1", 1_000, noon, 1);
    books.theirs(day, StatementLine.Type.PAYMENT, order + "p1", "T1", 1_000, noon);
    books.service.run(Books.PROVIDER, day);
    turnAtNoon();
    Instant whole = books.shown(day).day().loadedAt();
    turnAtNoon();
    assertThat(books.shown(day).day().loadedAt()).as("it had all").isEqualTo(whole);
    books.shop.run("update reconciliation.day set judged_until = first_at + interval '13 h'");
    books.theirs(day, StatementLine.Type.PAYMENT, books.order() + "p1", "T2", 1_000, noon);
    turnAtNoon();
    assertThat(books.shown(day).day().lines()).isEqualTo(2);
    assertThat(books.differences(day)).hasSize(1);
  }

  /** A system that was down for days fetches all of them. */
  @Test
  void daysThatWereMissedAreFetched() {
    books.service.run(Books.PROVIDER, day.minusDays(4));
    books.service.run(Books.PROVIDER, day.minusDays(1));
    turnAtNoon();
    assertThat(days())
        .containsExactly(
            day.minusDays(4) + " 3",
            day.minusDays(3) + " 3",
            day.minusDays(2) + " 3",
            day.minusDays(1) + " 3",
            day + " 3");
  }

  @Test
  void noMoreThanSoManyDaysAreExpected() {
    books.service.run(Books.PROVIDER, day.minusDays(200));
    turnAtNoon();
    turnAtNoon();
    assertThat(days()).hasSize(ExpectedDays.DAYS_MAX + 1);
  }

  /** Nobody asks for a statement of a time before there was a payment. */
  @Test
  void aFreshSystemExpectsNothing() {
    turnAtNoon();
    assertThat(days()).isEmpty();
    books.captured(order, "T1", 1_000, Books.at(day.minusDays(2), "12:00"), 1);
    turnAtNoon();
    assertThat(days()).as("it is looked for again after a while").isEmpty();
    turn(books.today.atTime(12, 0).plus(ExpectedDays.NOT_AGAIN));
    assertThat(days())
        .containsExactly(day.minusDays(2) + " 3", day.minusDays(1) + " 3", day + " 3");
  }

  /** What is imported is matched soon after, however old it is. */
  @Test
  void anOldDayThatWasImportedIsMatched() {
    books.theirs(day.minusDays(40), StatementLine.Type.PAYMENT, order + "p1", "T1", 1_000, noon);
    books.service.fetch(books, day.minusDays(40));
    assertThat(days()).containsExactly(day.minusDays(40) + " 2");
    daily.turn(books.today.atTime(9, 0).atZone(Books.ZONE));
    assertThat(days()).containsExactly(day.minusDays(40) + " 3");
  }

  /** Twenty places that stay as they are don't keep the others from being looked at. */
  @Test
  void allThatDiffersIsLookedAtInTurns() {
    for (int i = 0; i < 25; i++) {
      books.shop.run(
          ("insert into reconciliation.day (provider, day, first_at, state, version)"
                  + " values ('p%02d', '%s', now(), 3, 1)")
              .formatted(i, day));
      books.shop.run(
          ("insert into reconciliation.difference (provider, day, type, number, transaction,"
                  + " order_number, seq, kind, theirs_amount, theirs_currency, theirs_at, state,"
                  + " version, found_at) values ('p%02d', '%s', 1, 'n', 't', 0, 0, 2, 1, 'CNY',"
                  + " now(), 1, 1, now())")
              .formatted(i, day));
      if (i < 20) {
        books.shop.run(
            ("insert into reconciliation.line (order_number, seq, type, provider, day, number,"
                    + " transaction, amount, currency, at) values (0, 0, 1, 'p%02d', '%s', 'n',"
                    + " 't', 1, 'CNY', now())")
                .formatted(i, day));
      }
    }
    daily.turn(books.today.atTime(9, 0).atZone(Books.ZONE));
    daily.turn(books.today.atTime(9, 1).atZone(Books.ZONE));
    assertThat(books.texts("select provider from reconciliation.difference where state = 1"))
        .as("the last five are in no statement any more")
        .hasSize(20);
    assertThat(books.texts("select provider from reconciliation.day where version > 1 order by 1"))
        .as("only what changed is written")
        .containsExactlyInAnyOrderElementsOf(List.of("p20", "p21", "p22", "p23", "p24"));
  }

  private void turnAtNoon() {
    turn(books.today.atTime(12, 0));
  }

  private void turn(LocalDateTime time) {
    ZonedDateTime now = time.atZone(Books.ZONE);
    for (int i = 0; i < 3; i++) { // a turn takes a bounded number of days
      daily.turn(now);
    }
  }

  private List<String> days() {
    return books.texts("select day || ' ' || state from reconciliation.day order by day");
  }
}
