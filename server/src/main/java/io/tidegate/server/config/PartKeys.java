package io.tidegate.server.config;

import java.util.List;

/** The keys of the systems of others that stand in for parts of ours, docs/parts.md. */
final class PartKeys {
  private static final KeyTable TABLE = new KeyTable();

  static final Key<String> WAREHOUSE_OUTSIDE_URL =
      TABLE.key(
          "warehouse.outside.url",
          Kinds.webAddress(),
          "",
          "A warehouse of others that ships instead of ours, docs/parts.md; empty: none.");
  static final Key<Secret> WAREHOUSE_OUTSIDE_SECRET =
      TABLE.key(
          "warehouse.outside.secret",
          Kinds.sharedSecret(),
          "",
          Key.Shown.NOTHING,
          "Signs what that warehouse and we say to each other; without the address, only its"
              + " reports.");
  static final Key<String> NOTIFICATION_OUTSIDE_URL =
      TABLE.key(
          "notification.outside.url",
          Kinds.webAddress(),
          "",
          "A system of others that sends messages to customers, docs/parts.md; empty: none.");
  static final Key<Secret> NOTIFICATION_OUTSIDE_SECRET =
      TABLE.key(
          "notification.outside.secret",
          Kinds.sharedSecret(),
          "",
          Key.Shown.NOTHING,
          "Signs what that system and we say to each other.");
  static final Key<String> GRANTS_OUTSIDE_URL =
      TABLE.key(
          "grants.outside.url",
          Kinds.webAddress(),
          "",
          "A system of others that decides what paid orders bring, docs/parts.md; empty: our rules.");
  static final Key<Secret> GRANTS_OUTSIDE_SECRET =
      TABLE.key(
          "grants.outside.secret",
          Kinds.sharedSecret(),
          "",
          Key.Shown.NOTHING,
          "Signs what that system and we say to each other.");
  static final Key<Secret> STOCK_FEED_SECRET =
      TABLE.key(
          "stock.feed.secret",
          Kinds.sharedSecret(),
          "",
          Key.Shown.NOTHING,
          "Signs what a stock system of others feeds, docs/parts.md; empty: nobody may.");
  static final Key<Secret> CATALOG_FEED_SECRET =
      TABLE.key(
          "catalog.feed.secret",
          Kinds.sharedSecret(),
          "",
          Key.Shown.NOTHING,
          "Signs what a catalogue of others feeds, docs/parts.md; empty: nobody may.");

  private PartKeys() {}

  /** All of them, in the order in which they are shown. */
  static List<Key<?>> all() {
    return TABLE.all();
  }
}
