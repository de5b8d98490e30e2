package io.tidegate.server.console;

import io.tidegate.platform.identity.Caller;
import java.util.Locale;
import java.util.Set;

/** A part of the console, with the roles that may see it; {@code admin} sees all. */
enum Section {
  ORDERS("/console/orders", "support", "warehouse", "finance"),
  DEAD_LETTERS("/console/dead-letters", "support"),
  HEALTH("/console/health", "support", "warehouse", "finance", "marketing");

  private static final String ALL = "admin";

  private final String path;
  private final Set<String> roles;

  Section(String path, String... roles) {
    this.path = path;
    this.roles = Set.of(roles);
  }

  String path() {
    return path;
  }

  /** Its name in text keys and of its icon. */
  String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean allows(Caller staff) {
    return staff.roles().contains(ALL) || staff.roles().stream().anyMatch(roles::contains);
  }
}
