package io.tidegate.shop.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.db.Sql;
import io.tidegate.shop.customer.Address;
import io.tidegate.shop.customer.Consignee;
import io.tidegate.shop.customer.ConsigneeStore;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.testing.ShopDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages reach the provider once, whatever it does, and stall nothing. */
class NotificationWorkerTest {

  private static final Instant AT = Instant.parse("2026-11-22T12:00:00.123Z");
  private static final Renderer RENDERER =
      (template, details) -> Templates.render(template, Locale.CHINESE, details);
  private static final SendSettings SETTINGS =
      new SendSettings(
          16,
          3,
          Duration.ofMillis(1),
          Duration.ofMillis(1),
          Duration.ofMinutes(1),
          Duration.ofMillis(10));

  private ShopDatabase shop;
  private MessageStore store;
  private ConsigneeStore consignees;
  private final Map<String, OutgoingMessage> provider = new ConcurrentHashMap<>();
  private final AtomicInteger calls = new AtomicInteger();

  @BeforeEach
  void open() {
    shop = new ShopDatabase();
    ConsigneeStore.prepare(shop.database(), AT);
    store = new MessageStore(shop.database());
    consignees = new ConsigneeStore(shop.database());
  }

  @AfterEach
  void close() {
    shop.close();
  }

  private Map<Long, Instant> recorded(int... orders) {
    return shop.database()
        .ask(
            MessageStore.whenRecorded(
                Arrays.stream(orders).mapToObj(n -> new OrderNumber(number(n))).toList(),
                "order_paid"));
  }

  @Test
  void aMessageToldTwiceIsRecordedOnce() {
    record(List.of(paid(2), paid(1)));
    record(List.of(paid(1), paid(1), paid(2), paid(3)));
    assertThat(store.list(42, Long.MAX_VALUE, 10)).hasSize(3);
    assertThat(recorded(1, 9)).isEqualTo(Map.of(number(1), AT));
    Message message = store.list(42, Long.MAX_VALUE, 1).getFirst();
    assertThat(message.details()).isEqualTo(paid(3).details());
    assertThat(message.state()).isEqualTo(MessageState.RECORDED);
  }

  @Test
  void anOrderIsToldOfEachOfItsRefundsOnce() throws Exception {
    consignee(1);
    record(List.of(paid(1), refund("a1"), refund("a2")));
    record(List.of(refund("a2"), refund("a1")));
    assertThat(store.list(42, Long.MAX_VALUE, 10))
        .extracting(Message::about)
        .containsExactlyInAnyOrder("", "a1", "a2");
    assertThat(recorded(1)).isEqualTo(Map.of(number(1), AT));
    try (NotificationWorker worker = worker(this::accept, SETTINGS)) {
      worker.round();
    }
    assertThat(provider.keySet())
        .containsExactlyInAnyOrder(
            number(1) + "-order_paid", number(1) + "-order_paid-a1", number(1) + "-order_paid-a2");
    assertThat(store.list(42, Long.MAX_VALUE, 10))
        .extracting(Message::state)
        .containsOnly(MessageState.SENT);
  }

  private static NewMessage refund(String about) {
    return new NewMessage(number(1), 42, "order_paid", about, Channel.SMS, paid(1).details(), AT);
  }

  @Test
  void aDueMessageGoesToTheConsigneesPhoneOnce() throws Exception {
    consignee(1);
    record(List.of(paid(1), push(2)));
    try (NotificationWorker worker = worker(this::accept, SETTINGS)) {
      assertThat(worker.round()).isTrue();
      assertThat(worker.round()).isFalse();
    }
    assertThat(calls).hasValue(2);
    OutgoingMessage sms = received(1);
    assertThat(sms.to()).isEqualTo("13800138001");
    assertThat(sms.text()).contains(Long.toString(number(1)), "19.90");
    assertThat(sms.toString()).doesNotContain("13800138001", "19.90");
    assertThat(received(2).to()).isEqualTo("42");
    assertThat(store.list(42, Long.MAX_VALUE, 10))
        .allSatisfy(message -> {
          assertThat(message.state()).isEqualTo(MessageState.SENT);
          assertThat(message.sentAt()).isNotNull();
          assertThat(message.tries()).isEqualTo(1);
        });
  }

  @Test
  void aTimeOutIsSentAgainUnderTheSameId() {
    consignee(1);
    record(List.of(paid(1)));
    MessageSender slow =
        message -> {
          SendResult done = accept(message);
          return calls.get() == 1 ? new SendResult.Unknown("timed_out") : done;
        };
    try (NotificationWorker worker = worker(slow, SETTINGS)) {
      worker.start();
      await().until(() -> state(1) == MessageState.SENT);
    }
    assertThat(calls).hasValue(2);
    assertThat(provider).hasSize(1);
  }

