package io.tidegate.shop.payment;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.OutboundAnswer;
import io.tidegate.platform.http.OutboundProvider;
import io.tidegate.platform.http.OutboundRequest;
import io.tidegate.shop.kernel.Money;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The sandbox provider: a stand-in with a book of its own, for demos and tests. Requests and
 * callbacks are signed with HMAC-SHA256.
 */
public final class SandboxClient implements PaymentProvider {

  public static final String NAME = "sandbox";

  /** A callback's time may be off by this much. */
  private static final Duration FRESH_MAX = Duration.ofMinutes(5);

  /** What a kept notice shows; everything else in it is masked. */
  private static final Set<String> SHOWN =
      Set.of(
          "type",
          "merchant",
          "payment",
          "transaction",
          "amount",
          "currency",
          "capturedAt",
          "failedAt",
          "notify");

  private static final int SAID_CHARS_MAX = 200;

  private static final JsonMapper JSON = JsonMapper.shared();

  private final OutboundProvider calls;
  private final SecretKeySpec secret;
  private final String merchant;
  private final Supplier<String> callbackUrl;
  private final InstantSource clock;

  /**
   * @param callbackUrl where the provider sends its notices
   */
  public SandboxClient(
      OutboundProvider calls,
      byte[] secret,
      String merchant,
      Supplier<String> callbackUrl,
      InstantSource clock) {
    this.calls = calls;
    this.secret = new SecretKeySpec(secret, "HmacSHA256");
    this.merchant = merchant;
    this.callbackUrl = callbackUrl;
    this.clock = clock;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Opening open(Attempt attempt, String subject) {
    JsonWriter body =
        new JsonWriter(384)
            .beginObject()
            .field("payment", attempt.id().toString())
            .field("merchant", merchant)
            .field("amount", attempt.amount().amount())
            .field("currency", attempt.amount().currency())
            .field("subject", subject)
            .field("notifyUrl", callbackUrl.get())
            .field("expiresAt", attempt.expiresAt())
            .endObject();
    return switch (call("POST", "/sandbox/payments", body.toBytes())) {
      case OutboundAnswer.Answered answer when answer.isSuccess() ->
          text(answer, "cashierUrl")
              .<Opening>map(Opening.Opened::new)
              .orElseGet(() -> new Opening.Unknown("an answer without cashierUrl"));
      case OutboundAnswer.Answered(int status, byte[] _, Map<String, String> _)
          when status >= 400 && status < 500 && status != 429 ->
          new Opening.Refused("status " + status);
      case OutboundAnswer.Answered answer -> new Opening.Unknown("status " + answer.status());
      case OutboundAnswer.NotSent(var why) -> new Opening.Unknown("not sent: " + why);
      case OutboundAnswer.Unknown(var why) -> new Opening.Unknown(why.toString());
    };
  }

  @Override
  public Standing query(Attempt attempt) {
    return standing(attempt, call("GET", "/sandbox/payments/" + attempt.id(), null));
  }

  @Override
  public Standing close(Attempt attempt) {
    return standing(
        attempt, call("POST", "/sandbox/payments/" + attempt.id() + "/close", new byte[0]));
  }

  @Override
  public Return refund(Refund refund) {
    JsonWriter body =
        new JsonWriter(256)
            .beginObject()
            .field("refund", refund.id().toString())
            .field("payment", new PaymentId(refund.id().order(), refund.attempt()).toString())
            .field("amount", refund.amount().amount())
            .field("currency", refund.amount().currency())
            .field("reason", refund.reason().name())
            .endObject();
    OutboundAnswer answer = call("POST", "/sandbox/refunds", body.toBytes());
    // Where it is asked for, a 404 says that there is no such payment, not that it never arrived.
    return answer instanceof OutboundAnswer.Answered(int status, byte[] told, var _)
            && status == 404
        ? refusal(status, told)
        : returned(answer);
  }

  @Override
  public Return queryRefund(Refund refund) {
    return returned(call("GET", "/sandbox/refunds/" + refund.id(), null));
  }

  @Override
  public Reading read(Function<String, @Nullable String> header, byte[] body, Instant now) {
    Optional<Notice.Rejected> refusal = refusal(header, body, now);
    if (refusal.isPresent()) {
      return new Reading(refusal.get(), () -> NoticeMask.json(body, SHOWN));
    }
    try {
      JsonNode notice = JSON.readTree(body);
      return new Reading(verified(notice), () -> NoticeMask.json(notice, body, SHOWN));
    } catch (JacksonException
        | DateTimeParseException
        | ArithmeticException
        | IllegalArgumentException e) {
      return new Reading(unreadable(e), () -> NoticeMask.json(body, SHOWN));
    }
  }

  private static Notice.Rejected unreadable(RuntimeException e) {
    return new Notice.Rejected("unreadable: " + e.getClass().getSimpleName());
  }

  /** What speaks against it before it is read. */
  private Optional<Notice.Rejected> refusal(
      Function<String, @Nullable String> header, byte[] body, Instant now) {
    String timestamp = header.apply("Sandbox-Timestamp");
    String signature = header.apply("Sandbox-Signature");
    if (timestamp == null || signature == null) {
      return Optional.of(new Notice.Rejected("unsigned"));
    }
    String wanted = sign((timestamp + ".").getBytes(StandardCharsets.UTF_8), body);
    if (!MessageDigest.isEqual(
        wanted.getBytes(StandardCharsets.US_ASCII), signature.getBytes(StandardCharsets.UTF_8))) {
      return Optional.of(new Notice.Rejected("wrong signature"));
    }
    try {
      Instant sent = Instant.ofEpochSecond(Long.parseLong(timestamp));
      return Duration.between(sent, now).abs().compareTo(FRESH_MAX) > 0
          ? Optional.of(new Notice.Rejected("stale"))
          : Optional.empty();
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      return Optional.of(unreadable(e));
    }
  }

  private Notice verified(JsonNode notice) {
    String account = notice.path("merchant").asString();
    if (account.isEmpty()) {
      return new Notice.Rejected("for no merchant");
    }
    boolean ours = merchant.equals(account);
    Optional<PaymentId> id = PaymentId.parse(notice.path("payment").asString());
    if (id.isEmpty()) {
      return new Notice.Rejected("no payment of ours");
    }
    return switch (notice.path("type").asString()) {
      case "payment.captured" -> {
        Capture capture = capture(id.get(), notice);
        yield ours ? new Notice.Verified(capture) : new Notice.Misdirected(capture);
      }
      case "payment.failed" ->
          ours ? new Notice.Failed(id.get()) : new Notice.Rejected("not for this merchant");
      default -> new Notice.Rejected("a type that is not known");
    };
  }

  private Standing standing(Attempt attempt, OutboundAnswer answer) {
    return switch (answer) {
      case OutboundAnswer.Answered(int status, byte[] body, Map<String, String> _) ->
          switch (status) {
            case 200, 409 -> standing(attempt, body, status);
            case 404 -> new Standing.Closed();
            default -> new Standing.Unknown("status " + status);
          };
      case OutboundAnswer.NotSent(var why) -> new Standing.Unknown("not sent: " + why);
      case OutboundAnswer.Unknown(var why) -> new Standing.Unknown(why.toString());
    };
  }

  /** A trade that is paid already can't be closed (409): it says so with the capture. */
  private static Standing standing(Attempt attempt, byte[] body, int status) {
    try {
      JsonNode node = JSON.readTree(body);
      if (status == 409) {
        return "already_paid".equals(node.path("code").asString())
            ? new Standing.Captured(capture(attempt.id(), node))
            : new Standing.Unknown("status 409");
      }
      return switch (node.path("state").asString()) {
        case "pending" -> new Standing.Open();
        case "captured" -> new Standing.Captured(capture(attempt.id(), node));
        case "closed" -> new Standing.Closed();
        default -> new Standing.Unknown("a state that is not known");
      };
    } catch (JacksonException | DateTimeParseException | IllegalArgumentException e) {
      return new Standing.Unknown("unreadable: " + e.getClass().getSimpleName());
    }
  }

  private static Capture capture(PaymentId id, JsonNode node) {
    String transaction = node.path("transaction").asString();
    if (transaction.isEmpty() || transaction.length() > 64) {
      throw new IllegalArgumentException("no transaction");
    }
    long amount = node.path("amount").longValue();
    if (amount <= 0) {
      throw new IllegalArgumentException("no amount");
    }
    return new Capture(
        id,
        NAME,
        transaction,
        new Money(amount, node.path("currency").asString()),
        Instant.parse(node.path("capturedAt").asString()));
  }

  private Return returned(OutboundAnswer answer) {
    return switch (answer) {
      case OutboundAnswer.Answered(int status, byte[] body, Map<String, String> _) ->
          switch (status) {
            case 200, 201 -> returned(body);
            case 404 -> new Return.Absent();
            case 409 -> refusal(status, body);
            default -> new Return.Unknown("status " + status);
          };
      case OutboundAnswer.NotSent(var why) -> new Return.Unknown("not sent: " + why);
      case OutboundAnswer.Unknown(var why) -> new Return.Unknown(why.toString());
    };
  }

  private Return returned(byte[] body) {
    try {
      JsonNode node = JSON.readTree(body);
      return switch (node.path("state").asString()) {
        case "succeeded" -> new Return.Succeeded(clock.instant());
        case "processing" -> new Return.Processing();
        case "failed" -> new Return.Failed("failed: " + said(node.path("why").asString()));
        default -> new Return.Unknown("a state that is not known");
      };
    } catch (JacksonException e) {
      return new Return.Unknown("unreadable");
    }
  }

  /** A refusal in the provider's own words; what can't be read is no refusal. */
  private static Return refusal(int status, byte[] body) {
    try {
      JsonNode node = JSON.readTree(body);
      String code = node.path("code").asString();
      return code.isEmpty()
          ? new Return.Unknown("status " + status)
          : new Return.Failed(said(code) + ": " + said(node.path("detail").asString()));
    } catch (JacksonException e) {
      return new Return.Unknown("unreadable, status " + status);
    }
  }

  /** Text of somebody else's, in one line that can be shown. */
  private static String said(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", " ").strip();
    return plain.length() <= SAID_CHARS_MAX ? plain : plain.substring(0, SAID_CHARS_MAX);
  }

  private OutboundAnswer call(String method, String path, byte @Nullable [] body) {
    String timestamp = Long.toString(clock.instant().getEpochSecond());
    byte[] content = body == null ? new byte[0] : body;
    String head = method + "\n" + path + "\n" + timestamp + "\n";
    // Every call names our own number, so the same one twice is one there.
    OutboundRequest request =
        body == null ? OutboundRequest.get(path) : OutboundRequest.postOnce(path, content);
    return calls.call(
        request.withHeaders(
            Map.of(
                "Sandbox-Timestamp",
                timestamp,
                "Sandbox-Signature",
                sign(head.getBytes(StandardCharsets.UTF_8), content))));
  }

  private String sign(byte[] head, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(secret);
      mac.update(head);
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static Optional<String> text(OutboundAnswer.Answered answer, String field) {
    try {
      String text = JSON.readTree(answer.body()).path(field).asString();
      return text.isEmpty() ? Optional.empty() : Optional.of(text);
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }
}
