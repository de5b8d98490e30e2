package io.tidegate.shop.reporting;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the lake: with views of what counts now. Where a file turns out to be broken meanwhile, it
 * is made again and the question asked once more.
 */
public final class LakeReader {

  private static final Logger log = LoggerFactory.getLogger(LakeReader.class);

  /** What DuckDB's message begins with where it is the question that is wrong, or its bounds. */
  private static final List<String> NO_FILES_FAULT =
      List.of(
          "Binder Error",
          "Parser Error",
          "Catalog Error",
          "Conversion Error",
          "Out of Range Error",
          "Out of Memory Error",
          "INTERRUPT Error",
          "Permission Error",
          "Not implemented Error");

  /** A question. */
  @FunctionalInterface
  public interface Work<R extends @Nullable Object> {
    /** Asks it; may be called twice. */
    R run(Connection connection) throws SQLException;
  }

  private final Lake lake;
  private final LakeViews views;
  private final @Nullable LakeRepair repair;

  /**
   * @param repair none: nothing is changed, and a question that meets a broken file fails
   */
  public LakeReader(LakeGround ground, @Nullable LakeRepair repair) {
    this.lake = ground.lake();
    this.views = ground.views();
    this.repair = repair;
  }

  public <R extends @Nullable Object> R read(Work<R> work) throws SQLException {
    try {
      return once(work);
    } catch (SQLException e) {
      LakeRepair mending = repair;
      if (mending == null || !mayBeAFile(e)) {
        throw e;
      }
      log.warn("a question to the lake failed; its files are looked at: {}", e.getMessage());
      try {
        mending.verify(true);
      } catch (IOException broken) {
        e.addSuppressed(broken);
        throw e;
      }
      return once(work);
    }
  }

  private <R extends @Nullable Object> R once(Work<R> work) throws SQLException {
    try (Connection connection = lake.connect()) {
      views.refresh(connection);
      return work.run(connection);
    }
  }

  /** Whether a file may be to blame: the message doesn't say that it is the question. */
  static boolean mayBeAFile(SQLException e) {
    String message = String.valueOf(e.getMessage());
    return NO_FILES_FAULT.stream().noneMatch(message::contains);
  }
}
