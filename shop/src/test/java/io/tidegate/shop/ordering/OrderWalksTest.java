package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.OrderCommand.Refusal;
import io.tidegate.shop.payment.Capture;
import io.tidegate.shop.payment.PaymentId;
import io.tidegate.shop.payment.PaymentProvider.Opening;
import io.tidegate.shop.payment.Posting;
import io.tidegate.shop.payment.Recorded;
import io.tidegate.shop.payment.Refund;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever is asked of an order, in whatever order: its promises hold. Seeded. */
class OrderWalksTest {

  private static final long SEED = 42;
  private static final int WALKS = 20_000;
  private static final int STEPS = 40;

  @Test
  void noWalkBreaksAPromise() {
    Random random = new Random(SEED);
    Set<Status> reached = EnumSet.noneOf(Status.class);
    for (int walk = 0; walk < WALKS; walk++) {
      OrderFile file = new OrderFile(Given.order(Status.AWAITING_PAYMENT), List.of(), List.of(), 0);
      Instant now = Given.NOW;
      for (int i = 0; i < STEPS; i++) {
        now = now.plusSeconds(random.nextInt(180));
        if (command(random, file, now)
            instanceof Outcome.Applied<Changes, Refusal>(Changes changes)) {
          file.apply(changes);
        }
      }
      check(file);
      reached.add(file.order().status());
    }
    assertThat(reached)
        .isEqualTo(EnumSet.complementOf(EnumSet.of(Status.REFUNDED))); // no command refunds yet
  }

  private static Outcome<Changes, Refusal> command(Random random, OrderFile file, Instant now) {
    PaymentId payment = new PaymentId(Given.NUMBER, 1 + random.nextInt(3));
    return switch (random.nextInt(16)) {
      case 0, 1 -> OrderRules.decide(file, Given.start(42), now);
      case 2 ->
          OrderRules.decide(
              file,
              new OrderCommand.NoteOpening(payment, new Opening.Opened("u"), Given.CAUSE),
              now);
      case 3 ->
          OrderRules.decide(
              file,
              new OrderCommand.NoteOpening(payment, new Opening.Unknown("?"), Given.CAUSE),
              now);
      case 4 -> OrderRules.decide(file, new OrderCommand.NoteClosed(payment, Given.CAUSE), now);
      case 5, 6, 7 -> {
        long amount = random.nextInt(4) == 0 ? 1_000 : 2_990;
        String transaction = "T" + random.nextInt(6);
        yield OrderRules.decide(
            file,
            new OrderCommand.RecordCapture(
                Given.capture(payment.seq(), transaction, amount), Given.CAUSE),
            now);
      }
      case 8 ->
          random.nextInt(8) > 0
              ? Outcome.refused(Refusal.NOT_CANCELLABLE)
              : OrderRules.decide(
                  file, new OrderCommand.Cancel(Given.NUMBER, 42, "why", Given.CAUSE), now);
      case 9 ->
          OrderRules.decide(
              file, new OrderCommand.ConfirmReceipt(Given.NUMBER, 42, Given.CAUSE), now);
      case 10 -> OrderRules.close(file, Given.CAUSE, now);
      case 11 ->
          random.nextInt(4) > 0
              ? Outcome.refused(Refusal.NOT_CONFIRMABLE)
              : OrderRules.complete(file, Given.CAUSE, now);
      case 12, 13 -> OrderRules.shipped(file, random.nextInt(3) == 0, Given.CAUSE, now);
      case 14 ->
          random.nextInt(4) > 0
              ? Outcome.refused(Refusal.NOT_CONFIRMABLE)
              : OrderRules.delivered(file, Given.CAUSE, now);
      default -> OrderRules.decide(file, Given.start(41), now);
    };
  }

  private static void check(OrderFile file) {
    Status folded = Status.AWAITING_PAYMENT;
    int version = 1;
    for (Step step : file.steps) { // O1
      assertThat(step.version()).isEqualTo(++version);
      assertThat(step.from()).isEqualTo(folded);
      assertThat(folded.next()).contains(step.to());
      folded = step.to();
    }
    Order order = file.order();
    assertThat(order.status()).isEqualTo(folded);
    assertThat(order.version()).isEqualTo(version);
    List<Changes.StockMove> once = // S3
        order.status() == Status.AWAITING_PAYMENT
            ? List.of()
            : List.of(order.status().isPaid() ? Changes.StockMove.SELL : Changes.StockMove.RELEASE);
    assertThat(file.stockMoves).isEqualTo(once);
    checkMoney(file);
  }

  private static void checkMoney(OrderFile file) {
    long paid = count(file, Capture.Verdict.PAID);
    assertThat(paid).isEqualTo(file.order().status().isPaid() ? 1 : 0); // O2, M2
    assertThat(file.order().paidAt() != null).isEqualTo(paid == 1);
    assertThat((long) file.newRefunds.size())
        .isEqualTo(count(file, Capture.Verdict.SECOND) + count(file, Capture.Verdict.LATE));
    assertThat(file.newRefunds).extracting(Refund::id).doesNotHaveDuplicates();
    assertThat(file.newRefunds).extracting(Refund::transaction).doesNotHaveDuplicates();
    assertThat(file.newCaptures)
        .extracting(row -> row.capture().transaction())
        .doesNotHaveDuplicates();
    assertThat(file.postings.stream().mapToLong(row -> row.amount().amount()).sum())
        .isEqualTo(
            file.newCaptures.stream().mapToLong(row -> row.capture().amount().amount()).sum());
    assertThat(file.postings).extracting(Posting::debit).allMatch("provider:sandbox"::equals);
    assertThat(file.attempts())
        .allMatch(attempt -> attempt.isOpen() == (attempt.askAt() != null)); // L1
  }

  private static long count(OrderFile file, Capture.Verdict verdict) {
    return file.newCaptures.stream().map(Recorded::verdict).filter(verdict::equals).count();
  }
}
