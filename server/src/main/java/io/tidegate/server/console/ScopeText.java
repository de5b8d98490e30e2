package io.tidegate.server.console;

import io.tidegate.shop.catalog.Category;
import io.tidegate.shop.promotion.Scope;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Which goods something is for, in words and as a form has it. */
final class ScopeText {
  private static final int SKUS_SHOWN_MAX = 3;

  private ScopeText() {}

  static String of(Scope scope, Texts t) {
    return switch (scope) {
      case Scope.Shop() -> t.of("scope.shop");
      case Scope.InCategory(String code) ->
          Arrays.stream(Category.values())
              .filter(each -> each.code().equals(code))
              .map(each -> title(each, t))
              .findFirst()
              .orElse(code);
      case Scope.OfSkus(Set<String> skus) -> some(skus.stream().sorted().toList(), t);
    };
  }

  /** The first of a list, and how many more there are. */
  static String some(List<String> all, Texts t) {
    String first = all.stream().limit(SKUS_SHOWN_MAX).collect(Collectors.joining(", "));
    int more = all.size() - SKUS_SHOWN_MAX;
    return more > 0 ? first + " " + t.with("scope.more", more) : first;
  }

  private static String title(Category category, Texts t) {
    return switch (t.language()) {
      case ZH -> category.titleZh();
      case EN -> category.titleEn();
    };
  }

  /** The ways to say which goods. */
  static List<OrderList.Choice> kinds(Texts t) {
    return List.of(
        new OrderList.Choice("shop", t.of("scope.shop"), true),
        new OrderList.Choice("category", t.of("scope.category"), false),
        new OrderList.Choice("skus", t.of("scope.skus"), false));
  }

  static List<OrderList.Choice> categories(Texts t) {
    return Arrays.stream(Category.values())
        .map(each -> new OrderList.Choice(each.code(), title(each, t), false))
        .toList();
  }

  static void fill(Map<String, String> values, Scope scope) {
    switch (scope) {
      case Scope.Shop() -> values.put("scope", "shop");
      case Scope.InCategory(String code) -> {
        values.put("scope", "category");
        values.put("category", code);
      }
      case Scope.OfSkus(Set<String> skus) -> {
        values.put("scope", "skus");
        values.put("skus", skus.stream().sorted().collect(Collectors.joining("\n")));
      }
    }
  }
}
