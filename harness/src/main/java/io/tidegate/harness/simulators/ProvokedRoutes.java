package io.tidegate.harness.simulators;

import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What providers do at times and nobody can wait for: one tells of a capture again, long after it
 * and at whatever address, or takes money for a payment that it had closed.
 */
final class ProvokedRoutes {
  private final List<Till> tills;
  private final InstantSource clock;

  ProvokedRoutes(List<Till> tills, InstantSource clock) {
    this.tills = List.copyOf(tills);
    this.clock = clock;
  }

  void addTo(HttpRouting.Builder routing) {
    routing
        .post("/cashier/{payment}/tell", Edge.plain(this::tell))
        .post("/cashier/{payment}/take", Edge.plain(this::take));
  }

  /** Sends one notice, signed as all of its are, and says whether it was acknowledged. */
  private Answer tell(Edge.Call call) {
    Fields fields = call.fields();
    String to = fields.httpUrl("to");
    @Nullable String trace = Traced.traceparent(fields);
    fields.check();
    String id = call.id("payment", "payment");
    Till till = till(id);
    Payment payment = till.book().payment(id, clock.millis()).orElseThrow();
    if (!(payment.fate() instanceof Payment.Captured)) {
      throw Problem.of(409, "not_captured", "The payment was never captured.");
    }
    Notice notice = till.notices().of(payment, false, false);
    return Answer.json(
        200, Json.object().put("acknowledged", notice != null && sent(notice, to, trace)));
  }

  private static boolean sent(Notice notice, String to, @Nullable String trace) {
    NoticeStyle style = trace == null ? notice.style() : new Traced(notice.style(), trace);
    try (CallbackClient client = new CallbackClient()) {
      return client.post(URI.create(to), notice.body(), style);
    } catch (IOException e) {
      return false; // Nobody was there, or it took too long: the provider knows no more.
    }
  }

  /** Nobody is told: a notice of it comes only when it is asked for. */
  private Answer take(Edge.Call call) {
    String id = call.id("payment", "payment");
    Payment payment =
        switch (till(id).book().take(id, clock.millis())) {
          case SandboxBook.Settling.Settled(Payment taken) -> taken;
          case SandboxBook.Settling.Stands(Payment stands) -> stands;
          case SandboxBook.Settling.Unknown() -> throw Problem.notFound("payment");
        };
    return Answer.json(
        202, Json.object().put("payment", payment.id()).put("state", payment.state()));
  }

  private Till till(String payment) {
    return tills.stream()
        .filter(till -> till.book().payment(payment, clock.millis()).isPresent())
        .findFirst()
        .orElseThrow(() -> Problem.notFound("payment"));
  }
}
