package io.tidegate.platform.db;

import org.jspecify.annotations.Nullable;

/** What one transaction does. It may run more than once, so it has no effect outside. */
@FunctionalInterface
public interface TxWork<R extends @Nullable Object> {
  R run(Tx tx);
}
