package io.tidegate.platform.db;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What one transaction over large sets does. It runs once. */
@FunctionalInterface
public interface BulkWork<R extends @Nullable Object> {
  R run(Bulk bulk) throws IOException;
}
