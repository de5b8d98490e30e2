package io.tidegate.server.console;

import io.tidegate.shop.kernel.Money;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the record of an act says beside who, what and when, put into words. */
final class ActDetail {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** Members that are amounts of the currency beside them. */
  private static final Set<String> AMOUNTS =
      Set.of("from", "to", "amount", "amountOff", "spendMin");

  private static final Set<String> CURRENCIES =
      Currency.getAvailableCurrencies().stream()
          .map(Currency::getCurrencyCode)
          .collect(Collectors.toUnmodifiableSet());

  private ActDetail() {}

  /** A member: what it is called, and its value. */
  record Member(String name, String value) {}

  /** The members of a record's JSON object; one that can't be read is shown as it is. */
  static List<Member> of(String detail, Texts t) {
    JsonNode object = read(detail);
    if (object == null || !object.isObject()) {
      return List.of(new Member(t.of("acts.detail"), detail));
    }
    String currency = object.path("currency").asString("");
    boolean priced = CURRENCIES.contains(currency);
    List<Member> members = new ArrayList<>();
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      String name = member.getKey();
      JsonNode value = member.getValue();
      if (priced && name.equals("currency")) {
        continue;
      }
      String shown =
          priced && AMOUNTS.contains(name) && value.isIntegralNumber()
              ? Shown.money(new Money(value.asLong(), currency))
              : words(value, t);
      members.add(new Member(t.named("act_field", name), shown));
    }
    return List.copyOf(members);
  }

  private static @Nullable JsonNode read(String detail) {
    try {
      return JSON.readTree(detail);
    } catch (JacksonException _) {
      return null;
    }
  }

  private static String words(JsonNode value, Texts t) {
    if (value.isString()) {
      return value.asString();
    }
    if (value.isBoolean()) {
      return t.of(value.asBoolean() ? "acts.yes" : "acts.no");
    }
    JsonNode amount = value.path("amount");
    String currency = value.path("currency").asString("");
    return amount.isIntegralNumber() && CURRENCIES.contains(currency)
        ? Shown.money(new Money(amount.asLong(), currency))
        : value.toString();
  }
}
