package io.tidegate.server.console;

import io.tidegate.shop.catalog.Catalog;
import io.tidegate.shop.catalog.Category;
import io.tidegate.shop.catalog.Offer;
import io.tidegate.shop.customer.RegionNames;
import io.tidegate.shop.customer.Regions;
import java.util.Arrays;

/** What people call what reports name by codes. */
final class ReportNames {
  private static final int PROVINCE_DIGITS = 2;

  private final Catalog catalog;

  ReportNames(Catalog catalog) {
    this.catalog = catalog;
  }

  /** A value of a column of texts; the code itself where nobody has a name for it. */
  String of(String column, String code, Texts t) {
    if (code.isEmpty()) {
      return Numbers.DASH;
    }
    return switch (column) {
      case "state" -> t.named("state", code);
      case "category" -> category(code, t);
      case "region" -> region(code);
      case "product" -> product(code, t);
      case "reason" -> t.named("refund_reason", code);
      case "step" -> t.named("report_step", code);
      case "type" -> t.named("report_step", code);
      default -> code;
    };
  }

  /** What a value of a column is, beneath it; empty where it says so itself. */
  String note(String column, String code, Texts t) {
    if (!column.equals("sku")) {
      return "";
    }
    Offer offer = catalog.offer(code);
    return offer == null ? "" : product(offer.product(), t) + variant(offer, t);
  }

  private static String variant(Offer offer, Texts t) {
    String variant =
        switch (t.language()) {
          case ZH -> offer.titleZh();
          case EN -> offer.titleEn();
        };
    return variant.isEmpty() ? "" : ", " + variant;
  }

  private String product(String id, Texts t) {
    return catalog
        .product(id)
        .map(product ->
            switch (t.language()) {
              case ZH -> product.titleZh();
              case EN -> product.titleEn();
            })
        .orElse(id);
  }

  private static String category(String code, Texts t) {
    return Arrays.stream(Category.values())
        .filter(category -> category.code().equals(code))
        .findFirst()
        .map(category ->
            switch (t.language()) {
              case ZH -> category.titleZh();
              case EN -> category.titleEn();
            })
        .orElse(code);
  }

  /** A district, or a province by its two digits; both have Chinese names only. */
  private static String region(String code) {
    return code.length() == PROVINCE_DIGITS
        ? Regions.all().province(code + "0000").orElse(code)
        : Regions.all().names(code).map(RegionNames::line).orElse(code);
  }
}
