package io.tidegate.server.config;

/** What a node does; several nodes may share the work. */
public enum Role {
  API,
  RELAY,
  CONSUMERS,
  FLASH,
  CONSOLE,
  REPORTS
}
