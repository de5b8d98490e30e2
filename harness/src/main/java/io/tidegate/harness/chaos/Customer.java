package io.tidegate.harness.chaos;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Leads one life: places, pays, cancels, and has what was paid come back. */
final class Customer {
  private static final int PAYMENTS_MAX = 6;
  private static final int CASHIER_TRIES_MAX = 30;
  private static final int POINTS = 100;

  /** A capture is known within a minute, however its callback fared (C4). */
  private static final Duration PAID_MAX = Duration.ofSeconds(90);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
  private static final long LATE_MILLIS = 1_500;

  /** Alipay's page, which the browser opens with the signed address that the shop gave. */
  private static final String ALIPAY_PAGE = "/alipay/gateway.do?";

  /** Of those who pay by Alipay so many scan a code; others go to its page. */
  private static final int SCAN_PERCENT = 40;

  private static final Set<String> PAID =
      Set.of("awaiting_shipment", "partially_shipped", "shipped", "delivered", "completed");

  private final Life life;
  private final Town town;
  private final Reclaims reclaims;
  private final Map<String, Start> startOf = new HashMap<>(2);
  private int payments;

  Customer(Life life, Town town) {
    this.life = life;
    this.town = town;
    this.reclaims = new Reclaims(life, town);
  }

  /** The request that started a payment. */
  private record Start(String key, Provider provider, String body) {}

  void live() throws InterruptedException {
    if (!placed()) {
      return;
    }
    switch (life.intent()) {
      case LEAVE -> {}
      case START_AND_LEAVE -> started();
      case CANCEL -> cancel();
      case START_AND_CANCEL -> {
        started();
        cancel();
      }
      case PAY_AND_CANCEL -> {
        String payment = started();
        if (payment != null) {
          atCashier(payment);
        }
        cancel();
      }
      case PAY_LATE -> payLate();
      case PAY_TWICE -> payTwice();
      case KEEP -> paid();
      case REFUND_ALL, REFUND_PARTS, REFUND_TWICE, RETURN, REFUND_AND_RETURN -> {
        if (paid()) {
          reclaims.go();
        }
      }
    }
  }

  /** Places, sometimes with a coupon or points; where those are gone meanwhile, without. */
  private boolean placed() throws InterruptedException {
    ObjectNode body = HttpDoor.placing(life.wanted());
    int purse = life.dice().nextInt(100);
    if (purse < 12) {
      String coupon = coupon();
      if (coupon != null) {
        body.put("coupon", coupon);
      }
    } else if (purse < 24) {
      body.put("points", POINTS);
    }
    Answer answer = place(body, life.key());
    if (answer instanceof Answer.Refused(int _, String code)
        && (code.equals("coupon_unavailable") || code.equals("points_unavailable"))) {
      answer = place(HttpDoor.placing(life.wanted()), life.key() + "-plain");
    }
    return switch (answer) {
      case Answer.Done(int _, JsonNode receipt, boolean _) -> {
        life.placed(receipt);
        town.counts().add("placed");
        yield true;
      }
      case Answer.Refused refused -> no("placing", refused.toString());
      case Answer.NotYet(String why) -> unsettled("placing", why);
      case Answer.Unknown(String why, int _) -> unsettled("placing", why);
    };
  }

  private Answer place(ObjectNode body, String key) throws InterruptedException {
    String json = body.toString();
    return town.answered(() -> town.door().post("/v1/orders", life.token(), key, json));
  }

  /** A coupon that a quote of these goods says can be used. */
  private @Nullable String coupon() throws InterruptedException {
    String body = HttpDoor.placing(life.wanted()).toString();
    Answer answer = town.answered(() -> town.door().post("/v1/quotes", life.token(), null, body));
    if (answer instanceof Answer.Done(int _, JsonNode quote, boolean _)) {
      for (JsonNode coupon : quote.path("coupons")) {
        if (coupon.path("usable").asBoolean(false)) {
          return coupon.path("id").asString();
        }
      }
    }
    return null;
  }

  /** Starts a payment; null where the order can't be paid any more. */
  private @Nullable String started() throws InterruptedException {
    while (payments++ < PAYMENTS_MAX) {
      Start start = next();
      JsonNode payment = start(start);
      if (payment == null) {
        return null;
      }
      String id = payment.path("id").asString();
      life.payments().add(id);
      startOf.put(id, start);
      String state = payment.path("state").asString("");
      if (!state.equals("closed") && !state.equals("failed")) {
        return id;
      }
      town.counts().add("payment refused by the provider");
    }
    return null;
  }

