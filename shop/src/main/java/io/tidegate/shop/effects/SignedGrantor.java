package io.tidegate.shop.effects;

import io.tidegate.platform.http.SignedCalls;
import io.tidegate.platform.http.SignedCalls.Answer;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A system outside that decides what paid orders bring, signed both ways; {@code
 * docs/openapi/grants.json} has the form.
 */
final class SignedGrantor implements Grantor {

  private static final String TEMPLATE_PATTERN = "[A-Za-z0-9._-]{1,64}";
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final SignedCalls calls;

  SignedGrantor(SignedCalls calls) {
    this.calls = calls;
  }

  @Override
  public GrantAnswer decide(GrantQuestion question) {
    byte[] body = question.json().getBytes(StandardCharsets.UTF_8);
    return switch (calls.ask(question.name(), body)) {
      case Answer.Said(byte[] json) -> said(json);
      case Answer.NotAsked(String why) -> new GrantAnswer.Unknown(why);
      case Answer.NotReached(String why) -> new GrantAnswer.Unknown(why);
      case Answer.Unknown(String why) -> new GrantAnswer.Unknown(why);
    };
  }

  private static GrantAnswer said(byte[] json) {
    try {
      JsonNode read = MAPPER.readTree(json);
      return switch (read.path("state").asString("")) {
        case "decided" -> new GrantAnswer.Said(offer(read));
        case "later" -> new GrantAnswer.Later();
        default -> new GrantAnswer.Unknown("unreadable");
      };
    } catch (JacksonException | IllegalArgumentException _) {
      return new GrantAnswer.Unknown("unreadable");
    }
  }

  private static GrantOffer offer(JsonNode read) {
    return new GrantOffer(
        whole(read, "points"),
        read.path("coupon").isNull() || read.path("coupon").isMissingNode()
            ? null
            : new GrantOffer.Coupon(template(read.path("coupon")), given(read), null),
        whole(read, "redPacket"));
  }

  private static String template(JsonNode coupon) {
    String template = coupon.isString() ? coupon.asString() : "";
    if (!template.matches(TEMPLATE_PATTERN)) {
      throw new IllegalArgumentException("no template's code");
    }
    return template;
  }

  /** With a coupon it must be there: nobody guesses when a coupon is taken back. */
  private static long given(JsonNode read) {
    if (read.path("couponKeptFrom").isMissingNode()) {
      throw new IllegalArgumentException("no couponKeptFrom");
    }
    return whole(read, "couponKeptFrom");
  }

  /** A whole number, not rounded to one; what is not there is 0. */
  private static long whole(JsonNode read, String field) {
    JsonNode value = read.path(field);
    if (value.isMissingNode()) {
      return 0;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new IllegalArgumentException("no whole number: " + field);
    }
    return value.asLong();
  }
}
