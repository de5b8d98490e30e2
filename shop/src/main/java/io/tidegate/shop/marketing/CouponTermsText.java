package io.tidegate.shop.marketing;

import io.tidegate.platform.db.Row;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.promotion.Scope;
import java.sql.SQLException;
import java.util.Set;

/**
 * The terms of coupons as columns: ten of them in a row, from {@code id} to {@code scope_codes}.
 */
final class CouponTermsText {

  private CouponTermsText() {}

  static CouponTerms read(Row row, int first) throws SQLException {
    Long amount = row.getLongOrNull(first + 3);
    Long percent = row.getLongOrNull(first + 4);
    CouponOff off;
    if (amount != null) {
      off = new CouponOff.Amount(amount);
    } else if (percent != null) {
      off = new CouponOff.Percent(percent.intValue(), row.getLongOrNull(first + 5));
    } else {
      throw new IllegalStateException("a coupon that takes nothing off");
    }
    return new CouponTerms(
        row.getString(first),
        row.getString(first + 1),
        row.getString(first + 2),
        off,
        new Money(row.getLong(first + 6), row.getString(first + 7)),
        scope(row.getString(first + 8), row.getStrings(first + 9)));
  }

  private static Scope scope(String kind, String[] codes) {
    return switch (kind) {
      case "shop" -> new Scope.Shop();
      case "category" -> new Scope.InCategory(codes[0]);
      case "skus" -> new Scope.OfSkus(Set.of(codes));
      default -> throw new IllegalStateException("no scope of coupons: " + kind);
    };
  }

  /** The scope's kind, as it is stored and told outside. */
  static String kind(Scope scope) {
    return switch (scope) {
      case Scope.Shop() -> "shop";
      case Scope.InCategory _ -> "category";
      case Scope.OfSkus _ -> "skus";
    };
  }

  /** What the kind needs to know: the category, or the SKUs in order. */
  static String[] codes(Scope scope) {
    return switch (scope) {
      case Scope.Shop() -> new String[0];
      case Scope.InCategory(String category) -> new String[] {category};
      case Scope.OfSkus(Set<String> skus) -> skus.stream().sorted().toArray(String[]::new);
    };
  }
}
