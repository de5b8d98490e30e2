package io.tidegate.examples.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What was answered is there after any end, and what two want at once one of them gets. */
final class BookTest {

  private static final JsonMapper JSON = JsonMapper.shared();

  @TempDir private Path folder;

  private Book book() throws IOException {
    return new Book(folder.resolve("book"));
  }

  private static Parcel accepted(String name) {
    return Parcel.accepted(name, JSON.readTree("{\"to\":{\"name\":\"王芳\"}}"), 1);
  }

  @Test
  void a_line_that_was_broken_off_costs_nothing_that_was_answered() throws IOException {
    try (Book book = book()) {
      Parcel first = book.add(accepted("1S1"));
      book.change(first, seen -> seen.in(State.PICKED, 2));
      book.add(accepted("2S1"));
    }
    Files.writeString(
        folder.resolve("book"), "{\"parcel\":\"3S1\",\"sta", StandardOpenOption.APPEND);
    for (int life = 0; life < 2; life++) { // the second reads what the first wrote anew
      try (Book book = book()) {
        assertThat(book.find("1S1").orElseThrow().state()).isEqualTo(State.PICKED);
        assertThat(book.find("2S1").orElseThrow().order().toString()).contains("王芳");
        assertThat(book.find("3S1")).isEmpty();
        assertThat(book.open()).extracting(Parcel::name).containsExactly("1S1", "2S1");
      }
    }
  }

  @Test
  void of_stopping_and_packing_the_later_one_finds_it_done() throws IOException {
    try (Book book = book()) {
      Parcel seen = book.add(accepted("1S1"));
      Parcel picked = book.change(seen, parcel -> parcel.in(State.PICKED, 2));
      book.change(picked, parcel -> parcel.in(State.STOPPED, 3).toldOf(State.STOPPED));
      assertThat(book.change(picked, parcel -> parcel.in(State.PACKED, 4)).state())
          .isEqualTo(State.STOPPED);
      assertThat(book.add(accepted("1S1")).state()).isEqualTo(State.STOPPED);
      assertThat(book.open()).isEmpty();
    }
    try (Book book = book()) {
      assertThat(book.find("1S1").orElseThrow().state()).isEqualTo(State.STOPPED);
    }
    assertThat(Files.readString(folder.resolve("book"))).doesNotContain("王芳");
  }

  @Test
  void what_ended_takes_no_room_and_its_name_is_kept_for_a_while() throws IOException {
    try (Book book = new Book(folder.resolve("book"), 2, 2)) {
      Parcel first = book.add(accepted("1S1"));
      assertThat(book.isFull()).isFalse();
      book.add(accepted("2S1"));
      assertThat(book.isFull()).isTrue();
      book.change(first, seen -> seen.in(State.STOPPED, 2).toldOf(State.STOPPED));
      assertThat(book.isFull()).isFalse();
      book.add(Parcel.stopped("3S1", 3));
      assertThat(book.find("1S1")).isPresent();
      book.add(Parcel.stopped("4S1", 4));
      assertThat(book.isFull()).isFalse();
      assertThat(book.find("1S1")).isEmpty();
      assertThat(book.find("2S1")).isPresent(); // it is under way
      assertThat(book.find("3S1")).isPresent();
    }
  }
}
