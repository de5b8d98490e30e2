package io.tidegate.harness.simulators;

import io.helidon.webserver.http.HttpRouting;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * Simulated Alipay over HTTP: one gateway for all methods. A trade begins when a customer opens its
 * page or scans its code, and not before.
 */
final class AlipayRoutes {
  static final String NAME = "alipay";
  static final String APP_ID = "2021000000000001";
  static final String SELLER_ID = "2088000000000001";

  private static final Set<FaultMode> REFUND_CALL =
      Set.of(
          FaultMode.REFUSE,
          FaultMode.ERROR,
          FaultMode.RESET,
          FaultMode.TIMEOUT_DONE,
          FaultMode.TIMEOUT_NOT_DONE);

  private final Till till;
  private final SandboxBook book;
  private final AlipayNotices notices;
  private final RsaKeys keys;
  private final InstantSource clock;
  private final Supplier<String> baseUrl;
  private final AlipayBills bills;

  /** Codes that nobody has scanned. */
  private final Remembered<Boolean> unscanned = new Remembered<>();

  AlipayRoutes(
      Till till,
      AlipayNotices notices,
      RsaKeys keys,
      InstantSource clock,
      Supplier<String> baseUrl) {
    this.till = till;
    this.book = till.book();
    this.notices = notices;
    this.keys = keys;
    this.clock = clock;
    this.baseUrl = baseUrl;
    this.bills = new AlipayBills(book, clock);
  }

  void addTo(HttpRouting.Builder routing) {
    routing
        .post("/alipay/gateway.do", Edge.plain(this::gateway))
        .get("/alipay/gateway.do", Edge.plain(this::page))
        .get("/alipay/qr/{payment}", Edge.plain(this::scanned))
        .get("/alipay/bill", bills::send);
  }

  /** A request, whose signature is verified. */
  private record Asked(String method, Map<String, String> fields, ObjectNode content) {
    String text(String name) {
      return content.path(name).asString("");
    }
  }

