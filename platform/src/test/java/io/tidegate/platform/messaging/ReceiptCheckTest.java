package io.tidegate.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.messaging.ReceiptCheck.Published;
import io.tidegate.platform.messaging.ReceiptCheck.Span;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts are compared in ranges of any cut, and nothing else's receipt stands for one's own. */
final class ReceiptCheckTest {

  private static final String CONSUMER = "counted";
  private static final String TYPE = "thing.counted.v1";
  private static final Set<String> TYPES = Set.of(TYPE);

  private final MessagingDatabase db = new MessagingDatabase();
  private final LogReader reader = new LogReader(db.database);
  private final ReceiptCheck check = new ReceiptCheck(db.database);

  @AfterEach
  void close() {
    db.close();
  }

  /** Appends so many events in one transaction, and returns them. */
  private List<LoggedEvent> append(int version, int count) {
    long before = top();
    db.append(TYPE, version, LongStream.range(0, count).toArray());
    return reader.between(before, top(), count);
  }

  private long top() {
    return db.count("select coalesce(max(position), 0) from messaging.log");
  }

  private void receipt(List<LoggedEvent> events) {
    db.database.write(
        "receipts",
        tx -> {
          Receipts.write(tx, CONSUMER, Map.of(1, events));
          return true;
        });
  }

  private LogLook look() {
    return new LogLook(db.database, new Published(reader.now(), 0));
  }

  /** The positions of events without receipt. */
  private List<Long> missing(LogLook look, Span span) {
    return check.suspects(CONSUMER, TYPES, look.whole(span), look).stream()
        .flatMap(
            suspect -> check.missing(CONSUMER, TYPES, suspect, look.published(), 1_000).stream())
        .map(LoggedEvent::position)
        .toList();
  }

  private static List<Long> positions(List<LoggedEvent> events) {
    return events.stream().map(LoggedEvent::position).toList();
  }

  @Test
  void eachEventHasItsReceipt() {
    List<LoggedEvent> events = append(1, 20_000); // of three ranges
    receipt(events);
    Span all = new Span(0, top());
    assertThat(missing(look(), all)).isEmpty();
    assertThat(check.suspects(CONSUMER, TYPES, look().whole(all), look()))
        .as("the cut ones alone are looked at event by event")
        .hasSizeLessThan(3);
    assertThat(look().heard(TYPES, all)).isEqualTo(20_000);
    assertThat(look().heard(Set.of("thing.other.v1"), all)).isZero();
  }

  /** The first and the last of each range, and of the span itself. */
  @Test
  void oneIsMissingWhereverItLies() {
    List<LoggedEvent> events = append(1, 20_000);
    long first = events.getFirst().position();
    List<LoggedEvent> lost =
        events.stream()
            .filter(event ->
                event.position() == first
                    || event.position() % Receipts.RANGE == 0
                    || event.position() % Receipts.RANGE == Receipts.RANGE - 1
                    || event.position() == top())
            .toList();
    receipt(events.stream().filter(event -> !lost.contains(event)).toList());
    assertThat(missing(look(), new Span(0, top())))
        .isEqualTo(positions(lost))
        .hasSizeGreaterThan(5);
  }

  /** Receipts of what lies before a span, in the same range, count for nothing in it. */
  @Test
  void whatIsOutsideOfTheSpanHidesNoLoss() {
    List<LoggedEvent> events = append(1, 10);
    LoggedEvent lost = events.get(7);
    receipt(events.stream().filter(event -> event.position() != lost.position()).toList());
    long settled = events.get(4).position();
    assertThat(missing(look(), new Span(settled, top()))).containsExactly(lost.position());
    assertThat(missing(look(), new Span(settled, events.get(8).position())))
        .containsExactly(lost.position());
    assertThat(missing(look(), new Span(0, events.get(6).position()))).isEmpty();
  }

  /**
   * A consumer may have done what was published after the moment that is judged by. In counts its
   * receipts would stand for what was lost before, so what lies there is left to a later moment.
   */
  @Test
  void whatWasPublishedLaterHidesNoLoss() {
    List<LoggedEvent> early = append(1, 3_000);
    LogLook then = look();
    List<LoggedEvent> late = append(2, 3_000);
    List<LoggedEvent> lost = IntStream.range(0, 5).mapToObj(i -> early.get(i * 500)).toList();
    receipt(early.stream().filter(event -> !lost.contains(event)).toList());
    receipt(late);
    Span all = new Span(0, top());
    assertThat(then.whole(all)).isEqualTo(new Span(0, early.getLast().position()));
    assertThat(missing(then, all)).isEqualTo(positions(lost));
    assertThat(look().whole(all)).isEqualTo(all);
  }

  /** A consumer that heard another type once has its receipts, too. */
  @ParameterizedTest
  @ValueSource(ints = {3, 10_000})
  void receiptsOfAnotherTypeHideNoLoss(int each) {
    List<LoggedEvent> events = append(1, each);
    long before = top();
    db.append("thing.other.v1", 1, LongStream.range(0, each).toArray());
    LoggedEvent lost = events.get(1);
    receipt(events.stream().filter(event -> event.position() != lost.position()).toList());
    receipt(reader.between(before, top(), each));
    assertThat(missing(look(), new Span(0, top()))).containsExactly(lost.position());
  }

  /** Where nothing was published there is nothing to compare, and nothing to ask. */
  @Test
  void nothingWasPublished() {
    LogLook then = look();
    append(1, 10);
    Span whole = then.whole(new Span(0, top()));
    assertThat(whole.isEmpty()).isTrue();
    assertThat(check.suspects(CONSUMER, TYPES, whole, then)).isEmpty();
  }
}
