package io.tidegate.shop.payment;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.OutboundProvider;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.payment.WechatGateway.Said;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** WeChat Pay (v3): a code that its app scans, or parameters for a page in its own browser. */
public final class WechatClient implements PaymentProvider {

  public static final String NAME = "wechat";

  static final String NATIVE = "native";
  static final String JSAPI = "jsapi";

  private static final String TRADES = "/v3/pay/transactions";
  private static final String REFUNDS = "/v3/refund/domestic/refunds";

  /** Longer than the call that opens a trade takes, with all its tries. */
  private static final Duration OPENING_MAX = Duration.ofSeconds(30);

  /** WeChat Pay's limit of a description, in characters. */
  private static final int SUBJECT_CHARS_MAX = 127;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX").withZone(ZoneId.of("Asia/Shanghai"));

  /** What it calls a trade or a refund that it doesn't have. */
  private static final Set<String> ABSENT =
      Set.of("ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS");

  /** What it says to who calls too often: it says nothing of what was called for. */
  private static final String HASTE = "FREQUENCY_LIMITED";

  private static final Set<String> PAID = Set.of("ORDERPAID", "ORDER_PAID");
  private static final Set<String> CLOSED = Set.of("ORDERCLOSED", "ORDER_CLOSED");

  private final WechatGateway gateway;
  private final WechatNotices notices;
  private final Supplier<String> callbackUrl;
  private final InstantSource clock;

