package io.tidegate.harness.simulators;

import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/**
 * A charge as Stripe tells it whole: some 3 KB, most of which a merchant never looks at, but has to
 * take.
 */
final class StripeCharge {
  private StripeCharge() {}

  static ObjectNode of(Payment payment, Payment.Captured captured) {
    String id = "ch_" + payment.id();
    String currency = payment.currency().toLowerCase(Locale.ROOT);
    ObjectNode json =
        Json.object()
            .put("id", id)
            .put("object", "charge")
            .put("amount", payment.amount())
            .put("amount_captured", payment.amount())
            .put("amount_refunded", 0)
            .put("balance_transaction", "txn_c" + payment.id())
            .put("calculated_statement_descriptor", "TIDEGATE DEMO SHOP")
            .put("captured", true)
            .put("created", captured.atMillis() / 1_000)
            .put("currency", currency)
            .put("description", payment.subject())
            .put("disputed", false)
            .put("livemode", false)
            .put("paid", true)
            .put("payment_intent", StripeEvents.intentId(payment))
            .put("payment_method", "pm_" + payment.id())
            .put("receipt_email", "someone@example.com")
            .put("receipt_number", "1000-" + payment.id())
            .put("receipt_url", "https://pay.example.com/receipts/payment/" + longToken(id))
            .put("refunded", false)
            .put("status", "succeeded");
    for (String none :
        new String[] {
          "application",
          "application_fee",
          "application_fee_amount",
          "customer",
          "failure_balance_transaction",
          "failure_code",
          "failure_message",
          "on_behalf_of",
          "review",
          "shipping",
          "source_transfer",
          "statement_descriptor",
          "statement_descriptor_suffix",
          "transfer_data",
          "transfer_group"
        }) {
      json.putNull(none);
    }
    json.putObject("fraud_details");
    json.putObject("metadata").put("payment", payment.id());
    person(json.putObject("billing_details"));
    outcome(json.putObject("outcome"));
    card(json.putObject("payment_method_details").put("type", "card").putObject("card"), payment);
    return json;
  }

  private static void person(ObjectNode json) {
    json.put("email", "someone@example.com").put("name", "Some One").putNull("phone");
    json.putNull("tax_id")
        .putObject("address")
        .put("city", "Springfield")
        .put("country", "US")
        .put("line1", "742 Evergreen Terrace")
        .putNull("line2")
        .put("postal_code", "12345")
        .putNull("state");
  }

  private static void outcome(ObjectNode json) {
    json.putNull("advice_code")
        .putNull("network_advice_code")
        .putNull("network_decline_code")
        .put("network_status", "approved_by_network")
        .putNull("reason")
        .put("risk_level", "normal")
        .put("risk_score", 17)
        .put("seller_message", "Payment complete.")
        .put("type", "authorized");
  }

  private static void card(ObjectNode json, Payment payment) {
    json.put("amount_authorized", payment.amount())
        .put("authorization_code", "004242")
        .put("brand", "visa")
        .put("country", "US")
        .put("exp_month", 12)
        .put("exp_year", 2_034)
        .put("fingerprint", "Xt5EWLLDS7FJjR1c")
        .put("funding", "credit")
        .putNull("installments")
        .put("last4", "4242")
        .putNull("mandate")
        .put("network", "visa")
        .put("network_transaction_id", "976910110049114")
        .put("regulated_status", "unregulated")
        .putNull("three_d_secure")
        .putNull("wallet");
    ObjectNode checks = json.putObject("checks");
    checks.put("address_line1_check", "pass");
    checks.put("address_postal_code_check", "pass").put("cvc_check", "pass");
    for (String kind : new String[] {"extended_authorization", "multicapture", "overcapture"}) {
      json.putObject(kind).put("status", "unavailable");
    }
    json.putObject("incremental_authorization").put("status", "unavailable");
    json.putObject("network_token").put("used", false);
  }

  /** Addresses of receipts carry a long secret. */
  private static String longToken(String seed) {
    return (seed + "CAcaFwoVYWNjdF8xTTJKVGtMa2RJd0h1N2l4KOvG06AGMgZfBXyr1aw6LBa9vaaSRWU96d8")
            .repeat(8)
        + "?s=ap";
  }
}
