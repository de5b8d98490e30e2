package io.tidegate.shop.payment;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.OutboundProvider;
import io.tidegate.shop.payment.AlipayGateway.Said;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Alipay: a page that a browser goes to, or a code that its app scans.
 *
 * <p>A trade begins there only when a customer has come; until then Alipay says that there is none,
 * which so means nothing before the attempt's end.
 */
public final class AlipayClient implements PaymentProvider {

  public static final String NAME = "alipay";

  static final String PAGE = "page";
  static final String QR = "qr";

  /** Our number of a trade, and of a refund, in requests and answers. */
  private static final String TRADE = "out_trade_no";

  private static final String REQUEST = "out_request_no";

  private static final String ANOTHERS = "an answer about another trade or refund";

  /** Alipay asks to wait so long before a refund is asked about. */
  private static final Duration REFUND_KNOWN_AFTER = Duration.ofSeconds(10);

  /** A trade that a customer began in the last moment shows within this. */
  private static final Duration END_MARGIN = Duration.ofMinutes(1);

  /** Alipay's limit of a subject, in characters. */
  private static final int SUBJECT_CHARS_MAX = 128;

  private final AlipayGateway gateway;
  private final AlipayNotices notices;
  private final Supplier<String> callbackUrl;
  private final InstantSource clock;

