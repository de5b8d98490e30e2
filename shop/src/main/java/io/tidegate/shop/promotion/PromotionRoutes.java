package io.tidegate.shop.promotion;

import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.Cursors;
import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.promotion.Promotion.Deal;
import io.tidegate.shop.promotion.Promotion.Tier;
import io.tidegate.shop.promotion.PromotionStore.Changed;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Price lists and promotions, for staff. */
public final class PromotionRoutes implements Routes {

  private static final int TIERS_MAX = 10;
  private static final int PERCENT_MAX = 99;
  private static final Set<String> KINDS =
      Set.of(PromotionStore.PERCENT_OFF, PromotionStore.AMOUNT_OFF, PromotionStore.SPEND_AND_SAVE);

  private final TermsRoutes<PriceList> lists;
  private final TermsRoutes<Promotion> promotions;

  public PromotionRoutes(
      TermsDesk<PriceList> lists,
      TermsDesk<Promotion> promotions,
      Cursors cursors,
      InstantSource clock) {
    this.lists = new TermsRoutes<>(lists, cursors, clock);
    this.promotions = new TermsRoutes<>(promotions, cursors, clock);
  }

  @Override
  public void register(Router router) {
    lists.register(router);
    promotions.register(router);
  }

  /** {@code {kind: percent_off, percent}}, and so on; money is of one currency. */
  private static Deal deal(Fields body) {
    String kind = body.choice("kind", KINDS);
    Long percent = body.optionalInteger("percent", 1, PERCENT_MAX);
    Fields.Amount amount = body.optionalMoney("amount");
    List<Fields> tiers = body.optionalArray("tiers", 1, TIERS_MAX);
    Boolean repeats = body.optionalBool("repeats");
    Deal spendAndSave =
        tiers == null ? new Deal.PercentOff(1) : tiers(tiers, Boolean.TRUE.equals(repeats));
    return switch (kind) {
      case PromotionStore.PERCENT_OFF -> {
        only(body, kind, "percent", amount != null, tiers != null, repeats != null);
        yield new Deal.PercentOff(percent == null ? 1 : percent.intValue());
      }
      case PromotionStore.AMOUNT_OFF -> {
        only(body, kind, "amount", percent != null, tiers != null, repeats != null);
        if (amount != null && amount.amount() == 0) {
          body.refuse("amount", "must be positive");
        }
        yield amount == null || amount.amount() == 0
            ? new Deal.PercentOff(1)
            : new Deal.AmountOff(amount.amount(), amount.currency());
      }
      default -> {
        only(body, kind, "tiers", percent != null, amount != null, false);
        yield spendAndSave;
      }
    };
  }

  private static void only(Fields body, String kind, String needed, boolean... others) {
    if (kind.isEmpty()) {
      return; // told already
    }
    if (!body.has(needed)) {
      body.refuse(needed, "is required for " + kind);
    }
    for (boolean other : others) {
      if (other) {
        body.refuse("has members that are not for " + kind);
      }
    }
  }

  /** What is wrong is told; then the deal is never used. */
  private static Deal tiers(List<Fields> bodies, boolean repeats) {
    List<Tier> tiers = new ArrayList<>();
    String currency = "";
    for (Fields each : bodies) {
      Fields.Amount spend = each.money("spend");
      Fields.Amount save = each.money("save");
      if (currency.isEmpty()) {
        currency = spend.currency();
      }
      if (!spend.currency().equals(currency) || !save.currency().equals(currency)) {
        each.refuse("must be of one currency");
      } else if (save.amount() == 0 || save.amount() > spend.amount()) {
        each.refuse("save", "must be positive, and not more than is spent");
      } else if (!tiers.isEmpty() && spend.amount() <= tiers.getLast().spend()) {
        each.refuse("spend", "must be more than that of the tier before");
      } else {
        tiers.add(new Tier(spend.amount(), save.amount()));
      }
    }
    return tiers.isEmpty()
        ? new Deal.PercentOff(1)
        : new Deal.SpendAndSave(tiers, currency, repeats);
  }

  /** Promotions. */
  record Promotions(PromotionStore store) implements TermsDesk.Table<Promotion> {
    @Override
    public String word() {
      return "promotion";
    }

    @Override
    public Terms terms(Promotion value) {
      return value.terms();
    }

    @Override
    public Draft<Promotion> draft(Fields body, Catalog catalog) {
      Deal deal = deal(body);
      return new Draft<>(
          TermsJson.title(body),
          TermsJson.scope(body, catalog),
          TermsJson.period(body),
          terms -> new Promotion(terms, deal));
    }

    @Override
    public void members(JsonWriter json, Promotion value) {
      switch (value.deal()) {
        case Deal.PercentOff(int percent) ->
            json.field("kind", PromotionStore.PERCENT_OFF).field("percent", percent);
        case Deal.AmountOff(long amount, String currency) ->
            json.field("kind", PromotionStore.AMOUNT_OFF).money("amount", amount, currency);
        case Deal.SpendAndSave(List<Tier> tiers, String currency, boolean repeats) -> {
          json.field("kind", PromotionStore.SPEND_AND_SAVE).name("tiers").beginArray();
          for (Tier tier : tiers) {
            json.beginObject()
                .money("spend", tier.spend(), currency)
                .money("save", tier.save(), currency)
                .endObject();
          }
          json.endArray().field("repeats", repeats);
        }
      }
    }

    @Override
    public List<Changed<Promotion>> before(long id, int most) {
      return store.promotionsBefore(id, most);
    }

    @Override
    public Optional<Changed<Promotion>> find(long id) {
      return store.findPromotion(id);
    }

    @Override
    public Optional<Changed<Promotion>> find(Tx tx, long id) {
      return PromotionStore.findPromotion(tx, id);
    }

    @Override
    public long live(Tx tx) {
      return PromotionStore.livePromotions(tx);
    }

    @Override
    public long nextId(Tx tx) {
      return PromotionStore.nextPromotionId(tx);
    }

    @Override
    public void insert(Tx tx, Promotion value) {
      PromotionStore.insert(tx, value);
    }

    @Override
    public void update(Tx tx, Promotion value) {
      PromotionStore.update(tx, value);
    }

    @Override
    public void withdraw(Tx tx, Promotion value) {
      PromotionStore.withdraw(tx, value);
    }
  }
}