  /** A refusal in Alipay's words. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String code;
    private final String subCode;

    Refused(String code, String subCode) {
      super(subCode, null, false, false);
      this.code = code;
      this.subCode = subCode;
    }

    static Refused business(String subCode) {
      return new Refused("40004", subCode);
    }
  }

  private Asked asked(Edge.Call call) {
    String query = Optional.ofNullable(call.request().query().rawValue()).orElse("");
    Map<String, String> fields =
        AlipayForm.read(query, new String(call.body(), StandardCharsets.UTF_8));
    String method = fields.getOrDefault("method", "");
    if (!APP_ID.equals(fields.get("app_id"))) {
      throw new Refused("40002", "isv.invalid-app-id");
    }
    if (!"RSA2".equals(fields.get("sign_type"))
        || !keys.verifies(AlipayForm.toSign(fields, "sign"), fields.getOrDefault("sign", ""))) {
      throw new Refused("40002", "isv.invalid-signature");
    }
    ObjectNode content =
        Json.parse(fields.getOrDefault("biz_content", "").getBytes(StandardCharsets.UTF_8));
    return new Asked(method, fields, content);
  }

  private Answer gateway(Edge.Call call) throws InterruptedException {
    Map<String, String> raw = AlipayForm.read(new String(call.body(), StandardCharsets.UTF_8));
    String method = raw.getOrDefault("method", "");
    Fault fault = fault(method);
    if (fault.mode() == FaultMode.REFUSE) {
      Edge.pause(fault.latencyOr(Duration.ZERO));
      return signed(
          method,
          refusal(
              "40004",
              method.equals("alipay.trade.refund")
                  ? "ACQ.SELLER_BALANCE_NOT_ENOUGH"
                  : "ACQ.INVALID_PARAMETER"));
    }
    return Edge.answer(till.faults(), fault, this::told, call);
  }

  private Fault fault(String method) {
    Faults faults = till.faults();
    return switch (method) {
      case "alipay.trade.refund" -> faults.strikeRefund(REFUND_CALL);
      case "alipay.trade.fastpay.refund.query" -> faults.strikeRefund(Edge.QUERY);
      case "alipay.trade.precreate", "alipay.trade.close" -> faults.strike(Edge.COMMAND);
      case "alipay.trade.query" -> faults.strike(Edge.QUERY);
      default -> Fault.NONE;
    };
  }

  private Answer told(Edge.Call call) throws InterruptedException {
    String method =
        AlipayForm.read(new String(call.body(), StandardCharsets.UTF_8)).getOrDefault("method", "");
    try {
      Asked asked = asked(call);
      return signed(
          method,
          switch (method) {
            case "alipay.trade.precreate" -> precreate(asked);
            case "alipay.trade.query" -> query(asked);
            case "alipay.trade.close" -> close(asked);
            case "alipay.trade.refund" -> refund(asked);
            case "alipay.trade.fastpay.refund.query" -> queryRefund(asked);
            case "alipay.data.dataservice.bill.downloadurl.query" -> bill(asked);
            default -> throw new Refused("40002", "isv.invalid-method");
          });
    } catch (Refused e) {
      return signed(method, refusal(e.code, e.subCode));
    }
  }

  private static ObjectNode success() {
    return Json.object().put("code", "10000").put("msg", "Success");
  }

  private static ObjectNode refusal(String code, String subCode) {
    return Json.object()
        .put("code", code)
        .put("msg", code.equals("40004") ? "Business Failed" : "Invalid Arguments")
        .put("sub_code", subCode)
        .put("sub_msg", "模拟的拒绝");
  }

  private Answer signed(String method, ObjectNode node) {
    String text = new String(Json.bytes(node), StandardCharsets.UTF_8);
    String whole =
        "{\""
            + method.replace('.', '_').replaceAll("[^a-z_]", "")
            + "_response\":"
            + text
            + ",\"sign\":\""
            + keys.sign(text)
            + "\"}";
    return new Answer(200, "text/html;charset=utf-8;json", whole.getBytes(StandardCharsets.UTF_8));
  }

  private Payment payment(Asked asked) {
    String amount = asked.text("total_amount");
    String id = asked.text("out_trade_no");
    long fen = AlipayForm.fen(amount).orElse(0L);
    Optional<Instant> ends = AlipayForm.time(asked.text("time_expire"));
    String notifyUrl = asked.fields().getOrDefault("notify_url", "");
    if (!Fields.isId(id) || fen <= 0 || ends.isEmpty() || !notifyUrl.startsWith("http")) {
      throw Refused.business("ACQ.INVALID_PARAMETER");
    }
    return new Payment(
        id,
        fen,
        "CNY",
        asked.text("subject"),
        notifyUrl,
        clock.millis(),
        ends.get().toEpochMilli(),
        Payment.Pending.PENDING);
  }

  private Payment opened(Asked asked) {
    return switch (book.open(payment(asked))) {
      case SandboxBook.Opening.Opened(Payment payment) -> payment;
      case SandboxBook.Opening.Known(Payment payment) -> payment;
      case SandboxBook.Opening.Different() -> throw Refused.business("ACQ.CONTEXT_INCONSISTENT");
      case SandboxBook.Opening.Full() -> throw Refused.business("ACQ.SYSTEM_ERROR");
    };
  }

  /** A browser comes with a signed request: its trade begins now. */
  private Answer page(Edge.Call call) throws InterruptedException {
    try {
      Asked asked = asked(call);
      if (!asked.method().equals("alipay.trade.page.pay")) {
        throw new Refused("40002", "isv.invalid-method");
      }
      Payment payment = opened(asked);
      till.early(payment.id());
      return CashierRoutes.page(200, call.request(), now(payment), NAME);
    } catch (Refused e) {
      throw Problem.of(400, "refused", "Alipay refuses this request: " + e.subCode);
    }
  }

  private Payment now(Payment payment) {
    return book.payment(payment.id(), clock.millis()).orElse(payment);
  }

  private ObjectNode precreate(Asked asked) throws InterruptedException {
    Payment payment = opened(asked);
    switch (payment.fate()) {
      case Payment.Captured _ -> throw Refused.business("ACQ.TRADE_HAS_SUCCESS");
      case Payment.Closed _ -> throw Refused.business("ACQ.TRADE_HAS_CLOSE");
      case Payment.Pending _ -> unscanned.put(payment.id(), true);
    }
    till.early(payment.id());
    return success()
        .put("out_trade_no", payment.id())
        .put("qr_code", baseUrl.get() + "/alipay/qr/" + payment.id());
  }

  /** A customer scans a code: its trade begins now. */
  private Answer scanned(Edge.Call call) {
    Payment payment =
        book.payment(call.id("payment", "payment"), clock.millis())
            .orElseThrow(() -> Problem.notFound("payment"));
    unscanned.put(payment.id(), false);
    return CashierRoutes.page(200, call.request(), payment, NAME);
  }

  /** A trade that a customer has begun. */
  private Payment begun(Asked asked) {
    Payment payment =
        book.payment(asked.text("out_trade_no"), clock.millis())
            .orElseThrow(() -> Refused.business("ACQ.TRADE_NOT_EXIST"));
    if (!(payment.fate() instanceof Payment.Captured)
        && unscanned.get(payment.id()).orElse(false)) {
      throw Refused.business("ACQ.TRADE_NOT_EXIST");
    }
    return payment;
  }

