package io.tidegate.shop.catalog;

import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.catalog.CatalogFeed.FedSku;
import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.kernel.SkuCode;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Products and SKUs as staff send and see them. */
final class GoodsJson {

  private static final Set<String> CATEGORIES =
      Arrays.stream(Category.values()).map(Category::code).collect(Collectors.toUnmodifiableSet());

  private GoodsJson() {}

  static String productId(Fields body) {
    String id = body.string("id", GoodsRules.ID_CHARS_MAX);
    if (!id.isEmpty() && !GoodsRules.isProductId(id)) {
      body.refuse("id", GoodsRules.PRODUCT_ID);
    }
    return id;
  }

  static String skuCode(Fields body) {
    String code = body.string("sku", SkuCode.CHARS_MAX);
    if (!code.isEmpty() && !SkuCode.isValid(code)) {
      body.refuse("sku", GoodsRules.SKU_CODE);
    }
    return code;
  }

  /** The product that a SKU belongs to. */
  static String product(Fields body) {
    return body.string("product", GoodsRules.ID_CHARS_MAX);
  }

  static ProductWish productWish(Fields body) {
    return new ProductWish(
        body.choice("category", CATEGORIES),
        body.line("titleZh", GoodsRules.TITLE_CHARS_MAX),
        body.line("titleEn", GoodsRules.TITLE_CHARS_MAX),
        body.optionalChoice("glyph", GoodsRules.glyphs()),
        body.optionalBool("active"));
  }

  static SkuForm sku(Fields body, String product) {
    Fields.Amount price = PriceJson.price(body, "price");
    String titleZh = body.optionalLine("titleZh", GoodsRules.TITLE_CHARS_MAX);
    String titleEn = body.optionalLine("titleEn", GoodsRules.TITLE_CHARS_MAX);
    Boolean active = body.optionalBool("active");
    return new SkuForm(
        product,
        titleZh == null ? "" : titleZh,
        titleEn == null ? "" : titleEn,
        new Money(price.amount(), price.currency().length() == 3 ? price.currency() : Money.CNY),
        (int) body.integer("weightGrams", 0, GoodsRules.WEIGHT_GRAMS_MAX),
        active == null || active);
  }

  /** A SKU as a catalogue outside has it. */
  static FedSku fedSku(Fields body) {
    String code = skuCode(body);
    Fields.Amount price = PriceJson.price(body, "price");
    return new FedSku(
        code,
        body.optionalLine("titleZh", GoodsRules.TITLE_CHARS_MAX),
        body.optionalLine("titleEn", GoodsRules.TITLE_CHARS_MAX),
        new Money(price.amount(), price.currency().length() == 3 ? price.currency() : Money.CNY),
        (int) body.integer("weightGrams", 0, GoodsRules.WEIGHT_GRAMS_MAX),
        body.optionalBool("active"));
  }

  static void write(JsonWriter json, StoredProduct product, List<StoredSku> skus) {
    ProductForm form = product.form();
    json.beginObject()
        .field("id", product.id())
        .field("version", product.version())
        .field("category", form.category())
        .field("titleZh", form.titleZh())
        .field("titleEn", form.titleEn())
        .field("glyph", form.glyph())
        .field("active", form.active())
        .name("skus")
        .beginArray();
    skus.forEach(sku -> write(json, sku));
    json.endArray().endObject();
  }

  static void write(JsonWriter json, StoredSku sku) {
    SkuForm form = sku.form();
    json.beginObject()
        .field("sku", sku.code())
        .field("product", form.product())
        .field("version", sku.version())
        .field("titleZh", form.titleZh())
        .field("titleEn", form.titleEn())
        .money("price", form.price().amount(), form.price().currency())
        .field("weightGrams", form.weightGrams())
        .field("active", form.active())
        .endObject();
  }
}
