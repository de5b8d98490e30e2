package io.tidegate.shop.payment;

import io.tidegate.platform.http.OutboundProvider;
import io.tidegate.shop.payment.StripeGateway.Said;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Stripe's statements: the movements of our balance there, page by page, of any time. */
public final class StripeBalance implements StatementSource {

  private static final int PAGE_MAX = 100;

  /** Of one day; more are told, not left out. */
  private static final int PAGES_MAX = 20_000;

  private final StripeGateway gateway;

  public StripeBalance(OutboundProvider calls, StripeAccount account) {
    this.gateway = new StripeGateway(calls, account);
  }

  @Override
  public String provider() {
    return StripeClient.NAME;
  }

  @Override
  public void fetch(LocalDate day, ZoneId zone, Consumer<StatementLine> each) {
    Instant from = day.atStartOfDay(zone).toInstant();
    Instant until = day.plusDays(1).atStartOfDay(zone).toInstant();
    String base =
        "/v1/balance_transactions?created%%5Bgte%%5D=%d&created%%5Blt%%5D=%d&limit=%d&expand%%5B%%5D=data.source"
            .formatted(from.getEpochSecond(), until.getEpochSecond(), PAGE_MAX);
    String after = "";
    for (int page = 0; page < PAGES_MAX; page++) {
      JsonNode list = page(base + (after.isEmpty() ? "" : "&starting_after=" + after));
      for (JsonNode one : list.path("data")) {
        line(one).ifPresent(each);
        after = one.path("id").asString("");
      }
      if (!list.path("has_more").asBoolean(false)) {
        return;
      }
      if (!after.matches("[0-9A-Za-z_]{1,64}")) {
        throw new Unavailable("unreadable: a page without an end");
      }
    }
    throw new Unavailable("more than " + PAGES_MAX + " pages");
  }

  private JsonNode page(String path) {
    return switch (gateway.get(path)) {
      case Said.Told told when told.node().path("data").isArray() -> told.node();
      case Said.Told _ -> throw new Unavailable("unreadable: no page");
      case Said.Refused(String code) -> throw new Unavailable(code);
      case Said.Nothing(String why, boolean _) -> throw new Unavailable(why);
    };
  }

  /** Fees, payouts and the like are no money of orders. */
  private static Optional<StatementLine> line(JsonNode one) {
    JsonNode source = one.path("source");
    try {
      return switch (one.path("type").asString("")) {
        case "charge", "payment" ->
            Optional.of(
                line(
                    StatementLine.Type.PAYMENT,
                    source.path("metadata").path(StripeClient.OUR_PAYMENT).asString(""),
                    source.path("payment_intent").asString(""),
                    one,
                    source));
        case "refund", "payment_refund" ->
            Optional.of(refund(StatementLine.Type.REFUND, one, source));
        case "refund_failure", "payment_failure_refund" ->
            Optional.of(refund(StatementLine.Type.REVERSAL, one, source));
        default -> Optional.empty();
      };
    } catch (DateTimeException | IllegalArgumentException _) {
      throw new Unavailable("unreadable: a movement");
    }
  }

  private static StatementLine refund(StatementLine.Type type, JsonNode one, JsonNode source) {
    return line(
        type, source.path("metadata").path(StripeClient.OUR_REFUND).asString(""), "", one, source);
  }

  /** What has no number of ours is shown under Stripe's, so that a person finds it. */
  private static StatementLine line(
      StatementLine.Type type, String number, String transaction, JsonNode one, JsonNode source) {
    return new StatementLine(
        type,
        number.isEmpty() ? source.path("id").asString("") : number,
        transaction,
        StripeClient.money(source.path("amount"), source.path("currency").asString("")),
        StripeClient.time(one.path("created")));
  }
}
