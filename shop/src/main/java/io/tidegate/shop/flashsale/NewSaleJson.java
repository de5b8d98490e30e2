package io.tidegate.shop.flashsale;

import io.tidegate.platform.http.Fields;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.kernel.SkuCode;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A sale as staff plan it: what they send, checked. */
final class NewSaleJson {

  static final int ITEMS_MAX = 20;
  static final int PER_USER_MAX = 999;
  static final int CHALLENGE_BITS_MAX = 28;
  private static final int TITLE_CHARS_MAX = 100;
  private static final int TIME_CHARS_MAX = 40;

  /** Longer than a week nobody keeps goods back for who doesn't pay. */
  private static final long PAY_WINDOW_MINUTES_MAX = 7 * 24 * 60;

  /** A fen less than a billion yuan. */
  private static final long PRICE_MAX = 99_999_999_999L;

  /** A sale of limited goods is over within a month, and planned within two years. */
  private static final Duration LENGTH_MAX = Duration.ofDays(31);

  private static final Duration AHEAD_MAX = Duration.ofDays(731);

  private NewSaleJson() {}

  /**
   * Reads the body. What is wrong with it is told by {@link Fields#check}, which the caller asks
   * before it uses the answer.
   */
  static Sale read(Fields body, Catalog catalog, Instant now) {
    String title = body.line("title", TITLE_CHARS_MAX);
    String word = body.optionalChoice("mode", Set.of(Mode.FIRST_COME.word(), Mode.DRAW.word()));
    Mode mode = Mode.DRAW.word().equals(word) ? Mode.DRAW : Mode.FIRST_COME;
    Instant startsAt = time(body, "startsAt", body.string("startsAt", TIME_CHARS_MAX));
    Instant endsAt = time(body, "endsAt", body.string("endsAt", TIME_CHARS_MAX));
    String drawText = body.optionalString("drawAt", TIME_CHARS_MAX);
    Instant drawAt = drawText == null ? null : time(body, "drawAt", drawText);
    checkTimes(body, now, startsAt, endsAt);
    checkDraw(body, mode, now, startsAt, endsAt, drawAt);
    long minutes = body.integer("payWindowMinutes", 1, PAY_WINDOW_MINUTES_MAX);
    Long bits = body.optionalInteger("challengeBits", 0, CHALLENGE_BITS_MAX);
    List<SaleItem> items = new ArrayList<>();
    String currency = items(body, catalog, items);
    return new Sale(
        0,
        title,
        mode,
        Stage.PLANNED,
        1,
        currency,
        startsAt == null ? now : startsAt,
        endsAt == null ? now : endsAt,
        Duration.ofMinutes(minutes),
        bits == null ? 0 : bits.intValue(),
        items,
        drawAt,
        null);
  }

  /** What makes two plans the same: all that staff say of them. */
  static String command(Sale wanted) {
    StringBuilder text = new StringBuilder(wanted.title());
    text.append('\n').append(wanted.mode()).append(' ').append(wanted.startsAt());
    text.append(' ').append(wanted.endsAt()).append(' ').append(wanted.drawAt());
    text.append(' ').append(wanted.payWindow()).append(' ').append(wanted.challengeBits());
    text.append(' ').append(wanted.currency());
    for (SaleItem item : wanted.items()) {
      text.append('\n').append(item.sku()).append(' ').append(item.price());
      text.append(' ').append(item.perUser()).append(' ').append(item.allocation());
    }
    return text.toString();
  }

  private static @Nullable Instant time(Fields body, String member, String text) {
    if (text.isEmpty()) {
      return null; // told already
    }
    try {
      return OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
    } catch (DateTimeParseException _) {
      body.refuse(member, "must be a time such as 2026-11-10T16:00:00Z");
      return null;
    }
  }

  private static void checkTimes(
      Fields body, Instant now, @Nullable Instant startsAt, @Nullable Instant endsAt) {
    if (startsAt != null && startsAt.isAfter(now.plus(AHEAD_MAX))) {
      body.refuse("startsAt", "must be within two years");
    }
    if (endsAt == null) {
      return;
    }
    if (!endsAt.isAfter(now)) {
      body.refuse("endsAt", "must be in the future");
    }
    if (startsAt != null && !endsAt.isAfter(startsAt)) {
      body.refuse("endsAt", "must be after startsAt");
    }
    if (startsAt != null && endsAt.isAfter(startsAt.plus(LENGTH_MAX))) {
      body.refuse("endsAt", "must be at most " + LENGTH_MAX.toDays() + " days after startsAt");
    }
  }

  private static void checkDraw(
      Fields body,
      Mode mode,
      Instant now,
      @Nullable Instant startsAt,
      @Nullable Instant endsAt,
      @Nullable Instant drawAt) {
    if (mode == Mode.FIRST_COME) {
      if (body.has("drawAt")) {
        body.refuse("drawAt", "is for mode draw");
      }
      return;
    }
    if (!body.has("drawAt")) {
      body.refuse("drawAt", "is required for mode draw");
    }
    if (drawAt != null && !drawAt.isAfter(now)) {
      body.refuse("drawAt", "must be in the future");
    }
    if (drawAt != null && startsAt != null && !drawAt.isAfter(startsAt)) {
      body.refuse("drawAt", "must be after startsAt");
    }
    if (drawAt != null && endsAt != null && !drawAt.isBefore(endsAt)) {
      body.refuse("drawAt", "must be before endsAt");
    }
  }

  /** Adds the goods, and answers the currency of all of them. */
  private static String items(Fields body, Catalog catalog, List<SaleItem> items) {
    String currency = "";
    Set<String> seen = new HashSet<>();
    for (Fields each : body.array("items", 1, ITEMS_MAX)) {
      String sku = each.string("sku", SkuCode.CHARS_MAX);
      Fields.Amount price = each.money("price");
      long allocation = each.integer("allocation", 1, SaleRules.ALLOCATION_MAX);
      long perUser = each.integer("perUser", 1, PER_USER_MAX);
      Offer offer = SkuCode.isValid(sku) ? catalog.offer(sku) : null;
      if (offer == null) {
        if (!sku.isEmpty()) {
          each.refuse("sku", "is unknown");
        }
        continue;
      }
      if (!seen.add(sku)) {
        each.refuse("sku", "comes twice");
      }
      if (!price.currency().isEmpty() && !price.currency().equals(offer.price().currency())) {
        each.refuse("price", "must be in the currency of the goods");
      }
      if (price.amount() < 1 && each.has("price") || price.amount() > PRICE_MAX) {
        each.refuse("price", "must be from 1 to " + PRICE_MAX);
      }
      currency = currency.isEmpty() ? price.currency() : currency;
      if (!price.currency().equals(currency)) {
        each.refuse("price", "must be in the same currency as the others");
      }
      items.add(new SaleItem(sku, offer.title(), price.amount(), (int) perUser, allocation, null));
    }
    return currency;
  }
}
