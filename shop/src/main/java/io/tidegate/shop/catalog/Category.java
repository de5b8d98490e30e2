package io.tidegate.shop.catalog;

import java.util.Arrays;
import java.util.Locale;

/** A department of the shop, by which customers browse. */
public enum Category {
  PHONES("手机", "Phones"),
  ELECTRONICS("数码电脑", "Electronics"),
  HOME("家居", "Home"),
  KITCHEN("厨房", "Kitchen"),
  WOMEN("女装", "Women"),
  MEN("男装", "Men"),
  SHOES("鞋靴", "Shoes"),
  BEAUTY("美妆个护", "Beauty"),
  BABY("母婴", "Mother and baby"),
  FOOD("食品", "Food"),
  DRINKS("茶饮酒水", "Drinks"),
  BOOKS("图书", "Books"),
  SPORTS("运动户外", "Sports and outdoors"),
  TOYS("玩具", "Toys"),
  PETS("宠物", "Pets"),
  OFFICE("办公文具", "Office");

  private final String titleZh;
  private final String titleEn;

  Category(String titleZh, String titleEn) {
    this.titleZh = titleZh;
    this.titleEn = titleEn;
  }

  public String titleZh() {
    return titleZh;
  }

  public String titleEn() {
    return titleEn;
  }

  /** Its name in the API and in tables, such as {@code phones}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The category of a code.
   *
   * @throws IllegalArgumentException for a code that none has
   */
  public static Category of(String code) {
    return Arrays.stream(values())
        .filter(category -> category.code().equals(code))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no category " + code));
  }
}
