package io.tidegate.platform.db;

/**
 * A place in the one order in which row locks are taken.
 *
 * <p>A transaction asks for ranks in rising order only, and within a rank by key, so that two of
 * them never wait for each other.
 */
public interface Rank {

  /** Its place; lower is locked first. */
  int level();

  String name();
}
