package io.tidegate.harness.simulators;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import java.time.InstantSource;

/**
 * The page where a customer pays: a form of two buttons for a browser, 202 and JSON for a program.
 */
final class CashierRoutes {
  private final SandboxBook book;
  private final Captures captures;
  private final Faults faults;
  private final InstantSource clock;

  @FunctionalInterface
  private interface Act {
    SandboxBook.Settling on(String payment) throws InterruptedException;
  }

  CashierRoutes(SandboxBook book, Captures captures, Faults faults, InstantSource clock) {
    this.book = book;
    this.captures = captures;
    this.faults = faults;
    this.clock = clock;
  }

  void addTo(HttpRouting.Builder routing) {
    routing
        .get("/cashier/{payment}", Edge.plain(this::show))
        .post("/cashier/{payment}/pay", Edge.plain(call -> act(call, captures::pay)))
        .post("/cashier/{payment}/fail", Edge.plain(call -> act(call, captures::fail)));
  }

  private Answer show(Edge.Call call) {
    Payment payment =
        book.payment(call.id("payment", "payment"), clock.millis())
            .orElseThrow(() -> Problem.notFound("payment"));
    return Answer.html(200, page(call.request()).of(payment));
  }

  private Answer act(Edge.Call call, Act act) throws InterruptedException {
    Edge.pause(faults.latency());
    Payment payment =
        switch (act.on(call.id("payment", "payment"))) {
          case SandboxBook.Settling.Settled(Payment settled) -> settled;
          case SandboxBook.Settling.Stands(Payment stands) -> stands;
          case SandboxBook.Settling.Unknown() -> throw Problem.notFound("payment");
        };
    if (accepts(call.request(), "text/html")) {
      return Answer.html(202, page(call.request()).of(payment));
    }
    return Answer.json(
        202, Json.object().put("payment", payment.id()).put("state", payment.state()));
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
