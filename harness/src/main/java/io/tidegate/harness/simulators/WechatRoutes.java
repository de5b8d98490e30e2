package io.tidegate.harness.simulators;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Simulated WeChat Pay (v3) over HTTP: every answer is signed, refusals too. */
final class WechatRoutes {
  static final String NAME = "wechat";

  private static final String TRADES = "/wechat/v3/pay/transactions";
  private static final String REFUNDS = "/wechat/v3/refund/domestic/refunds";

  private final Till till;
  private final SandboxBook book;
  private final WechatNotices notices;
  private final WechatSigning signing;
  private final InstantSource clock;
  private final WechatBills bills;

  WechatRoutes(
      Till till,
      WechatNotices notices,
      RsaKeys keys,
      InstantSource clock,
      Supplier<String> baseUrl) {
    this.till = till;
    this.book = till.book();
    this.notices = notices;
    this.signing = new WechatSigning(keys, clock);
    this.clock = clock;
    this.bills = new WechatBills(book, clock, baseUrl);
  }

  void addTo(HttpRouting.Builder routing) {
    routing
        .post(TRADES + "/native", signed(Edge.COMMAND, false, call -> open(call, false)))
        .post(TRADES + "/jsapi", signed(Edge.COMMAND, false, call -> open(call, true)))
        .get(TRADES + "/out-trade-no/{payment}", signed(Edge.QUERY, false, this::query))
        .post(TRADES + "/out-trade-no/{payment}/close", signed(Edge.COMMAND, false, this::close))
        .post(REFUNDS, signed(Edge.COMMAND, true, this::refund))
        .get(REFUNDS + "/{refund}", signed(Edge.QUERY, true, this::queryRefund))
        .get("/wechat/v3/bill/tradebill", signed(Set.of(), false, this::bill))
        .get("/wechat/v3/billdownload/file", Edge.plain(this::download));
  }