  private ObjectNode query(Asked asked) {
    Payment payment = begun(asked);
    ObjectNode node =
        success()
            .put("out_trade_no", payment.id())
            .put("total_amount", AlipayForm.yuan(payment.amount()))
            .put("buyer_logon_id", "138****0000");
    return switch (payment.fate()) {
      case Payment.Pending _ -> node.put("trade_status", "WAIT_BUYER_PAY");
      case Payment.Closed _ -> node.put("trade_status", "TRADE_CLOSED");
      case Payment.Captured captured ->
          node.put("trade_no", AlipayForm.trade(captured))
              .put("trade_status", allBack(payment) ? "TRADE_CLOSED" : "TRADE_SUCCESS")
              .put("send_pay_date", AlipayForm.time(captured.atMillis()));
    };
  }

  private boolean allBack(Payment payment) {
    return book.takenBack(payment.id(), clock.millis()) == payment.amount();
  }

  private ObjectNode close(Asked asked) {
    Payment payment = begun(asked);
    return switch (book.close(payment.id(), clock.millis())) {
      case SandboxBook.Settling.Settled(Payment closed) ->
          success().put("out_trade_no", closed.id());
      case SandboxBook.Settling.Stands _ -> throw Refused.business("ACQ.TRADE_STATUS_ERROR");
      case SandboxBook.Settling.Unknown() -> throw Refused.business("ACQ.TRADE_NOT_EXIST");
    };
  }

  /** Alipay takes no refund back, so the fault that does so means nothing here. */
  private ObjectNode refund(Asked asked) {
    long now = clock.millis();
    long fen = AlipayForm.fen(asked.text("refund_amount")).orElse(0L);
    String id = asked.text("out_request_no");
    if (!Fields.isId(id) || fen <= 0) {
      throw Refused.business("ACQ.INVALID_PARAMETER");
    }
    Fault late = till.faults().strikeRefund(Set.of(FaultMode.LATE));
    long succeeds =
        late.mode() == FaultMode.LATE ? now + late.latencyOr(Fault.LATE).toMillis() : now;
    Refund wanted =
        new Refund(id, asked.text("out_trade_no"), fen, "CNY", now, succeeds, Refund.NEVER, null);
    return switch (book.refund(wanted)) {
      case SandboxBook.Refunding.Accepted(Refund refund) -> {
        tell(refund, now);
        yield returned(refund, refund.moved(now));
      }
      case SandboxBook.Refunding.Known(Refund refund) -> returned(refund, false);
      case SandboxBook.Refunding.Different() ->
          throw Refused.business("ACQ.DISCORDANT_REPEAT_REQUEST");
      case SandboxBook.Refunding.OverRefund() ->
          throw Refused.business("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL");
      case SandboxBook.Refunding.NothingCaptured() ->
          throw Refused.business("ACQ.TRADE_STATUS_ERROR");
      case SandboxBook.Refunding.UnknownPayment() -> throw Refused.business("ACQ.TRADE_NOT_EXIST");
    };
  }

  private ObjectNode returned(Refund refund, boolean movedNow) {
    ObjectNode node =
        success()
            .put("out_trade_no", refund.payment())
            .put("fund_change", movedNow ? "Y" : "N")
            .put("refund_fee", AlipayForm.yuan(book.takenBack(refund.payment(), clock.millis())));
    return movedNow ? node.put("gmt_refund_pay", AlipayForm.time(refund.succeedsMillis())) : node;
  }

  private void tell(Refund refund, long now) {
    Payment payment = book.payment(refund.payment(), now).orElse(null);
    if (payment != null && refund.moved(now)) {
      till.captures().alsoTell(notices.ofRefund(payment, refund, allBack(payment)));
    }
  }

  private ObjectNode queryRefund(Asked asked) {
    ObjectNode node = success();
    Refund refund = book.refund(asked.text("out_request_no")).orElse(null);
    if (refund == null || !refund.payment().equals(asked.text("out_trade_no"))) {
      return node; // that it worked says nothing
    }
    node.put("out_trade_no", refund.payment()).put("out_request_no", refund.id());
    return refund.moved(clock.millis())
        ? node.put("refund_status", "REFUND_SUCCESS")
            .put("refund_amount", AlipayForm.yuan(refund.amount()))
            .put("gmt_refund_pay", AlipayForm.time(refund.succeedsMillis()))
        : node;
  }

  private ObjectNode bill(Asked asked) {
    if (!asked.text("bill_type").equals("trade")) {
      throw Refused.business("INVAILID_ARGUMENTS");
    }
    String token = bills.token(asked.text("bill_date"));
    if (token.isEmpty()) {
      throw Refused.business("BILL_NOT_EXIST");
    }
    return success().put("bill_download_url", baseUrl.get() + "/alipay/bill?fileId=" + token);
  }
}
