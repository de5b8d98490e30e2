package io.tidegate.server.console;

import io.tidegate.platform.identity.Caller;
import java.util.Locale;
import java.util.Set;

/** A part of the console, with the roles that may see it; {@code admin} sees all. */
enum Section {
  ORDERS("/console/orders"),
  DEAD_LETTERS("/console/dead-letters"),
  AUDIT("/console/audit"),
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
      case ORDERS -> Set.of("support", "warehouse", "finance");
      case DEAD_LETTERS -> Set.of("support");
      case AUDIT -> Set.of("support", "finance");
      case HEALTH -> Set.of("support", "warehouse", "finance", "marketing");
    };
  }

  boolean allows(Caller staff) {
    return staff.roles().contains(ALL) || staff.roles().stream().anyMatch(roles()::contains);
  }
}
