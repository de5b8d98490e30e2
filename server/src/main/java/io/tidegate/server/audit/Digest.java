package io.tidegate.server.audit;

/**
 * Hashes whose sums tell whether two heaps of rows are the same, in whatever order they are read.
 */
final class Digest {

  private Digest() {}

  /** Of two numbers. */
  static long of(long a, long b) {
    return mixed(mixed(a + 0x9e3779b97f4a7c15L) ^ b);
  }

  static long of(long a, long b, long c) {
    return of(of(a, b), c);
  }

  /** Of a text. */
  static long of(String text) {
    long hash = text.length();
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    return mixed(hash);
  }

  /** The finalizer of SplitMix64: each bit of the input moves about half of the output's. */
  private static long mixed(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