  /**
   * @param nonces gives a random text at each call
   * @param callbackUrl where WeChat Pay sends its notices
   */
  public WechatClient(
      OutboundProvider calls,
      WechatAccount account,
      Supplier<String> nonces,
      Supplier<String> callbackUrl,
      InstantSource clock) {
    this.gateway = new WechatGateway(calls, account, clock, nonces);
    this.notices = new WechatNotices(gateway);
    this.callbackUrl = callbackUrl;
    this.clock = clock;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> methods() {
    return List.of(NATIVE, JSAPI);
  }

  @Override
  public boolean wantsPayer(String method) {
    return method.equals(JSAPI);
  }

  @Override
  public Opening open(Attempt attempt, String subject) {
    return open(attempt, subject, "");
  }

  @Override
  public Opening open(Attempt attempt, String subject, String payer) {
    if (!attempt.amount().currency().equals(Yuan.CURRENCY)) {
      return new Opening.Refused("WeChat Pay takes yuan here");
    }
    boolean inside = attempt.method().equals(JSAPI);
    if (inside && payer.isEmpty()) {
      return new Opening.Unknown("nobody knows any more who pays"); // its payer is kept nowhere
    }
    return switch (gateway.post(
        TRADES + (inside ? "/jsapi" : "/native"), trade(attempt, subject, payer))) {
      case Said.Told told when told.isSuccess() ->
          inside ? parameters(told.text("prepay_id")) : code(told.text("code_url"));
      // What is paid or closed there is found by asking.
      case Said.Told told when PAID.contains(told.code()) || CLOSED.contains(told.code()) ->
          new Opening.Unknown(told.code());
      case Said.Told told when told.isRefusal() && !told.code().equals(HASTE) ->
          new Opening.Refused(told.code());
      case Said.Told told -> new Opening.Unknown("status " + told.status() + " " + told.code());
      case Said.Nothing(String why) -> new Opening.Unknown(why);
    };
  }

  private static Opening code(String text) {
    return text.isEmpty()
        ? new Opening.Unknown("an answer without a code")
        : new Opening.Opened(text);
  }

  /** What the page hands to WeChat's script, signed. */
  private Opening parameters(String prepay) {
    if (prepay.isEmpty()) {
      return new Opening.Unknown("an answer without a prepay_id");
    }
    String timestamp = Long.toString(clock.instant().getEpochSecond());
    String nonce = gateway.nonce();
    String pack = "prepay_id=" + prepay;
    String app = gateway.account().appId();
    return new Opening.Opened(
        text(
            new JsonWriter(256)
                .beginObject()
                .field("appId", app)
                .field("timeStamp", timestamp)
                .field("nonceStr", nonce)
                .field("package", pack)
                .field("signType", "RSA")
                .field(
                    "paySign",
                    gateway.sign(app + "\n" + timestamp + "\n" + nonce + "\n" + pack + "\n"))
                .endObject()));
  }

  private String trade(Attempt attempt, String subject, String payer) {
    String title = subject.isBlank() ? attempt.id().toString() : subject;
    JsonWriter json =
        new JsonWriter(384)
            .beginObject()
            .field("appid", gateway.account().appId())
            .field("mchid", gateway.account().merchantId())
            .field(
                "description",
                title.length() <= SUBJECT_CHARS_MAX ? title : title.substring(0, SUBJECT_CHARS_MAX))
            .field("out_trade_no", attempt.id().toString())
            .field("time_expire", TIME.format(attempt.expiresAt()))
            .field("notify_url", callbackUrl.get())
            .name("amount")
            .beginObject()
            .field("total", attempt.amount().amount())
            .field("currency", Yuan.CURRENCY)
            .endObject();
    if (!payer.isEmpty()) {
      json.name("payer").beginObject().field("openid", payer).endObject();
    }
    return text(json.endObject());
  }

  private static String text(JsonWriter json) {
    return new String(json.toBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public Standing query(Attempt attempt) {
    return switch (asked(attempt.id())) {
      case Said.Told told when told.isSuccess() -> standing(attempt, told);
      case Said.Told told when ABSENT.contains(told.code()) -> notThere(attempt);
      case Said.Told told -> new Standing.Unknown("status " + told.status() + " " + told.code());
      case Said.Nothing(String why) -> new Standing.Unknown(why);
    };
  }

  /** The call that opens it may be under way still. */
  private Standing notThere(Attempt attempt) {
    return clock.instant().isBefore(attempt.createdAt().plus(OPENING_MAX))
        ? new Standing.Open()
        : new Standing.Closed();
  }

  private Said asked(PaymentId payment) {
    return gateway.get(
        TRADES + "/out-trade-no/" + payment + "?mchid=" + gateway.account().merchantId());
  }

  /** A trade that is paid can't be closed: it says so, and is taken as paid. */
  @Override
  public Standing close(Attempt attempt) {
    JsonWriter body =
        new JsonWriter(48).beginObject().field("mchid", gateway.account().merchantId()).endObject();
    return switch (gateway.post(TRADES + "/out-trade-no/" + attempt.id() + "/close", text(body))) {
      case Said.Told told when told.isSuccess() -> new Standing.Closed();
      case Said.Told told when ABSENT.contains(told.code()) -> notThere(attempt);
      case Said.Told told when CLOSED.contains(told.code()) -> new Standing.Closed();
      case Said.Told told when PAID.contains(told.code()) -> query(attempt);
      case Said.Told told -> new Standing.Unknown("status " + told.status() + " " + told.code());
      case Said.Nothing(String why) -> new Standing.Unknown(why);
    };
  }

  private static Standing standing(Attempt attempt, Said.Told told) {
    if (!told.text("out_trade_no").equals(attempt.id().toString())) {
      return new Standing.Unknown("an answer about another trade");
    }
    try {
      return switch (told.text("trade_state")) {
        case "NOTPAY", "USERPAYING" -> new Standing.Open();
        // A customer may try again with the same code until it is closed.
        case "PAYERROR" -> new Standing.Open();
        case "CLOSED", "REVOKED" -> new Standing.Closed();
        case "SUCCESS" -> new Standing.Captured(capture(attempt.id(), told.node()));
        case "REFUND" -> new Standing.Unknown("paid and given back by somebody else");
        default -> new Standing.Unknown("a state that is not known");
      };
    } catch (DateTimeException | IllegalArgumentException e) {
      return new Standing.Unknown("unreadable: " + e.getClass().getSimpleName());
    }
  }

  /**
   * A capture in WeChat Pay's words.
   *
   * @throws IllegalArgumentException or {@link DateTimeException} where a word is none of its
   */
  static Capture capture(PaymentId id, JsonNode trade) {
    String transaction = trade.path("transaction_id").asString("");
    JsonNode amount = trade.path("amount");
    JsonNode total = amount.path("total");
    if (!transaction.matches("[0-9A-Za-z]{1,64}")) {
      throw new IllegalArgumentException("no transaction");
    }
    if (!total.isIntegralNumber() || !total.canConvertToLong() || total.longValue() <= 0) {
      throw new IllegalArgumentException("no amount");
    }
    return new Capture(
        id,
        NAME,
        transaction,
        new Money(total.longValue(), amount.path("currency").asString("")),
        time(trade.path("success_time").asString("")));
  }

  static Instant time(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }

  /** It wants to be told the trade's total too, which it knows itself: that is asked for first. */
  @Override
  public Return refund(Refund refund) {
    PaymentId payment = new PaymentId(refund.id().order(), refund.attempt());
    return switch (asked(payment)) {
      case Said.Told told
          when told.isSuccess() && told.node().path("amount").path("total").longValue() > 0 ->
          refund(refund, payment, told.node().path("amount").path("total").longValue());
      case Said.Told told when ABSENT.contains(told.code()) -> new Return.Failed(told.code());
      case Said.Told told -> new Return.Unknown("status " + told.status() + " " + told.code());
      case Said.Nothing(String why) -> new Return.Unknown(why);
    };
  }

  private Return refund(Refund refund, PaymentId payment, long total) {
    JsonWriter body =
        new JsonWriter(256)
            .beginObject()
            .field("out_trade_no", payment.toString())
            .field("out_refund_no", refund.id().toString())
            .field("reason", refund.reason().wire())
            .field("notify_url", callbackUrl.get())
            .name("amount")
            .beginObject()
            .field("refund", refund.amount().amount())
            .field("total", total)
            .field("currency", Yuan.CURRENCY)
            .endObject()
            .endObject();
    return returned(refund, gateway.post(REFUNDS, text(body)), false);
  }

  @Override
  public Return queryRefund(Refund refund) {
    return returned(refund, gateway.get(REFUNDS + "/" + refund.id()), true);
  }

  /** That a call is taken says nothing: only its status tells what became of the money. */
  private Return returned(Refund refund, Said said, boolean asked) {
    return switch (said) {
      case Said.Told told when told.isSuccess() && !isOf(refund, told) ->
          new Return.Unknown("an answer about another refund");
      case Said.Told told when told.isSuccess() ->
          switch (told.text("status")) {
            case "SUCCESS" -> new Return.Succeeded(returnedAt(told));
            case "PROCESSING" -> new Return.Processing();
            case "CLOSED", "ABNORMAL" -> new Return.Failed(told.text("status"));
            default -> new Return.Unknown("a status that is not known");
          };
      case Said.Told told when asked ->
          ABSENT.contains(told.code())
              ? new Return.Absent()
              : new Return.Unknown("status " + told.status() + " " + told.code());
      case Said.Told told when told.isRefusal() && !told.code().equals(HASTE) ->
          new Return.Failed(told.code());
      case Said.Told told -> new Return.Unknown("status " + told.status() + " " + told.code());
      case Said.Nothing(String why) -> new Return.Unknown(why);
    };
  }

  private static boolean isOf(Refund refund, Said.Told told) {
    JsonNode amount = told.node().path("amount");
    return told.text("out_refund_no").equals(refund.id().toString())
        && amount.path("refund").isIntegralNumber()
        && amount.path("refund").longValue() == refund.amount().amount()
        && amount.path("currency").asString(Yuan.CURRENCY).equals(refund.amount().currency());
  }

  private Instant returnedAt(Said.Told told) {
    try {
      return time(told.text("success_time"));
    } catch (DateTimeException _) {
      return clock.instant(); // not every answer has it
    }
  }

  @Override
  public Reading read(Function<String, @Nullable String> header, byte[] body, Instant now) {
    return notices.read(header, body, now);
  }

  @Override
  public NoticeAnswer answer(Heard heard) {
    return switch (heard) {
      case TAKEN -> new NoticeAnswer(204, "", "");
      case REJECTED -> failed(400, "rejected");
      case NOT_FOUND -> failed(404, "not found");
      case NOT_NOW -> failed(503, "not now");
    };
  }

  private static NoticeAnswer failed(int status, String why) {
    return new NoticeAnswer(
        status, "application/json", "{\"code\":\"FAIL\",\"message\":\"" + why + "\"}");
  }
}