  /**
   * @param callbackUrl where Alipay sends its notices
   */
  public AlipayClient(
      OutboundProvider calls,
      AlipayAccount account,
      Supplier<String> callbackUrl,
      InstantSource clock) {
    this.gateway = new AlipayGateway(calls, account, clock);
    this.notices = new AlipayNotices(gateway);
    this.callbackUrl = callbackUrl;
    this.clock = clock;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> methods() {
    return List.of(PAGE, QR);
  }

  @Override
  public Duration refundKnownAfter() {
    return REFUND_KNOWN_AFTER;
  }

  @Override
  public Opening open(Attempt attempt, String subject) {
    if (!attempt.amount().currency().equals(Yuan.CURRENCY)) {
      return new Opening.Refused("Alipay takes yuan here");
    }
    return attempt.method().equals(QR) ? code(attempt, subject) : page(attempt, subject);
  }

  /** Nobody is asked: the customer's browser brings the request, and it is good until the end. */
  private Opening page(Attempt attempt, String subject) {
    String content =
        trade(attempt, subject)
            .field("product_code", "FAST_INSTANT_TRADE_PAY")
            .endObject()
            .toText();
    return new Opening.Opened(gateway.pageUrl("alipay.trade.page.pay", content, callbackUrl.get()));
  }

  private Opening code(Attempt attempt, String subject) {
    String content =
        trade(attempt, subject).field("product_code", "QR_CODE_OFFLINE").endObject().toText();
    return switch (gateway.call("alipay.trade.precreate", content, callbackUrl.get())) {
      case Said.Told told when told.isSuccess() ->
          told.text("qr_code").isEmpty()
              ? new Opening.Unknown("an answer without a code")
              : new Opening.Opened(told.text("qr_code"));
      // What is paid or closed there is found by asking.
      case Said.Told told when told.subCode().startsWith("ACQ.TRADE_HAS_") ->
          new Opening.Unknown(told.subCode());
      case Said.Told told when told.isRefusal() -> new Opening.Refused(told.subCode());
      case Said.Told told -> new Opening.Unknown(told.code() + " " + told.subCode());
      case Said.Nothing(String why) -> new Opening.Unknown(why);
    };
  }

  private static Content trade(Attempt attempt, String subject) {
    String title = subject.isBlank() ? attempt.id().toString() : subject;
    return new Content()
        .field(TRADE, attempt.id().toString())
        .field("total_amount", Yuan.text(attempt.amount()))
        .field(
            "subject",
            title.length() <= SUBJECT_CHARS_MAX ? title : title.substring(0, SUBJECT_CHARS_MAX))
        .field("time_expire", AlipayGateway.time(attempt.expiresAt()));
  }

  @Override
  public Standing query(Attempt attempt) {
    return switch (gateway.call("alipay.trade.query", named(attempt))) {
      case Said.Told told when told.isSuccess() -> standing(attempt, told);
      case Said.Told told when told.subCode().equals("ACQ.TRADE_NOT_EXIST") -> notBegun(attempt);
      case Said.Told told -> new Standing.Unknown(told.code() + " " + told.subCode());
      case Said.Nothing(String why) -> new Standing.Unknown(why);
    };
  }

  @Override
  public Standing close(Attempt attempt) {
    return switch (gateway.call("alipay.trade.close", named(attempt))) {
      case Said.Told told when told.isSuccess() ->
          contradicts(told, TRADE, attempt.id().toString())
              ? new Standing.Unknown(ANOTHERS)
              : new Standing.Closed();
      case Said.Told told when told.subCode().equals("ACQ.TRADE_NOT_EXIST") -> notBegun(attempt);
      // It is paid, or closed, or refunded there: which of them only a question tells.
      case Said.Told told when told.isRefusal() -> query(attempt);
      case Said.Told told -> new Standing.Unknown(told.code() + " " + told.subCode());
      case Said.Nothing(String why) -> new Standing.Unknown(why);
    };
  }

  /** Its page or code may still be used, until its end. */
  private Standing notBegun(Attempt attempt) {
    return clock.instant().isAfter(attempt.expiresAt().plus(END_MARGIN))
        ? new Standing.Closed()
        : new Standing.Open();
  }

  private static Standing standing(Attempt attempt, Said.Told told) {
    if (!told.text(TRADE).equals(attempt.id().toString())) {
      return new Standing.Unknown(ANOTHERS);
    }
    try {
      return switch (told.text("trade_status")) {
        case "WAIT_BUYER_PAY" -> new Standing.Open();
        // Also of a trade that was given back in full: either way it holds no money.
        case "TRADE_CLOSED" -> new Standing.Closed();
        case "TRADE_SUCCESS", "TRADE_FINISHED" ->
            new Standing.Captured(
                AlipayNotices.capture(
                    attempt.id(),
                    told.text("trade_no"),
                    told.text("total_amount"),
                    told.text("send_pay_date")));
        default -> new Standing.Unknown("a status that is not known");
      };
    } catch (DateTimeException | IllegalArgumentException e) {
      return new Standing.Unknown("unreadable: " + e.getClass().getSimpleName());
    }
  }

  @Override
  public Return refund(Refund refund) {
    String content =
        new Content()
            .field(TRADE, trade(refund))
            .field("refund_amount", Yuan.text(refund.amount()))
            .field(REQUEST, refund.id().toString())
            .field("refund_reason", refund.reason().wire())
            .endObject()
            .toText();
    return switch (gateway.call("alipay.trade.refund", content)) {
      // Y: this call moved the money. N: an earlier one did, or none: that only a question tells.
      case Said.Told told when told.isSuccess() ->
          !told.text(TRADE).equals(trade(refund))
              ? new Return.Unknown(ANOTHERS)
              : told.text("fund_change").equals("Y")
                  ? new Return.Succeeded(returnedAt(told))
                  : new Return.Processing();
      case Said.Told told when told.isRefusal() -> new Return.Failed(told.subCode());
      case Said.Told told -> new Return.Unknown(told.code() + " " + told.subCode());
      case Said.Nothing(String why) -> new Return.Unknown(why);
    };
  }

  /** That the question worked says nothing: only its status tells that money moved. */
  @Override
  public Return queryRefund(Refund refund) {
    String content =
        new Content()
            .field(TRADE, trade(refund))
            .field(REQUEST, refund.id().toString())
            .names("query_options", "gmt_refund_pay")
            .endObject()
            .toText();
    return switch (gateway.call("alipay.trade.fastpay.refund.query", content)) {
      case Said.Told told
          when told.isSuccess()
              && (contradicts(told, TRADE, trade(refund))
                  || contradicts(told, REQUEST, refund.id().toString())) ->
          new Return.Unknown(ANOTHERS);
      case Said.Told told when told.isSuccess() ->
          switch (told.text("refund_status")) {
            case "REFUND_SUCCESS" ->
                told.text(TRADE).isEmpty() || told.text(REQUEST).isEmpty()
                    ? new Return.Unknown("an answer about no refund")
                    : new Return.Succeeded(returnedAt(told));
            // It never came, or came to nothing: the same number may be asked for again.
            case "" -> new Return.Absent();
            default -> new Return.Unknown("a status that is not known");
          };
      case Said.Told told -> new Return.Unknown(told.code() + " " + told.subCode());
      case Said.Nothing(String why) -> new Return.Unknown(why);
    };
  }

  /** Whether it names another one; what is not there, and so not done, it doesn't name at all. */
  private static boolean contradicts(Said.Told told, String field, String ours) {
    String named = told.text(field);
    return !named.isEmpty() && !named.equals(ours);
  }

  private Instant returnedAt(Said.Told told) {
    try {
      return AlipayGateway.time(told.text("gmt_refund_pay"));
    } catch (DateTimeException _) {
      return clock.instant(); // not every answer has it
    }
  }

  private static String trade(Refund refund) {
    return new PaymentId(refund.id().order(), refund.attempt()).toString();
  }

  private static String named(Attempt attempt) {
    return new Content().field(TRADE, attempt.id().toString()).endObject().toText();
  }

  @Override
  public Reading read(Function<String, @Nullable String> header, byte[] body, Instant now) {
    return notices.read(body, now);
  }

  /** The business part of a request. */
  private static final class Content {
    private final JsonWriter json = new JsonWriter(256).beginObject();

    Content field(String name, String value) {
      json.field(name, value);
      return this;
    }

    Content names(String name, String value) {
      json.name(name).beginArray().value(value).endArray();
      return this;
    }

    Content endObject() {
      json.endObject();
      return this;
    }

    String toText() {
      return new String(json.toBytes(), StandardCharsets.UTF_8);
    }
  }
}
