package io.tidegate.harness.bench;

/**
 * Which events of the log {@code l} the relay {@code r} has not published: by its snapshot, since
 * what commits late lies below the highest published position.
 */
public final class Unpublished {
  /** A condition on {@code messaging.log l, messaging.relay r}. */
  public static final String SQL =
      "l.position > r.base and l.xid >= pg_snapshot_xmin(r.snapshot)"
          + " and not pg_visible_in_snapshot(l.xid, r.snapshot)";

  private Unpublished() {}
}
