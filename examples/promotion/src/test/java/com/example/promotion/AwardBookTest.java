package com.example.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Awards on the disk. */
class AwardBookTest {

  private static final Award FIRST = new Award("1", "42", 10);
  private static final Award SECOND = new Award("2", "42", 20);

  @Test
  void anOrderIsAwardedOnceHoweverOftenItIsHeard(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("awards.db");
    try (AwardBook book = new AwardBook(file)) {
      assertThat(book.write(List.of(FIRST, FIRST))).containsExactly(FIRST);
      assertThat(book.write(List.of(SECOND, FIRST))).containsExactly(SECOND);
      assertThat(book.all()).containsExactly(FIRST, SECOND);
    }
    try (AwardBook book = new AwardBook(file)) {
      assertThat(book.write(List.of(FIRST))).as("after a restart").isEmpty();
      assertThat(book.all()).containsExactly(FIRST, SECOND);
    }
  }
}