  @Test
  void whileNobodyIsAskedNoTryIsUsedUp() {
    consignee(1);
    record(List.of(paid(1)));
    MessageSender open =
        message ->
            calls.incrementAndGet() < 6 ? new SendResult.NotTried("circuit_open") : accept(message);
    try (NotificationWorker worker = worker(open, SETTINGS)) { // which gives up after 3 tries
      worker.start();
      await().until(() -> state(1) == MessageState.SENT);
    }
    assertThat(store.ofOrders(List.of(number(1))))
        .singleElement()
        .satisfies(message -> assertThat(message.tries()).isEqualTo(1));
  }

  @Test
  void whatNeverSucceedsIsGivenUpAndVisible() {
    consignee(1);
    record(List.of(paid(1)));
    MessageSender dead =
        _ -> {
          calls.incrementAndGet();
          return new SendResult.NotDone("status_503");
        };
    try (NotificationWorker worker = worker(dead, SETTINGS)) {
      worker.start();
      await().until(() -> state(1) == MessageState.FAILED);
    }
    assertThat(calls).hasValue(3);
    assertThat(store.failed(Long.MAX_VALUE, 10))
        .singleElement()
        .satisfies(given -> {
          assertThat(given.message().why()).isEqualTo("status_503");
          assertThat(given.at()).isAfter(given.message().createdAt());
        });
  }

  @Test
  void whatWasGivenUpIsSentAgainWithAllItsTriesOnRecordAndOnce() throws Exception {
    consignee(1);
    record(List.of(paid(1)));
    MessageSender refusing = _ -> new SendResult.Rejected("no_such_phone");
    AtomicInteger wakes = new AtomicInteger();
    GivenUpDesk desk = new GivenUpDesk(shop.database(), store, wakes::incrementAndGet);
    assertThat(desk.figures()).isEqualTo(new GivenUpDesk.Figures(0, Duration.ZERO));
    try (NotificationWorker worker = worker(refusing, SETTINGS)) {
      worker.round();
    }
    run("update notification.message set failed_at = failed_at - interval '2 hours'");
    assertThat(desk.figures().messages()).isEqualTo(1);
    assertThat(desk.figures().oldest()).isBetween(Duration.ofHours(2), Duration.ofMinutes(130));
    Message failed = desk.list(Long.MAX_VALUE, 10).getFirst().message();

    assertThat(desk.sendAgain(number(2), failed.id(), "eve"))
        .as("another order's")
        .isEqualTo(Outcome.refused(GivenUpDesk.Refusal.NO_SUCH_MESSAGE));
    assertThat(desk.sendAgain(number(1), failed.id(), "eve")).isInstanceOf(Outcome.Applied.class);
    assertThat(desk.sendAgain(number(1), failed.id(), "eve"))
        .isInstanceOf(Outcome.AlreadyApplied.class);
    assertThat(wakes).hasValue(1);
    assertThat(desk.list(Long.MAX_VALUE, 10)).isEmpty();
    assertThat(desk.figures().messages()).isZero();
    assertThat(
            shop.database()
                .read(
                    Sql.of("select actor || ' ' || act || ' ' || subject from staff.act"),
                    row -> row.getString(1)))
        .containsExactly("eve message.send-again order " + number(1));

    // All tries once more: two that fail are not the end.
    MessageSender late =
        message ->
            calls.incrementAndGet() < 3 ? new SendResult.NotDone("status_503") : accept(message);
    try (NotificationWorker worker = worker(late, SETTINGS)) {
      worker.start();
      await().until(() -> state(1) == MessageState.SENT);
    }
    assertThat(received(1).id()).isEqualTo(failed.providerId());
    assertThat(desk.sendAgain(number(1), failed.id(), "eve"))
        .isInstanceOf(Outcome.AlreadyApplied.class);

    // What was given up long ago is listed, and nobody is woken for it.
    record(List.of(push(2)));
    try (NotificationWorker worker = worker(refusing, SETTINGS)) {
      worker.round();
    }
    run("update notification.message set failed_at = failed_at - interval '2 days'");
    assertThat(desk.list(Long.MAX_VALUE, 10)).hasSize(1);
    assertThat(desk.figures().messages()).isZero();
  }

  private void run(String sql) {
    shop.database()
        .write(
            "test",
            tx -> {
              tx.write(Sql.of(sql));
              return true;
            });
  }

  @Test
  void aMessageThatCannotBeMadeFailsAloneAndOthersGoOn() throws Exception {
    consignee(2);
    consignee(3);
    NewMessage noText =
        new NewMessage(number(3), 42, "order_paid", Channel.SMS, Map.of("number", "3"), AT);
    record(List.of(paid(1), paid(2), noText));
    try (NotificationWorker worker = worker(this::accept, SETTINGS)) {
      worker.round();
    }
    assertThat(state(2)).isEqualTo(MessageState.SENT);
    assertThat(store.failed(Long.MAX_VALUE, 10))
        .extracting(given -> given.message().why())
        .containsExactly("template", "no_consignee");
  }

