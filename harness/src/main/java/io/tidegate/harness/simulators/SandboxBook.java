package io.tidegate.harness.simulators;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A simulated provider's own book of payments and refunds: its truth about money, apart from the
 * shop's. One lock guards it, since an operation is a few microseconds; a fact is journaled before
 * it is answered.
 */
final class SandboxBook implements AutoCloseable {
  private final int paymentsMax;
  private final Map<String, Payment> payments = new HashMap<>();
  private final Map<String, Refund> refunds = new HashMap<>();
  private final Map<String, List<String>> refundsOfPayment = new HashMap<>();
  private final Map<String, String> notifyUrls = new HashMap<>();
  private Journal journal = Journal.inMemory();
  private long lastSerial;

  /** How a request to open a payment ends. */
  sealed interface Opening {
    record Opened(Payment payment) implements Opening {}

    record Known(Payment payment) implements Opening {}

    record Different() implements Opening {}

    record Full() implements Opening {}
  }

  /** How a capture, a failure or a closing ends. */
  sealed interface Settling {
    record Settled(Payment payment) implements Settling {}

    /** It was settled before, this way or the other. */
    record Stands(Payment payment) implements Settling {}

    record Unknown() implements Settling {}
  }

  /** How a request for a refund ends. */
  sealed interface Refunding {
    record Accepted(Refund refund) implements Refunding {}

    record Known(Refund refund) implements Refunding {}

    record Different() implements Refunding {}

    record OverRefund() implements Refunding {}

    record NothingCaptured() implements Refunding {}

    record UnknownPayment() implements Refunding {}
  }

  private SandboxBook(int paymentsMax) {
    this.paymentsMax = paymentsMax;
  }

  static SandboxBook inMemory(int paymentsMax) {
    return new SandboxBook(paymentsMax);
  }

  /** A book that continues the one in the file. */
  static SandboxBook in(Path file, int paymentsMax) throws IOException {
    SandboxBook book = new SandboxBook(paymentsMax);
    book.journal = Journal.open(file, book::replay);
    return book;
  }

  synchronized Opening open(Payment asked) {
    Payment known = payments.get(asked.id());
    if (known != null) {
      boolean same = known.amount() == asked.amount() && known.currency().equals(asked.currency());
      return same ? new Opening.Known(known.at(asked.createdMillis())) : new Opening.Different();
    }
    if (payments.size() >= paymentsMax) {
      return new Opening.Full();
    }
    Payment opened = put(asked);
    journal.append(BookFacts.opened(opened));
    return new Opening.Opened(opened);
  }

  synchronized Optional<Payment> payment(String id, long nowMillis) {
    return Optional.ofNullable(payments.get(id)).map(p -> p.at(nowMillis));
  }

  synchronized Settling capture(String id, long nowMillis) {
    lastSerial = Math.max(lastSerial + 1, nowMillis * 1_000);
    return settle(id, nowMillis, new Payment.Captured(lastSerial, nowMillis));
  }

  synchronized Settling close(String id, long nowMillis) {
    return settle(id, nowMillis, new Payment.Closed(nowMillis));
  }

  /**
   * Takes money for a payment that is closed: a bank is late at times, and the provider's own word
   * doesn't bind it.
   */
  synchronized Settling take(String id, long nowMillis) {
    Payment stored = payments.get(id);
    if (stored == null) {
      return new Settling.Unknown();
    }
    Payment known = stored.at(nowMillis);
    if (known.fate() instanceof Payment.Captured) {
      return new Settling.Stands(known);
    }
    lastSerial = Math.max(lastSerial + 1, nowMillis * 1_000);
    return settled(known.with(new Payment.Captured(lastSerial, nowMillis)));
  }

  private Settling settle(String id, long nowMillis, Payment.Fate fate) {
    Payment stored = payments.get(id);
    if (stored == null) {
      return new Settling.Unknown();
    }
    Payment known = stored.at(nowMillis);
    if (known.fate() != Payment.Pending.PENDING) {
      return new Settling.Stands(known);
    }
    return settled(known.with(fate));
  }