  /** A refusal in WeChat Pay's words. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;

    Refused(int status, String code) {
      super(code, null, false, false);
      this.status = status;
    }

    ObjectNode json() {
      return Json.object().put("code", String.valueOf(getMessage())).put("message", "模拟的拒绝");
    }
  }

  @FunctionalInterface
  private interface Told {
    /** The answer; null for one without a body. */
    @Nullable ObjectNode by(Edge.Call call) throws InterruptedException;
  }

  private Handler signed(Set<FaultMode> sensitive, boolean refund, Told told) {
    return Edge.plain(call -> {
      Faults faults = till.faults();
      Fault fault = refund ? faults.strikeRefund(sensitive) : faults.strike(sensitive);
      if (fault.mode() == FaultMode.REFUSE) {
        Edge.pause(fault.latencyOr(Duration.ZERO));
        return answer(403, new Refused(403, refund ? "NOT_ENOUGH" : "NO_AUTH").json());
      }
      return Edge.answer(faults, fault, each -> told(each, told), call);
    });
  }

  private Answer told(Edge.Call call, Told told) throws InterruptedException {
    if (!authorized(call)) {
      return answer(401, new Refused(401, "SIGN_ERROR").json());
    }
    try {
      ObjectNode json = told.by(call);
      return json == null ? answer(204, new byte[0]) : answer(200, json);
    } catch (Refused e) {
      return answer(e.status, e.json());
    }
  }

  private boolean authorized(Edge.Call call) {
    ServerRequest request = call.request();
    String query = request.query().rawValue();
    String serial = request.headers().first(HeaderNames.create("Wechatpay-Serial")).orElse("");
    return serial.equals(WechatSigning.PLATFORM_KEY)
        && signing.verifies(
            request.headers().first(HeaderNames.AUTHORIZATION).orElse(""),
            request.prologue().method().text(),
            request.prologue().uriPath().rawPath() + (query.isEmpty() ? "" : "?" + query),
            call.body());
  }

  private Answer answer(int status, ObjectNode json) {
    return answer(status, Json.bytes(json));
  }

  private Answer answer(int status, byte[] body) {
    return new Answer(status, "application/json", body, signing.headers(body, false));
  }

  private ObjectNode open(Edge.Call call, boolean inside) throws InterruptedException {
    ObjectNode json = Json.parse(call.body());
    if (!WechatSigning.APP_ID.equals(json.path("appid").asString(""))
        || !WechatSigning.MERCHANT_ID.equals(json.path("mchid").asString(""))) {
      throw new Refused(400, "APPID_MCHID_NOT_MATCH");
    }
    if (inside && json.path("payer").path("openid").asString("").isEmpty()) {
      throw new Refused(400, "PARAM_ERROR");
    }
    Payment payment =
        switch (book.open(payment(json))) {
          case SandboxBook.Opening.Opened(Payment opened) -> opened;
          case SandboxBook.Opening.Known(Payment known) -> known;
          case SandboxBook.Opening.Different() -> throw new Refused(403, "OUT_TRADE_NO_USED");
          case SandboxBook.Opening.Full() -> throw new Refused(500, "SYSTEM_ERROR");
        };
    switch (payment.fate()) {
      case Payment.Captured _ -> throw new Refused(400, "ORDERPAID");
      case Payment.Closed _ -> throw new Refused(400, "ORDER_CLOSED");
      case Payment.Pending _ -> till.early(payment.id());
    }
    return inside
        ? Json.object().put("prepay_id", "wx" + payment.id())
        : Json.object().put("code_url", "weixin://wxpay/bizpayurl?pr=" + payment.id());
  }

  private Payment payment(ObjectNode json) {
    String id = json.path("out_trade_no").asString("");
    long total = json.path("amount").path("total").longValue();
    String currency = json.path("amount").path("currency").asString("CNY");
    String notifyUrl = json.path("notify_url").asString("");
    Optional<Instant> ends = time(json.path("time_expire").asString(""));
    if (!Fields.isId(id)
        || total <= 0
        || !currency.equals("CNY")
        || !notifyUrl.startsWith("http")
        || ends.isEmpty()) {
      throw new Refused(400, "PARAM_ERROR");
    }
    return new Payment(
        id,
        total,
        currency.intern(),
        json.path("description").asString(""),
        notifyUrl,
        clock.millis(),
        ends.get().toEpochMilli(),
        Payment.Pending.PENDING);
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private Payment known(String id) {
    return book.payment(id, clock.millis()).orElseThrow(() -> new Refused(404, "ORDER_NOT_EXIST"));
  }

  private ObjectNode query(Edge.Call call) {
    Payment payment = known(call.id("payment", "payment"));
    ObjectNode json = WechatNotices.trade(payment, payment.amount());
    return book.takenBack(payment.id(), clock.millis()) > 0
        ? json.put("trade_state", "REFUND")
        : json;
  }

  private @Nullable ObjectNode close(Edge.Call call) {
    return switch (book.close(call.id("payment", "payment"), clock.millis())) {
      case SandboxBook.Settling.Settled _ -> null;
      case SandboxBook.Settling.Stands(Payment payment) ->
          throw new Refused(
              400, payment.fate() instanceof Payment.Captured ? "ORDERPAID" : "ORDER_CLOSED");
      case SandboxBook.Settling.Unknown() -> throw new Refused(404, "ORDER_NOT_EXIST");
    };
  }

  /**
   * A refund is taken, and done later: what became of it only a question tells. Where a fault takes
   * money back, the customer's card can't have it ({@code ABNORMAL}), as WeChat Pay calls that.
   */
  private ObjectNode refund(Edge.Call call) {
    ObjectNode json = Json.parse(call.body());
    long now = clock.millis();
    String id = json.path("out_refund_no").asString("");
    long amount = json.path("amount").path("refund").longValue();
    Payment payment = known(json.path("out_trade_no").asString(""));
    if (!Fields.isId(id)
        || amount <= 0
        || json.path("amount").path("total").longValue() != payment.amount()) {
      throw new Refused(400, "PARAM_ERROR");
    }
    Fault fault = till.faults().strikeRefund(Set.of(FaultMode.LATE, FaultMode.REVERSE));
    long succeeds =
        fault.mode() == FaultMode.LATE ? now + fault.latencyOr(Fault.LATE).toMillis() : now;
    String refusal = fault.mode() == FaultMode.REVERSE ? "ABNORMAL" : null;
    Refund asked =
        new Refund(
            id, payment.id(), amount, payment.currency(), now, succeeds, Refund.NEVER, refusal);
    return switch (book.refund(asked)) {
      case SandboxBook.Refunding.Accepted(Refund refund) -> {
        if (refund.moved(now)) {
          till.captures().alsoTell(notices.ofRefund(payment, refund));
        }
        yield refunded(refund).put("status", "PROCESSING");
      }
      case SandboxBook.Refunding.Known(Refund refund) -> refunded(refund);
      case SandboxBook.Refunding.Different() -> throw new Refused(400, "INVALID_REQUEST");
      case SandboxBook.Refunding.OverRefund() -> throw new Refused(400, "INVALID_REQUEST");
      case SandboxBook.Refunding.NothingCaptured() -> throw new Refused(400, "INVALID_REQUEST");
      case SandboxBook.Refunding.UnknownPayment() -> throw new Refused(404, "ORDER_NOT_EXIST");
    };
  }

  private ObjectNode refunded(Refund refund) {
    long now = clock.millis();
    ObjectNode json =
        Json.object()
            .put("refund_id", "5030" + refund.acceptedMillis())
            .put("out_refund_no", refund.id())
            .put("out_trade_no", refund.payment());
    json.putObject("amount").put("refund", refund.amount()).put("currency", refund.currency());
    return switch (refund.state(now)) {
      case PROCESSING -> json.put("status", "PROCESSING");
      case FAILED -> json.put("status", "ABNORMAL");
      case SUCCEEDED ->
          json.put("status", "SUCCESS")
              .put("success_time", WechatSigning.time(refund.succeedsMillis()));
    };
  }

  private ObjectNode queryRefund(Edge.Call call) {
    return refunded(
        book.refund(call.id("refund", "refund"))
            .orElseThrow(() -> new Refused(404, "RESOURCE_NOT_EXISTS")));
  }

  private ObjectNode bill(Edge.Call call) {
    ServerRequest request = call.request();
    return bills
        .open(
            request.query().first("bill_date").orElse(""),
            request.query().first("bill_type").orElse(""))
        .orElseThrow(() -> new Refused(400, "NO_STATEMENT_EXIST"));
  }

  /** The file itself is not signed: its digest was. */
  private Answer download(Edge.Call call) {
    if (!authorized(call)) {
      throw Problem.of(401, "SIGN_ERROR", "The signature does not verify.");
    }
    return bills
        .file(call.request().query().first("token").orElse(""))
        .map(file -> new Answer(200, "text/plain", file))
        .orElseThrow(() -> Problem.notFound("file"));
  }
}
