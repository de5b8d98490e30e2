package io.tidegate.harness.simulators;

import tools.jackson.databind.node.ObjectNode;

/** The lines of the book's journal, written and read back. */
final class BookFacts {
  sealed interface Fact {}

  record Opened(Payment payment) implements Fact {}

  record Settled(String payment, Payment.Fate fate) implements Fact {}

  record Refunded(Refund refund) implements Fact {}

  private BookFacts() {}

  static ObjectNode opened(Payment p) {
    return Json.object()
        .put("fact", "opened")
        .put("payment", p.id())
        .put("amount", p.amount())
        .put("currency", p.currency())
        .put("subject", p.subject())
        .put("notifyUrl", p.notifyUrl())
        .put("created", p.createdMillis())
        .put("expires", p.expiresMillis());
  }

  static ObjectNode settled(Payment p) {
    ObjectNode fact = Json.object().put("payment", p.id());
    return switch (p.fate()) {
      case Payment.Captured(long serial, long at) ->
          fact.put("fact", "captured").put("serial", serial).put("at", at);
      case Payment.Closed(long at) -> fact.put("fact", "closed").put("at", at);
      case Payment.Pending _ -> throw new IllegalArgumentException("pending is not settled");
    };
  }

  static ObjectNode refunded(Refund r) {
    ObjectNode fact =
        Json.object()
            .put("fact", "refund")
            .put("refund", r.id())
            .put("payment", r.payment())
            .put("amount", r.amount())
            .put("currency", r.currency())
            .put("accepted", r.acceptedMillis())
            .put("succeeds", r.succeedsMillis())
            .put("reverses", r.reversesMillis());
    return r.refusal() == null ? fact : fact.put("refusal", r.refusal());
  }

  static Fact read(ObjectNode f) {
    String kind = text(f, "fact");
    return switch (kind) {
      case "opened" ->
          new Opened(
              new Payment(
                  text(f, "payment"),
                  whole(f, "amount"),
                  text(f, "currency").intern(),
                  text(f, "subject"),
                  text(f, "notifyUrl"),
                  whole(f, "created"),
                  whole(f, "expires"),
                  Payment.Pending.PENDING));
      case "captured" ->
          new Settled(text(f, "payment"), new Payment.Captured(whole(f, "serial"), whole(f, "at")));
      case "closed" -> new Settled(text(f, "payment"), new Payment.Closed(whole(f, "at")));
      case "refund" ->
          new Refunded(
              new Refund(
                  text(f, "refund"),
                  text(f, "payment"),
                  whole(f, "amount"),
                  text(f, "currency").intern(),
                  whole(f, "accepted"),
                  whole(f, "succeeds"),
                  whole(f, "reverses"),
                  f.has("refusal") ? text(f, "refusal") : null));
      default -> throw new IllegalStateException("the journal has an unknown fact: " + kind);
    };
  }

  private static String text(ObjectNode fact, String name) {
    return fact.required(name).stringValue();
  }

  private static long whole(ObjectNode fact, String name) {
    return fact.required(name).longValue();
  }
}
