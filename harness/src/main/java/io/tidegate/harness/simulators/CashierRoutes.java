package io.tidegate.harness.simulators;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The page where a customer pays: a form of two buttons for a browser, 202 and JSON for a program.
 */
final class CashierRoutes {
  private final List<Till> tills;
  private final InstantSource clock;

  @FunctionalInterface
  private interface Act {
    SandboxBook.Settling on(Captures captures, String payment) throws InterruptedException;
  }

  /**
   * @param tills all providers: a payment's number is one of a shop's, so at most one of them has
   *     it
   */
  CashierRoutes(List<Till> tills, InstantSource clock) {
    this.tills = List.copyOf(tills);
    this.clock = clock;
  }

  void addTo(HttpRouting.Builder routing) {
    routing
        .get("/cashier/{payment}", Edge.plain(this::show))
        .post("/cashier/{payment}/pay", Edge.plain(call -> act(call, Captures::pay)))
        .post("/cashier/{payment}/fail", Edge.plain(call -> act(call, Captures::fail)));
  }

  private Answer show(Edge.Call call) {
    String id = call.id("payment", "payment");
    for (Till till : tills) {
      Optional<Payment> payment = till.book().payment(id, clock.millis());
      if (payment.isPresent()) {
        return page(200, call.request(), payment.get(), till.provider());
      }
    }
    throw Problem.notFound("payment");
  }

  private Answer act(Edge.Call call, Act act) throws InterruptedException {
    String id = call.id("payment", "payment");
    for (Till till : tills) {
      if (till.book().payment(id, clock.millis()).isPresent()) {
        Edge.pause(till.faults().latency());
        return acted(call, till, act.on(till.captures(), id));
      }
    }
    throw Problem.notFound("payment");
  }

  private static Answer acted(Edge.Call call, Till till, SandboxBook.Settling settling) {
    Payment payment =
        switch (settling) {
          case SandboxBook.Settling.Settled(Payment settled) -> settled;
          case SandboxBook.Settling.Stands(Payment stands) -> stands;
          case SandboxBook.Settling.Unknown() -> throw Problem.notFound("payment");
        };
    if (accepts(call.request(), "text/html")) {
      return page(202, call.request(), payment, till.provider());
    }
    return Answer.json(
        202, Json.object().put("payment", payment.id()).put("state", payment.state()));
  }

  /** A payment's page, in the browser's language. */
  static Answer page(int status, ServerRequest request, Payment payment, String provider) {
    return Answer.html(status, page(request).of(payment, provider));
  }

  private static boolean accepts(ServerRequest request, String type) {
    return request.headers().first(HeaderNames.ACCEPT).orElse("").contains(type);
  }

  private static CashierPage page(ServerRequest request) {
    String asked = request.query().first("lang").orElse("");
    if (asked.isEmpty()) {
      asked = request.headers().first(HeaderNames.ACCEPT_LANGUAGE).orElse("");
    }
    return asked.startsWith("zh") ? CashierPage.CHINESE : CashierPage.ENGLISH;
  }
}
