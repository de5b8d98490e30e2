package io.tidegate.server.cli;

import java.util.Locale;

/** What a member of the staff may be. */
enum StaffRole {
  ADMIN,
  SUPPORT,
  WAREHOUSE,
  FINANCE,
  MARKETING;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
