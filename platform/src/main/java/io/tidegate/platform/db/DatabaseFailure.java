package io.tidegate.platform.db;

import org.jspecify.annotations.Nullable;

/** What the database answered instead of doing the work, by what can be done about it. */
public abstract sealed class DatabaseFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private DatabaseFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * It may pass: deadlock, lock time-out, lost connection, full disk, shutdown. Nothing is kept.
   */
  public static final class Transient extends DatabaseFailure {
    private static final long serialVersionUID = 1L;

    public Transient(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A unique key, a CHECK or an expected number of rows says no: load again, decide again. */
  public static final class Conflict extends DatabaseFailure {
    private static final long serialVersionUID = 1L;

    public Conflict(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A value that the database refuses: one command's fault. */
  public static final class BadData extends DatabaseFailure {
    private static final long serialVersionUID = 1L;

    public BadData(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The program's own mistake, or a damaged database. */
  public static final class Broken extends DatabaseFailure {
    private static final long serialVersionUID = 1L;

    public Broken(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * The connection died in COMMIT and the database could not be asked within the limit. The same
   * command again settles it.
   */
  public static final class CommitUnknown extends DatabaseFailure {
    private static final long serialVersionUID = 1L;

    public CommitUnknown(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
