package io.tidegate.shop.reporting;

import java.io.IOException;
import java.nio.file.Path;

/** A second place of the lake's files, under the same paths. */
public interface LakeMirror extends AutoCloseable {

  /** Puts a file there, whole or not at all. */
  void put(Path file, String path) throws IOException;

  /**
   * Gets a file from there.
   *
   * @param bytes its size, or about: for so much it is waited longer
   * @return false where it has none of this path
   */
  boolean get(String path, long bytes, Path into) throws IOException;

  /** Removes a file there; one that is not there is no failure. */
  void remove(String path) throws IOException;

  /** Names the place, the same as long as it is the same. */
  String place();

  @Override
  void close();
}
