package io.tidegate.shop.payment;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** A provider with a book of its own that answers as it is told, and truly when it is not. */
@NullMarked
public class FakeProvider implements PaymentProvider {

  public static final String NAME = "sandbox";

  /** For so long after a call it can't say what became of a refund. */
  public volatile Duration knownAfter = Duration.ZERO;

  /** What it was asked, such as {@code refund 72r1}. */
  public final Queue<String> calls = new ConcurrentLinkedQueue<>();

  private final Map<String, Capture> paid = new ConcurrentHashMap<>();
  private final Map<String, Long> givenBack = new ConcurrentHashMap<>();
  private final Queue<Function<Refund, Return>> nextRefunds = new ConcurrentLinkedQueue<>();
  private final Queue<Return> nextRefundQueries = new ConcurrentLinkedQueue<>();
  private final Queue<Standing> nextStandings = new ConcurrentLinkedQueue<>();
  private final AtomicInteger lostOpenings = new AtomicInteger();

  /** The next opening is taken, and its answer is lost. */
  public void loseNextOpening() {
    lostOpenings.incrementAndGet();
  }

  /** A customer pays here; whether we hear of it is another matter. */
  public void pay(Capture capture) {
    paid.put(capture.payment().toString(), capture);
  }

  /** The next call for a refund is answered so; {@code done}: the money moves all the same. */
  public void nextRefund(Return answer, boolean done) {
    nextRefunds.add(refund -> {
      if (done) {
        move(refund);
      }
      return answer;
    });
  }

  public void nextRefundQuery(Return answer) {
    nextRefundQueries.add(answer);
  }

  /** The next question about an attempt, or wish to close it, is answered so. */
  public void nextStanding(Standing answer) {
    nextStandings.add(answer);
  }

  /** The money of a refund number is taken back here. */
  public void takeBack(RefundId refund) {
    givenBack.remove(refund.toString());
  }

  /** What was given back, by refund number: each number moves money once. */
  public Map<String, Long> givenBack() {
    return Map.copyOf(givenBack);
  }

  public List<String> callsOf(String start) {
    return calls.stream().filter(call -> call.startsWith(start)).toList();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Duration refundKnownAfter() {
    return knownAfter;
  }

  @Override
  public Opening open(Attempt attempt, String subject) {
    calls.add("open " + attempt.id());
    if (lostOpenings.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      return new Opening.Unknown("time-out");
    }
    return new Opening.Opened("http://cashier/" + attempt.id());
  }

  @Override
  public Standing query(Attempt attempt) {
    calls.add("query " + attempt.id());
    Standing told = nextStandings.poll();
    Capture capture = paid.get(attempt.id().toString());
    return told != null
        ? told
        : capture == null ? new Standing.Open() : new Standing.Captured(capture);
  }

  @Override
  public Standing close(Attempt attempt) {
    calls.add("close " + attempt.id());
    Standing told = nextStandings.poll();
    Capture capture = paid.get(attempt.id().toString());
    return told != null
        ? told
        : capture == null ? new Standing.Closed() : new Standing.Captured(capture);
  }

  @Override
  public Return refund(Refund refund) {
    calls.add("refund " + refund.id());
    Function<Refund, Return> told = nextRefunds.poll();
    if (told != null) {
      return told.apply(refund);
    }
    move(refund);
    return new Return.Succeeded(Instant.now());
  }

  @Override
  public Return queryRefund(Refund refund) {
    calls.add("queryRefund " + refund.id());
    Return told = nextRefundQueries.poll();
    if (told != null) {
      return told;
    }
    return givenBack.containsKey(refund.id().toString())
        ? new Return.Succeeded(Instant.now())
        : new Return.Absent();
  }

  @Override
  public Reading read(Function<String, @Nullable String> header, byte[] body, Instant now) {
    return new Reading(new Notice.Rejected("takes no notices"), () -> "");
  }

  private void move(Refund refund) {
    givenBack.putIfAbsent(refund.id().toString(), refund.amount().amount());
  }
}
