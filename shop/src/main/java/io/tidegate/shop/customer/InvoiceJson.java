package io.tidegate.shop.customer;

import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.JsonWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Invoices as the API takes and shows them: {@code {type, title?, taxNumber?}}. */
public final class InvoiceJson {

  private static final Set<String> TYPES =
      Arrays.stream(InvoiceRules.Type.values())
          .map(InvoiceRules.Type::code)
          .collect(Collectors.toUnmodifiableSet());

  private InvoiceJson() {}

  /**
   * Reads a wish. What is wrong is noted in the fields, which the caller checks; the answer is then
   * none.
   *
   * @param fields the member {@code invoice}; null where there is none
   */
  public static Invoice read(@Nullable Fields fields) {
    if (fields == null) {
      return Invoice.none();
    }
    String code = fields.choice("type", TYPES);
    String title = fields.optionalString("title", InvoiceRules.TITLE_CHARS_MAX * 2);
    String taxNumber = fields.optionalString("taxNumber", InvoiceRules.TAX_NUMBER_CHARS_MAX);
    if (code.isEmpty()) {
      return Invoice.none();
    }
    InvoiceRules.Type type = InvoiceRules.Type.valueOf(code.toUpperCase(Locale.ROOT));
    var faults = InvoiceRules.faults(type, title, taxNumber);
    faults.forEach(fault -> fields.refuse(fault.field(), fault.detail()));
    return faults.isEmpty() ? InvoiceRules.invoice(type, title, taxNumber) : Invoice.none();
  }

  /** Writes the member {@code invoice}; none is left out. */
  public static void write(JsonWriter json, Invoice invoice) {
    switch (invoice) {
      case Invoice.None _ -> {}
      case Invoice.Personal(String title) ->
          json.name("invoice")
              .beginObject()
              .field("type", InvoiceRules.Type.PERSONAL.code())
              .field("title", title)
              .endObject();
      case Invoice.Company(String title, String taxNumber) ->
          json.name("invoice")
              .beginObject()
              .field("type", InvoiceRules.Type.COMPANY.code())
              .field("title", title)
              .field("taxNumber", taxNumber)
              .endObject();
    }
  }
}