  private Start next() {
    Provider provider = life.provider(payments);
    boolean atPage = provider == Provider.ALIPAY && life.dice().nextInt(100) >= SCAN_PERCENT;
    return new Start(
        life.key() + "-pay-" + payments,
        provider,
        atPage ? provider.starting("page") : provider.starting());
  }

  /** The same start again is the same payment, and the provider hears of it once more. */
  private @Nullable JsonNode start(Start start) throws InterruptedException {
    Answer answer =
        town.answered(() ->
            town.door().post(life.path() + "/payments", life.token(), start.key(), start.body()));
    return switch (answer) {
      case Answer.Done(int _, JsonNode payment, boolean _) -> {
        visit(payment.path("cashierUrl").asString(""));
        yield payment;
      }
      case Answer.Refused(int _, String code)
          when code.equals("not_payable") || code.equals("already_paid") ->
          null;
      case Answer.Refused refused -> {
        no("starting a payment", refused.toString());
        yield null;
      }
      case Answer.NotYet(String why) -> {
        unsettled("starting a payment", why);
        yield null;
      }
      case Answer.Unknown(String why, int _) -> {
        unsettled("starting a payment", why);
        yield null;
      }
    };
  }

  /** A trade begins at Alipay when its page is opened; it may be too late for that. */
  private void visit(String url) throws InterruptedException {
    if (url.contains(ALIPAY_PAGE)) {
      town.answered(() -> town.door().sent(HttpRequest.newBuilder(URI.create(url)).GET()));
    }
  }

  /** Pays at the cashier; false where the payment is closed there. */
  private boolean atCashier(String payment) throws InterruptedException {
    for (int i = 0; i < CASHIER_TRIES_MAX; i++) {
      switch (town.answered(() -> town.door().pay(payment))) {
        case Answer.Done _ -> {
          life.paid().add(payment);
          town.counts().add("paid at " + started(payment).provider().wire());
          return true;
        }
        case Answer.Refused _ -> {
          return false;
        }
        case Answer.NotYet _ -> {
          town.rest(LOOK_AGAIN);
          JsonNode again = start(started(payment));
          if (again == null || !again.path("id").asString().equals(payment)) {
            return false;
          }
        }
        case Answer.Unknown(String why, int _) -> {
          return unsettled("paying", why);
        }
      }
    }
    return false;
  }

  private Start started(String payment) {
    return Objects.requireNonNull(startOf.get(payment));
  }

  /** Pays, with another payment where one is closed, until the shop says that it is paid. */
  private boolean paid() throws InterruptedException {
    if (life.total() == 0) {
      return PAID.contains(stateAfterPayment());
    }
    for (String payment = started(); payment != null; payment = started()) {
      if (atCashier(payment)) {
        boolean paid = PAID.contains(stateAfterPayment());
        town.counts().add(paid ? "paid" : "paid too late");
        return paid;
      }
    }
    return false;
  }

  private void payLate() throws InterruptedException {
    String payment = started();
    if (payment != null) {
      long late = life.dice().nextLong(-LATE_MILLIS, LATE_MILLIS);
      Duration wait = Duration.between(Instant.now(), life.payBefore().plusMillis(late));
      town.rest(wait.isNegative() ? Duration.ZERO : wait);
      town.counts().add(atCashier(payment) ? "paid about when it closed" : "closed when paid");
    }
  }

  private void payTwice() throws InterruptedException {
    String one = started();
    String other = one == null ? null : started();
    if (one != null && other != null) {
      boolean first = atCashier(one);
      boolean both = atCashier(other) && first;
      town.counts().add(both ? "paid twice" : "paid once of two");
    }
  }

  private void cancel() throws InterruptedException {
    Answer answer =
        town.answered(() -> town.door().post(life.path() + "/cancel", life.token(), null, "{}"));
    switch (answer) {
      case Answer.Done _ -> {
        life.cancelled();
        town.counts().add("cancelled");
      }
      case Answer.Refused(int _, String code) when code.equals("not_cancellable") ->
          town.counts().add("not cancellable");
      case Answer.Refused refused -> no("cancelling", refused.toString());
      case Answer.NotYet(String why) -> unsettled("cancelling", why);
      case Answer.Unknown(String why, int _) -> unsettled("cancelling", why);
    }
  }

  private String stateAfterPayment() throws InterruptedException {
    return reclaims.looked(state -> !state.equals("awaiting_payment"), PAID_MAX);
  }

  private boolean no(String what, String why) {
    town.found(Finding.broken("%s, %s: %s".formatted(life, what, why)));
    return false;
  }

  private boolean unsettled(String what, String why) {
    town.found(Finding.unsettled("%s, %s: %s".formatted(life, what, why)));
    return false;
  }
}