  @Test
  void anErrorOfTheSenderIsUnknownAndDoesNotStopTheWorker() {
    consignee(1);
    record(List.of(paid(1)));
    MessageSender broken =
        message -> {
          if (calls.get() == 0) {
            accept(message);
            throw new IllegalStateException("13800138001");
          }
          return accept(message);
        };
    try (NotificationWorker worker = worker(broken, SETTINGS)) {
      worker.start();
      await().until(() -> state(1) == MessageState.SENT);
    }
    assertThat(provider).hasSize(1);
  }

  @Test
  void twoWorkersNeverSendTheSameMessage() {
    List<NewMessage> messages = new ArrayList<>();
    for (int i = 1; i <= 200; i++) {
      messages.add(push(i));
    }
    record(messages);
    try (NotificationWorker one = worker(this::accept, SETTINGS);
        NotificationWorker two = worker(this::accept, SETTINGS)) {
      one.start();
      two.start();
      await()
          .until(() ->
              shop.number("select count(*) from notification.message where state <> 'sent'") == 0);
    }
    assertThat(calls).hasValue(200);
    assertThat(provider).hasSize(200);
  }

  @Test
  void aClaimWhoseHolderDiedIsTakenAfterItsLeaseAndTheLateOutcomeIsIgnored() {
    record(List.of(push(1)));
    List<Message> died = store.claim(10, Duration.ofMinutes(1));
    assertThat(died).hasSize(1);
    assertThat(store.claim(10, Duration.ofMinutes(1))).isEmpty();
    shop.run("update notification.message set next_try_at = clock_timestamp() - interval '1 s'");
    List<Message> again = store.claim(10, Duration.ofMinutes(1));
    assertThat(again).extracting(Message::tries).containsExactly(2);
    store.end(
        List.of(
            new SentMessage(
                died.getFirst(), SendOutcome.of(new SendResult.Rejected("late"), 1, SETTINGS))));
    assertThat(state(1)).isEqualTo(MessageState.SENDING);
    store.end(
        List.of(
            new SentMessage(
                again.getFirst(), SendOutcome.of(new SendResult.Accepted(), 2, SETTINGS))));
    assertThat(state(1)).isEqualTo(MessageState.SENT);
  }

  @Test
  void aProviderThatHangsKeepsNeitherRecordingNorTheStop() throws Exception {
    record(List.of(push(1)));
    CountDownLatch reached = new CountDownLatch(1);
    MessageSender hanging =
        _ -> {
          reached.countDown();
          new CountDownLatch(1).await();
          return new SendResult.Accepted();
        };
    NotificationWorker worker = worker(hanging, SETTINGS);
    worker.start();
    reached.await();
    record(List.of(push(2)));
    assertThat(store.list(42, Long.MAX_VALUE, 10)).hasSize(2);
    worker.close();
    assertThat(state(1)).isEqualTo(MessageState.SENDING);
  }

  @Test
  void dueMessagesAreFoundByTheirIndex() {
    String plan =
        String.join(
            "\n",
            shop.database()
                .read(
                    Sql.of(
                        "explain "
                            + MessageStore.CLAIM.text().replace("for update skip locked", "")),
                    row -> row.getString(1),
                    10));
    assertThat(plan).contains("message_due");
  }

  private SendResult accept(OutgoingMessage message) {
    calls.incrementAndGet();
    provider.put(message.id(), message);
    return new SendResult.Accepted();
  }

  private OutgoingMessage received(int order) {
    return Objects.requireNonNull(provider.get(number(order) + "-order_paid"));
  }

  private NotificationWorker worker(MessageSender sender, SendSettings settings) {
    return new NotificationWorker(store, consignees, RENDERER, sender, settings);
  }

  private MessageState state(int order) {
    return store.list(42, Long.MAX_VALUE, 100).stream()
        .filter(message -> message.orderNumber() == number(order))
        .findFirst()
        .orElseThrow()
        .state();
  }

  private void consignee(int order) {
    Address address = new Address("王小明", "1380013800" + order, "330106", "文三路 1 号");
    shop.database()
        .write(
            "place",
            tx -> {
              consignees.write(tx, List.of(new Consignee(number(order), address)));
              return true;
            });
  }

  private void record(List<NewMessage> messages) {
    shop.database()
        .write(
            "record",
            tx -> {
              store.record(tx, messages);
              return true;
            });
  }

  private static NewMessage paid(int order) {
    return message(order, Channel.SMS);
  }

  private static NewMessage push(int order) {
    return message(order, Channel.PUSH);
  }

  private static NewMessage message(int order, Channel channel) {
    Map<String, String> details =
        Map.of("number", Long.toString(number(order)), "amount", "¥19.90");
    return new NewMessage(number(order), 42, "order_paid", channel, details, AT);
  }

  private static long number(int order) {
    return OrderNumber.of(AT.toEpochMilli() + order, 42, 1, 0).value();
  }
}
