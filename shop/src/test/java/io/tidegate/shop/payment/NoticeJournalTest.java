package io.tidegate.shop.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.payment.KeptNotice.Verdict;
import io.tidegate.shop.testing.ShopDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is kept of notices, whoever sends them and however many. */
class NoticeJournalTest {

  private static final int FLOOD = 1_000;
  private static final PaymentId PAYMENT =
      new PaymentId(
          OrderNumber.of(Instant.parse("2026-11-25T04:00:00Z").toEpochMilli(), 42, 0, 0), 1);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // as it may be, near its end
  private ShopDatabase shop;
  private NoticeStore store;
  private NoticeJournal journal;

  @BeforeEach
  void open() {
    shop = new ShopDatabase();
    store = new NoticeStore(shop.database());
    journal = new NoticeJournal(store, meters, nanos::get);
  }

  @AfterEach
  void close() {
    journal.close();
    shop.close();
  }

  private void keep(Verdict verdict) {
    String payment = verdict == Verdict.REJECTED ? "" : PAYMENT.toString();
    journal.keep(
        verdict, () -> new KeptNotice(Instant.now(), "alipay", verdict, "", payment, "a=1"));
  }

  private void flood() {
    for (int i = 0; i < FLOOD; i++) {
      keep(Verdict.REJECTED);
    }
  }

  private long rejected() {
    return shop.number("select count(*) from payment.notice_rejected");
  }

  /** A flood of forgeries costs the database next to nothing, and no true notice its place. */
  @Test
  void ofForgeriesFewAreKeptInASecond() {
    flood();
    keep(Verdict.TAKEN);
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    flood();
    keep(Verdict.REPEATED);
    await().until(() -> store.of(PAYMENT, 10).size() == 2);
    assertThat(rejected()).isEqualTo(2L * NoticeJournal.REJECTED_A_SECOND_MAX);
    assertThat(meters.get("tidegate.notices.rejected.not.kept").counter().count())
        .isEqualTo(2.0 * (FLOOD - NoticeJournal.REJECTED_A_SECOND_MAX));
    assertThat(meters.get("tidegate.notices.not.kept").counter().count()).isZero();
  }

  @Test
  void theOldestAreForgottenAndForgeriesPushOutNothing() {
    for (int i = 0; i < 5; i++) {
      keep(Verdict.TAKEN);
    }
    flood();
    await().until(() -> store.newest(50).size() == 5 + NoticeJournal.REJECTED_A_SECOND_MAX);
    store.forget(5, 2, Duration.ofDays(30));
    assertThat(store.of(PAYMENT, 10)).hasSize(5);
    assertThat(rejected()).isEqualTo(2);
    assertThat(store.newest(50)).hasSize(7);
    store.forget(3, 2, Duration.ofDays(30));
    assertThat(store.of(PAYMENT, 10)).hasSize(3);
    store.forget(1_000, 1_000, Duration.ZERO);
    assertThat(store.newest(50)).isEmpty();
  }
}
