package io.tidegate.harness.simulators;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** The sandbox payment provider over HTTP: signed calls of the merchant. */
final class SandboxRoutes {
  static final String MERCHANT = "tidegate-demo";

  private static final Set<FaultMode> REFUND_CALL =
      Set.of(FaultMode.ERROR, FaultMode.RESET, FaultMode.TIMEOUT_DONE, FaultMode.TIMEOUT_NOT_DONE);
  private static final Set<FaultMode> REFUND_OUTCOME =
      Set.of(FaultMode.REFUSE, FaultMode.LATE, FaultMode.REVERSE);

  private final SandboxBook book;
  private final Faults faults;
  private final SandboxSignature signature;
  private final Captures captures;
  private final InstantSource clock;
  private final Supplier<String> baseUrl;

  SandboxRoutes(
      Till till, SandboxSignature signature, InstantSource clock, Supplier<String> baseUrl) {
    this.book = till.book();
    this.faults = till.faults();
    this.signature = signature;
    this.captures = till.captures();
    this.clock = clock;
    this.baseUrl = baseUrl;
  }

  void addTo(HttpRouting.Builder routing) {
    routing
        .post("/sandbox/payments", Edge.struck(faults, Edge.COMMAND, signed(this::open)))
        .get("/sandbox/payments/{payment}", Edge.struck(faults, Edge.QUERY, signed(this::query)))
        .post(
            "/sandbox/payments/{payment}/close",
            Edge.struck(faults, Edge.COMMAND, signed(this::close)))
        .post("/sandbox/refunds", Edge.struckRefund(faults, REFUND_CALL, signed(this::refund)))
        .get(
            "/sandbox/refunds/{refund}",
            Edge.struckRefund(faults, Edge.QUERY, signed(this::queryRefund)));
  }

  private Edge.Route signed(Edge.Route route) {
    return call -> {
      var headers = call.request().headers();
      String timestamp = headers.first(HeaderNames.create("Sandbox-Timestamp")).orElse("");
      String claimed = headers.first(HeaderNames.create("Sandbox-Signature")).orElse("");
      String method = call.request().prologue().method().text();
      String path = call.request().prologue().uriPath().rawPath();
      if (!timestamp.matches("[0-9]{1,12}")
          || !signature.verifiesRequest(method, path, timestamp, call.body(), claimed)) {
        throw Problem.of(401, "bad_signature", "The signature does not verify.");
      }
      return route.answer(call);
    };
  }

  private Answer open(Edge.Call call) throws InterruptedException {
    long now = clock.millis();
    Fields fields = call.fields();
    String merchant = fields.id("merchant");
    Payment asked =
        new Payment(
            fields.id("payment"),
            fields.whole("amount", 1, Fields.AMOUNT_MAX),
            fields.currency("currency"),
            fields.text("subject", 256),
            fields.httpUrl("notifyUrl"),
            now,
            fields.time("expiresAt").toEpochMilli(),
            Payment.Pending.PENDING);
    fields.check();
    if (!merchant.equals(MERCHANT)) {
      throw Problem.of(403, "unknown_merchant", "There is no such merchant.");
    }
    return switch (book.open(asked)) {
      case SandboxBook.Opening.Opened(Payment payment) -> {
        if (faults.strike(Set.of(FaultMode.EARLY)).mode() == FaultMode.EARLY) {
          captures.captureAndWait(payment.id());
        }
        yield Answer.json(201, opened(payment.at(now)));
      }
      case SandboxBook.Opening.Known(Payment payment) -> Answer.json(200, opened(payment));
      case SandboxBook.Opening.Different() ->
          throw Problem.of(409, "different_payment", "The payment was opened differently.");
      case SandboxBook.Opening.Full() -> throw Problem.overloaded("The book is full.");
    };
  }

  private ObjectNode opened(Payment payment) {
    return Json.object()
        .put("payment", payment.id())
        .put("state", payment.state())
        .put("cashierUrl", baseUrl.get() + "/cashier/" + payment.id());
  }

  private Answer query(Edge.Call call) {
    Payment payment =
        book.payment(call.id("payment", "payment"), clock.millis())
            .orElseThrow(() -> Problem.notFound("payment"));
    return Answer.json(200, BookRoutes.json(payment));
  }

  private Answer close(Edge.Call call) {
    return switch (book.close(call.id("payment", "payment"), clock.millis())) {
      case SandboxBook.Settling.Settled(Payment payment) -> Answer.json(200, state(payment));
      case SandboxBook.Settling.Stands(Payment payment) -> {
        if (payment.fate() instanceof Payment.Captured captured) {
          throw Problem.with(
              409,
              "already_paid",
              "The payment was captured.",
              Map.of(
                  "transaction",
                  captured.transaction(),
                  "amount",
                  payment.amount(),
                  "currency",
                  payment.currency(),
                  "capturedAt",
                  Instant.ofEpochMilli(captured.atMillis()).toString()));
        }
        yield Answer.json(200, state(payment));
      }
      case SandboxBook.Settling.Unknown() -> throw Problem.notFound("payment");
    };
  }

  private static ObjectNode state(Payment payment) {
    return Json.object().put("payment", payment.id()).put("state", payment.state());
  }

  private Answer refund(Edge.Call call) {
    Fields fields = call.fields();
    String id = fields.id("refund");
    String payment = fields.id("payment");
    long amount = fields.whole("amount", 1, Fields.AMOUNT_MAX);
    String currency = fields.currency("currency");
    fields.text("reason", 256);
    fields.check();
    long now = clock.millis();
    Fault fault = faults.strikeRefund(REFUND_OUTCOME);
    boolean refused = fault.mode() == FaultMode.REFUSE;
    long succeeds = fault.mode() == FaultMode.LATE ? after(now, fault, Fault.LATE) : now;
    long reverses =
        fault.mode() == FaultMode.REVERSE ? after(now, fault, Fault.REVERSED_AFTER) : Refund.NEVER;
    Refund asked =
        new Refund(
            id, payment, amount, currency, now, succeeds, reverses, refused ? "refused" : null);
    return switch (book.refund(asked)) {
      case SandboxBook.Refunding.Accepted(Refund refund) -> Answer.json(200, json(refund));
      case SandboxBook.Refunding.Known(Refund refund) -> Answer.json(200, json(refund));
      case SandboxBook.Refunding.Different() ->
          throw Problem.of(409, "different_refund", "The refund was asked for differently.");
      case SandboxBook.Refunding.OverRefund() ->
          throw Problem.of(409, "over_refund", "More than what is left of the capture.");
      case SandboxBook.Refunding.NothingCaptured() ->
          throw Problem.of(409, "not_captured", "The payment was never captured.");
      case SandboxBook.Refunding.UnknownPayment() -> throw Problem.notFound("payment");
    };
  }

  private static long after(long nowMillis, Fault fault, Duration usually) {
    return nowMillis + fault.latencyOr(usually).toMillis();
  }

  private Answer queryRefund(Edge.Call call) {
    Refund refund =
        book.refund(call.id("refund", "refund")).orElseThrow(() -> Problem.notFound("refund"));
    return Answer.json(200, json(refund));
  }

  private ObjectNode json(Refund refund) {
    return BookRoutes.brief(refund, clock.millis());
  }
}
