package io.tidegate.server.console;

import io.tidegate.platform.identity.Caller;
import java.util.Locale;
import java.util.Set;

/** A part of the console, with the roles that may see it; {@code admin} sees all. */
enum Section {
  ORDERS("/console/orders"),
  REFUNDS("/console/refunds"),
  RETURNS("/console/returns"),
  PARKED("/console/parked"),
  RECONCILIATION("/console/reconciliation"),
  STUCK("/console/stuck"),
  GOODS("/console/goods"),
  FREIGHT("/console/freight"),
  PROMOTIONS("/console/promotions"),
  COUPONS("/console/coupons"),
  FLASH_SALES("/console/flash-sales"),
  REPORTS("/console/reports"),
  SQL("/console/sql"),
  FEED("/console/feed"),
  WEBHOOKS("/console/webhooks"),
  DEAD_LETTERS("/console/dead-letters"),
  AUDIT("/console/audit"),
  AUDIT_LOG("/console/audit-log"),
  MONITORING("/console/monitoring"),
  HEALTH("/console/health");

  private static final String ALL = "admin";

  private final String path;

  Section(String path) {
    this.path = path;
  }

  String path() {
    return path;
  }

  /** Its name in text keys and of its icon. */
  String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  private Set<String> roles() {
    return switch (this) {
      case ORDERS, RETURNS -> Set.of("support", "warehouse", "finance");
      case REFUNDS, PARKED, RECONCILIATION -> Set.of("support", "finance");
      case STUCK -> Set.of("support", "warehouse");
      case GOODS, FREIGHT, FLASH_SALES -> Set.of("support", "warehouse", "finance", "marketing");
      case PROMOTIONS -> Set.of("marketing", "support", "finance");
      case REPORTS -> Set.of("finance", "marketing");
      case SQL -> Set.of("finance");
      case COUPONS -> Set.of("marketing", "support");
      case DEAD_LETTERS -> Set.of("support");
      case AUDIT -> Set.of("support", "finance");
      case AUDIT_LOG, FEED, WEBHOOKS -> Set.of();
      case MONITORING, HEALTH -> Set.of("support", "warehouse", "finance", "marketing");
    };
  }

  boolean allows(Caller staff) {
    return staff.roles().contains(ALL) || staff.roles().stream().anyMatch(roles()::contains);
  }
}
