package io.tidegate.server.config;

/** What a node does; several nodes may share the work. */
public enum Role {
  API,
  RELAY,
  CONSUMERS,
  FLASH,
  CONSOLE,

  /**
   * The lake and its reports, in a process of their own: a child, or a node that does this alone.
   */
  REPORTS
}
