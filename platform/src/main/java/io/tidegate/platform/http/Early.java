package io.tidegate.platform.http;

import org.jspecify.annotations.Nullable;

/**
 * A look at a request from its head alone, before trace, query, token, rate and body: whoever knows
 * from memory that it is in vain says so here, and nothing else is spent on it.
 *
 * <p>It runs on the connection's thread ahead of every bound, so it must neither block nor ask a
 * database.
 */
@FunctionalInterface
public interface Early {
  /** The answer, or null where the request shall go its whole way. */
  @Nullable Reply answer(Head head);
}
