package com.example.promotion;

import tools.jackson.databind.JsonNode;

/** A version of this service: which fields of the event it reads, and what it makes of them. */
enum Release {
  V5 {
    @Override
    Award award(JsonNode paid) {
      return Campaign5.award(
          paid.required("number").asString(),
          paid.required("user").asString(),
          paid.required("total").asLong(),
          paid.required("currency").asString(),
          paid.required("paidAt").asString());
    }
  },
  V7 {
    @Override
    Award award(JsonNode paid) {
      return Campaign7.award(
          paid.required("number").asString(),
          paid.required("user").asString(),
          paid.required("total").asLong(),
          paid.required("currency").asString(),
          paid.required("paidAt").asString(),
          paid.required("region").asString(),
          channel(paid));
    }
  };

  /**
   * Fields that a release doesn't know are passed over: that is all it takes to read new events.
   */
  abstract Award award(JsonNode paid);

  /** The group that it consumes as: each release has a place of its own in the topic. */
  String group() {
    return "promotion-" + name().toLowerCase(java.util.Locale.ROOT);
  }

  /**
   * A field that came later is absent in what was written before it. The contract says what stands
   * for it there: pieces that were set aside for a sale have its pool.
   */
  private static String channel(JsonNode paid) {
    String told = paid.path("channel").asString("");
    if (!told.isEmpty()) {
      return told;
    }
    return paid.path("items").valueStream().anyMatch(item -> item.has("pool"))
        ? Campaign7.FLASH_SALE
        : "shop";
  }
}
