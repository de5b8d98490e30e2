package io.tidegate.harness.simulators;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The provider's book as it shows it: all of it as JSON, or of a day, or what it has of one
 * payment; and a day's statement as CSV. Both are streamed, since a book can be long.
 */
final class BookRoutes {
  private final List<Till> tills;
  private final Callbacks callbacks;
  private final ZoneId zone;
  private final InstantSource clock;

  BookRoutes(List<Till> tills, Callbacks callbacks, ZoneId zone, InstantSource clock) {
    this.tills = List.copyOf(tills);
    this.callbacks = callbacks;
    this.zone = zone;
    this.clock = clock;
  }

  void addTo(HttpRouting.Builder routing) {
    routing
        .get("/book", (request, response) -> guarded(request, response, this::sendBook))
        .get(
            "/statement/{provider}",
            (request, response) -> guarded(request, response, this::sendStatement));
  }

  @FunctionalInterface
  private interface Sending {
    void send(ServerRequest request, ServerResponse response) throws IOException;
  }

  private static void guarded(ServerRequest request, ServerResponse response, Sending sending)
      throws IOException {
    try {
      sending.send(request, response);
    } catch (Problem problem) {
      Answer answer = problem.answer();
      response.status(answer.status());
      response.header(HeaderNames.CONTENT_TYPE, answer.contentType());
      response.send(answer.body());
    }
  }

  private void sendBook(ServerRequest request, ServerResponse response) throws IOException {
    Optional<LocalDate> date = date(request);
    Till till = till(request.query().first("provider").orElse("sandbox"));
    SandboxBook book = till.book();
    String only = request.query().first("payment").orElse("");
    long now = clock.millis();
    response.header(HeaderNames.CONTENT_TYPE, "application/json");
    try (OutputStream out = new BufferedOutputStream(response.outputStream())) {
      ObjectNode counts =
          Json.object()
              .put("acknowledged", callbacks.acknowledged())
              .put("outstanding", callbacks.outstanding())
              .put("givenUp", callbacks.givenUp());
      write(out, "{\"merchant\":\"" + SandboxRoutes.MERCHANT + "\",\"callbacks\":");
      out.write(Json.bytes(counts));
      write(out, ",\"payments\":[");
      array(
          out,
          sorted(only.isEmpty() ? book.payments(now) : book.payment(only, now).stream().toList())
              .filter(p -> on(date, p.createdMillis()) || on(date, settledMillis(p)))
              .map(p -> full(p, till.notices())));
      write(out, "],\"refunds\":[");
      array(
          out,
          (only.isEmpty() ? book.refunds() : book.refundsOf(only))
              .stream()
                  .sorted(
                      Comparator.comparingLong(Refund::acceptedMillis).thenComparing(Refund::id))
                  .filter(r -> on(date, r.acceptedMillis()) || on(date, r.succeedsMillis()))
                  .map(r -> full(r, now)));
      write(out, "]}");
    }
  }

  private void sendStatement(ServerRequest request, ServerResponse response) throws IOException {
    if (!"sandbox".equals(request.path().pathParameters().get("provider"))) {
      throw Problem.notFound("provider"); // the others have statements in formats of their own
    }
    SandboxBook book = till("sandbox").book();
    Optional<LocalDate> date = date(request);
    if (date.isEmpty()) {
      throw Problem.invalid(List.of(new Problem.Field("/date", "is missing")));
    }
    long now = clock.millis();
    response.header(HeaderNames.CONTENT_TYPE, "text/csv; charset=utf-8");
    try (OutputStream out = new BufferedOutputStream(response.outputStream())) {
      write(out, "type,number,payment,transaction,amount,currency,at\n");
      for (Payment p : sorted(book.payments(now)).toList()) {
        if (p.fate() instanceof Payment.Captured c && on(date, c.atMillis())) {
          row(
              out,
              "payment",
              p.id(),
              p.id(),
              c.transaction(),
              p.amount(),
              p.currency(),
              c.atMillis());
        }
      }
      for (Refund r : book.refunds()) {
        if (r.moved(now) && on(date, r.succeedsMillis())) {
          row(
              out,
              "refund",
              r.id(),
              r.payment(),
              "",
              -r.amount(),
              r.currency(),
              r.succeedsMillis());
        }
        if (r.moved(now) && now >= r.reversesMillis() && on(date, r.reversesMillis())) {
          row(
              out,
              "reversal",
              r.id(),
              r.payment(),
              "",
              r.amount(),
              r.currency(),
              r.reversesMillis());
        }
      }
    }
  }

