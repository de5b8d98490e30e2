package io.tidegate.platform.http;

import org.jspecify.annotations.Nullable;

/**
 * The ETag of a thing that changes: {@code "VERSION.HASH"}.
 *
 * @param version rises with every change that a writer must have seen
 * @param hash over the parts that change without the version; letters and digits
 */
public record EntityTag(long version, String hash) {
  /** More tags in a header are not looked at. */
  static final int TAGS_MAX = 32;

  /** The header's value, quotes included. */
  public String header() {
    return "\"" + version + "." + hash + "\"";
  }

  /** Whether the client has exactly this already (If-None-Match): answer 304. */
  public boolean known(Request request) {
    String header = request.header("If-None-Match");
    if (header == null) {
      return false;
    }
    if (header.trim().equals("*")) {
      return true;
    }
    String mine = header();
    for (String tag : header.split(",", TAGS_MAX)) {
      String trimmed = tag.trim();
      // If-None-Match compares weakly (RFC 9110, 8.8.3.2).
      if ((trimmed.startsWith("W/") ? trimmed.substring(2) : trimmed).equals(mine)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Checks If-Match against the present version, where the client sent it.
   *
   * @throws Problem 412 when it names another version
   */
  public static void checkIfMatch(Request request, long version) {
    String header = request.header("If-Match");
    if (header != null && !names(header, version)) {
      throw Problem.preconditionFailed();
    }
  }

  /**
   * The version that If-Match names, for a check under a lock.
   *
   * @return null where any version will do ({@code *})
   * @throws Problem 428 when the header is missing, 412 when it names no version that can match
   */
  public static @Nullable Long requiredIfMatch(Request request) {
    String header = request.header("If-Match");
    if (header == null) {
      throw Problem.preconditionRequired();
    }
    if (header.trim().equals("*")) {
      return null;
    }
    if (header.indexOf(',') >= 0) {
      throw Problem.invalid("If-Match", "must name one ETag here");
    }
    long version = versionOf(header.trim());
    if (version < 0) {
      throw Problem.preconditionFailed();
    }
    return version;
  }

  private static boolean names(String header, long version) {
    if (header.trim().equals("*")) {
      return true;
    }
    for (String tag : header.split(",", TAGS_MAX)) {
      if (versionOf(tag.trim()) == version) {
        return true;
      }
    }
    return false;
  }

  /** The version in a strong tag; -1 for anything else, weak tags too: they never match a write. */
  private static long versionOf(String tag) {
    int dot = tag.indexOf('.');
    int end = dot < 0 ? tag.length() - 1 : dot;
    boolean quoted = tag.length() >= 3 && tag.startsWith("\"") && tag.endsWith("\"");
    if (!quoted || end < 2 || end > 19) {
      return -1;
    }
    long version = 0;
    for (int i = 1; i < end; i++) {
      char c = tag.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      version = version * 10 + (c - '0');
    }
    return version;
  }
}
