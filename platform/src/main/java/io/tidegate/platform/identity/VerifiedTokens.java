package io.tidegate.platform.identity;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tokens verified of late, by their text.
 *
 * <p>Two generations bound it: when the young one is full it becomes the old one, and the old one
 * is forgotten. What is still in use moves back to the young one when it is read.
 */
final class VerifiedTokens {
  /** A caller, and the millisecond from which the token is no longer valid. */
  record Entry(Caller caller, long expiresMillis) {}

  private final int generationMax;
  private volatile ConcurrentHashMap<String, Entry> young = new ConcurrentHashMap<>();
  private volatile ConcurrentHashMap<String, Entry> old = new ConcurrentHashMap<>();

  VerifiedTokens(int tokensMax) {
    this.generationMax = tokensMax / 2;
  }

  @Nullable Caller find(String token, long nowMillis) {
    Entry entry = young.get(token);
    if (entry == null) {
      entry = old.get(token);
      if (entry == null) {
        return null;
      }
      put(token, entry);
    }
    return entry.expiresMillis() > nowMillis ? entry.caller() : null;
  }

  void put(String token, Entry entry) {
    if (young.mappingCount() >= generationMax) {
      turn();
    }
    young.put(token, entry);
  }

  private synchronized void turn() {
    if (young.mappingCount() >= generationMax) {
      old = young;
      young = new ConcurrentHashMap<>();
    }
  }

  long size() {
    return young.mappingCount() + old.mappingCount();
  }
}