  private Till till(String provider) {
    return tills.stream()
        .filter(till -> till.provider().equals(provider))
        .findFirst()
        .orElseThrow(() -> Problem.notFound("provider"));
  }

  private static void row(
      OutputStream out,
      String type,
      String number,
      String payment,
      String transaction,
      long amount,
      String currency,
      long atMillis)
      throws IOException {
    write(
        out,
        String.join(
                ",",
                type,
                number,
                payment,
                transaction,
                Long.toString(amount),
                currency,
                Instant.ofEpochMilli(atMillis).toString())
            + "\n");
  }

  private static Stream<Payment> sorted(List<Payment> payments) {
    return payments.stream()
        .sorted(Comparator.comparingLong(Payment::createdMillis).thenComparing(Payment::id));
  }

  private static long settledMillis(Payment payment) {
    return switch (payment.fate()) {
      case Payment.Captured(_, long at) -> at;
      case Payment.Closed(long at) -> at;
      case Payment.Pending _ -> payment.createdMillis();
    };
  }

  private boolean on(Optional<LocalDate> date, long millis) {
    return date.isEmpty()
        || LocalDate.ofInstant(Instant.ofEpochMilli(millis), zone).equals(date.get());
  }

  private static Optional<LocalDate> date(ServerRequest request) {
    @Nullable String text = request.query().first("date").orElse(null);
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDate.parse(text));
    } catch (DateTimeException e) {
      throw Problem.invalid(List.of(new Problem.Field("/date", "must be YYYY-MM-DD")));
    }
  }

  private static void array(OutputStream out, Stream<ObjectNode> items) throws IOException {
    boolean first = true;
    for (ObjectNode item : (Iterable<ObjectNode>) items::iterator) {
      if (!first) {
        out.write(',');
      }
      first = false;
      out.write(Json.bytes(item));
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A payment as the merchant's query shows it. */
  static ObjectNode json(Payment payment) {
    ObjectNode json = Json.object().put("payment", payment.id()).put("state", payment.state());
    if (payment.fate() instanceof Payment.Captured captured) {
      json.put("transaction", captured.transaction())
          .put("capturedAt", Instant.ofEpochMilli(captured.atMillis()).toString());
    }
    return json.put("amount", payment.amount()).put("currency", payment.currency());
  }

  /** With the transaction as its provider names it, wherever else it does. */
  private static ObjectNode full(Payment payment, Notices notices) {
    ObjectNode json = json(payment);
    if (payment.fate() instanceof Payment.Captured captured) {
      json.put("transaction", notices.transaction(payment, captured));
    }
    return json.put("createdAt", Instant.ofEpochMilli(payment.createdMillis()).toString())
        .put("expiresAt", Instant.ofEpochMilli(payment.expiresMillis()).toString());
  }

  /** A refund as the merchant's query shows it. */
  static ObjectNode brief(Refund refund, long nowMillis) {
    ObjectNode json =
        Json.object()
            .put("refund", refund.id())
            .put("state", refund.state(nowMillis).name().toLowerCase(java.util.Locale.ROOT));
    String why = refund.why(nowMillis);
    return why == null ? json : json.put("why", why);
  }

  private static ObjectNode full(Refund refund, long nowMillis) {
    ObjectNode json =
        brief(refund, nowMillis)
            .put("payment", refund.payment())
            .put("amount", refund.amount())
            .put("currency", refund.currency())
            .put("createdAt", Instant.ofEpochMilli(refund.acceptedMillis()).toString());
    if (refund.moved(nowMillis)) {
      json.put("succeededAt", Instant.ofEpochMilli(refund.succeedsMillis()).toString());
    }
    if (refund.moved(nowMillis) && nowMillis >= refund.reversesMillis()) {
      json.put("reversedAt", Instant.ofEpochMilli(refund.reversesMillis()).toString());
    }
    return json;
  }
}
