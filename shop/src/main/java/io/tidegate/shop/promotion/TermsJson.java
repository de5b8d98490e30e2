package io.tidegate.shop.promotion;

import io.tidegate.platform.http.EntityTag;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Request;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.Category;
import io.tidegate.shop.kernel.SkuCode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What price lists and promotions have in common, as staff send and see it. */
final class TermsJson {

  /** SKUs of one scope, and prices of one list. */
  static final int SKUS_MAX = 500;

  private static final int TITLE_CHARS_MAX = 100;
  private static final int TIME_CHARS_MAX = 40;
  private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");
  private static final Set<String> CATEGORIES =
      Arrays.stream(Category.values()).map(Category::code).collect(Collectors.toUnmodifiableSet());

  private TermsJson() {}

  static String title(Fields body) {
    return body.line("title", TITLE_CHARS_MAX);
  }

  /** {@code {shop:true}}, {@code {category}}, {@code {sku}} or {@code {skus}}. */
  static Scope scope(Fields body, Catalog catalog) {
    Fields scope = body.object("scope");
    Boolean shop = scope.optionalBool("shop");
    String category = scope.optionalChoice("category", CATEGORIES);
    String sku = scope.optionalString("sku", SkuCode.CHARS_MAX);
    List<String> skus = scope.optionalStrings("skus", 1, SKUS_MAX, SkuCode.CHARS_MAX);
    long named =
        List.of(shop != null, category != null, sku != null, skus != null).stream()
            .filter(there -> there)
            .count();
    if (named != 1 && body.has("scope")) {
      scope.refuse("must have one of shop, category, sku, skus");
    }
    if (sku != null) {
      mustExist(scope, "sku", sku, catalog);
      return new Scope.OfSkus(Set.of(sku));
    }
    if (skus != null && !skus.isEmpty()) {
      for (int i = 0; i < skus.size(); i++) {
        mustExist(scope, "skus", skus.get(i), catalog);
      }
      return new Scope.OfSkus(Set.copyOf(skus));
    }
    if (category != null) {
      return new Scope.InCategory(category);
    }
    if (Boolean.FALSE.equals(shop)) {
      scope.refuse("shop", "must be true: name a category or SKUs instead");
    }
    return new Scope.Shop();
  }

  static void mustExist(Fields fields, String member, String sku, Catalog catalog) {
    if (!sku.isEmpty() && catalog.offer(sku) == null) {
      fields.refuse(member, "has an unknown SKU: " + shown(sku));
    }
  }

  /** What a client sent as a SKU, short enough to be said again. */
  private static String shown(String sku) {
    return SkuCode.isValid(sku) ? sku : "not a SKU's code";
  }

  static Period period(Fields body) {
    Instant startsAt = time(body, "startsAt", body.string("startsAt", TIME_CHARS_MAX));
    String end = body.optionalString("endsAt", TIME_CHARS_MAX);
    Instant endsAt = end == null ? null : time(body, "endsAt", end);
    if (endsAt != null && !endsAt.isAfter(startsAt)) {
      if (!startsAt.equals(LATEST) && !endsAt.equals(LATEST)) {
        body.refuse("endsAt", "must be after startsAt");
      }
      return new Period(startsAt, null);
    }
    return new Period(startsAt, endsAt);
  }

  /** The moment; a far one where the text is none, which has been told then. */
  private static Instant time(Fields body, String member, String text) {
    if (text.isEmpty()) {
      return LATEST;
    }
    try {
      Instant time = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
      if (!time.isBefore(EARLIEST) && time.isBefore(LATEST)) {
        return time;
      }
      body.refuse(member, "must be a time of this century");
    } catch (DateTimeParseException _) {
      body.refuse(member, "must be a time such as 2026-11-10T16:00:00Z");
    }
    return LATEST;
  }

  /** Writes what both have; the caller has begun the object and ends it. */
  static void write(JsonWriter json, Terms terms, boolean withdrawn, Instant now) {
    json.field("id", Long.toString(terms.id()))
        .field("version", terms.version())
        .field("title", terms.title())
        .field("state", state(terms.period(), withdrawn, now))
        .name("scope")
        .beginObject();
    switch (terms.scope()) {
      case Scope.Shop() -> json.field("shop", true);
      case Scope.InCategory(String category) -> json.field("category", category);
      case Scope.OfSkus(Set<String> skus) -> {
        json.name("skus").beginArray();
        skus.stream().sorted().forEach(json::value);
        json.endArray();
      }
    }
    json.endObject()
        .field("startsAt", terms.period().startsAt())
        .fieldIfPresent("endsAt", terms.period().endsAt());
  }

  private static String state(Period period, boolean withdrawn, Instant now) {
    if (withdrawn) {
      return "withdrawn";
    }
    if (period.holds(now)) {
      return "in_force";
    }
    return period.isOver(now) ? "over" : "planned";
  }

  static EntityTag tag(Terms terms) {
    return new EntityTag(terms.version(), Long.toString(terms.id()));
  }

  /** The version that an editor saw; null where the edit goes over whatever is there. */
  static @Nullable Long ifMatch(Request request) {
    return request.header("If-Match") == null ? null : EntityTag.requiredIfMatch(request);
  }
}
