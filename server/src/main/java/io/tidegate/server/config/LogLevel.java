package io.tidegate.server.config;

/** How much is written to the log file. */
public enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG
}