  private Settling settled(Payment settled) {
    journal.append(BookFacts.settled(settled));
    payments.put(settled.id(), settled);
    return new Settling.Settled(settled);
  }

  /**
   * Moves the money of a refund number at most once. A number that failed, or that was reversed,
   * moves none, so that asking again under the same number is a new try.
   */
  synchronized Refunding refund(Refund asked) {
    long now = asked.acceptedMillis();
    Refund known = refunds.get(asked.id());
    if (known != null && !known.sameAs(asked)) {
      return new Refunding.Different();
    }
    if (known != null && known.state(now) != Refund.State.FAILED) {
      return new Refunding.Known(known);
    }
    Payment payment = payments.get(asked.payment());
    if (payment == null) {
      return new Refunding.UnknownPayment();
    }
    if (!(payment.fate() instanceof Payment.Captured)) {
      return new Refunding.NothingCaptured();
    }
    if (asked.takes(now) > payment.amount() - taken(payment.id(), now)
        || !payment.currency().equals(asked.currency())) {
      return new Refunding.OverRefund();
    }
    journal.append(BookFacts.refunded(asked));
    putRefund(asked);
    return new Refunding.Accepted(asked);
  }

  synchronized Optional<Refund> refund(String id) {
    return Optional.ofNullable(refunds.get(id));
  }

  /** All payments at one moment, in no order. */
  synchronized List<Payment> payments(long nowMillis) {
    List<Payment> all = new ArrayList<>(payments.size());
    payments.values().forEach(p -> all.add(p.at(nowMillis)));
    return all;
  }

  synchronized List<Refund> refunds() {
    return new ArrayList<>(refunds.values());
  }

  /** The refunds of a payment, whatever became of them. */
  synchronized List<Refund> refundsOf(String payment) {
    List<Refund> all = new ArrayList<>();
    for (String id : refundsOfPayment.getOrDefault(payment, List.of())) {
      Refund refund = refunds.get(id);
      if (refund != null) {
        all.add(refund);
      }
    }
    return all;
  }

  /** What was given back of a payment, or is on its way. */
  synchronized long takenBack(String payment, long nowMillis) {
    return taken(payment, nowMillis);
  }

  private long taken(String payment, long nowMillis) {
    long sum = 0;
    for (String id : refundsOfPayment.getOrDefault(payment, List.of())) {
      Refund refund = refunds.get(id);
      sum = Math.addExact(sum, refund == null ? 0 : refund.takes(nowMillis));
    }
    return sum;
  }

  private Payment put(Payment payment) {
    // One string for all payments of a shop: the book is held in memory.
    String url =
        notifyUrls.size() < 100
            ? notifyUrls.computeIfAbsent(payment.notifyUrl(), u -> u)
            : notifyUrls.getOrDefault(payment.notifyUrl(), payment.notifyUrl());
    Payment slim =
        new Payment(
            payment.id(),
            payment.amount(),
            payment.currency(),
            payment.subject(),
            url,
            payment.createdMillis(),
            payment.expiresMillis(),
            payment.fate());
    payments.put(slim.id(), slim);
    return slim;
  }

  private void putRefund(Refund refund) {
    if (refunds.put(refund.id(), refund) == null) {
      refundsOfPayment.computeIfAbsent(refund.payment(), _ -> new ArrayList<>(1)).add(refund.id());
    }
  }

  private void replay(ObjectNode fact) {
    switch (BookFacts.read(fact)) {
      case BookFacts.Opened(Payment payment) -> put(payment);
      case BookFacts.Settled(String id, Payment.Fate fate) -> {
        Payment known = payments.get(id);
        if (known != null) {
          payments.put(id, known.with(fate));
        }
        if (fate instanceof Payment.Captured(long serial, _)) {
          lastSerial = Math.max(lastSerial, serial);
        }
      }
      case BookFacts.Refunded(Refund refund) -> putRefund(refund);
    }
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }
}
