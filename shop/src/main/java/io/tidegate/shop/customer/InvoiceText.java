package io.tidegate.shop.customer;

import io.tidegate.platform.http.JsonWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The stored form of an invoice, documented in the migration that makes its column. */
public final class InvoiceText {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final int VERSION = 1;

  private InvoiceText() {}

  /** Null where none is wanted, which costs a row nothing. */
  public static @Nullable String of(Invoice invoice) {
    return switch (invoice) {
      case Invoice.None _ -> null;
      case Invoice.Personal(String title) -> text(InvoiceRules.Type.PERSONAL, title);
      case Invoice.Company(String title, String taxNumber) ->
          text(InvoiceRules.Type.COMPANY, title, taxNumber);
    };
  }

  public static Invoice read(@Nullable String text) {
    if (text == null) {
      return Invoice.none();
    }
    JsonNode all = MAPPER.readTree(text);
    if (!all.isArray() || all.path(0).asInt(0) != VERSION) {
      throw new IllegalStateException("a stored invoice can't be read");
    }
    String type = string(all, 1);
    if (type.equals(InvoiceRules.Type.PERSONAL.code())) {
      return new Invoice.Personal(string(all, 2));
    }
    if (type.equals(InvoiceRules.Type.COMPANY.code())) {
      return new Invoice.Company(string(all, 2), string(all, 3));
    }
    throw new IllegalStateException("a stored invoice has no type");
  }

  private static String string(JsonNode all, int at) {
    return all.required(at).stringValue();
  }

  private static String text(InvoiceRules.Type type, String... rest) {
    JsonWriter json = new JsonWriter(128).beginArray().value(VERSION).value(type.code());
    for (String each : rest) {
      json.value(each);
    }
    return new String(json.endArray().toBytes(), StandardCharsets.UTF_8);
  }
}
