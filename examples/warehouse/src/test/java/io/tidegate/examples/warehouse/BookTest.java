package io.tidegate.examples.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
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
    try (Book book = new Book(folder.resolve("book"), 2, 2, FileChannel::write)) {
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

  @Test
  void a_line_for_which_there_was_no_room_does_not_spoil_the_next_one() throws IOException {
    AtomicBoolean full = new AtomicBoolean();
    Book.Pen pen =
        (file, bytes) -> {
          if (!full.get()) {
            return file.write(bytes);
          }
          file.write(bytes.duplicate().limit(bytes.limit() / 2));
          throw new IOException("No space left on device");
        };
    try (Book book = new Book(folder.resolve("book"), 9, 9, pen)) {
      book.add(accepted("1S1"));
      full.set(true);
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(() -> book.add(accepted("2S1")));
      assertThat(book.find("2S1")).isEmpty();
      full.set(false);
      book.add(accepted("3S1"));
    }
    try (Book book = book()) {
      assertThat(book.open()).extracting(Parcel::name).containsExactly("1S1", "3S1");
    }
  }

  @Test
  void addresses_of_what_ended_go_from_the_disk_while_the_house_is_open() throws IOException {
    long hour = Duration.ofHours(1).toMillis();
    try (Book book = book()) {
      Parcel first = book.add(accepted("1S1"));
      book.add(Parcel.accepted("2S1", JSON.readTree("{\"to\":{\"name\":\"李\"}}"), 1));
      book.change(first, seen -> seen.in(State.STOPPED, 2).toldOf(State.STOPPED));
      book.tidy(hour);
      assertThat(folder.resolve("book")).content().contains("王芳");
      book.tidy(hour + 2);
      assertThat(folder.resolve("book")).content().contains("李").doesNotContain("王芳");
      book.change(book.find("2S1").orElseThrow(), seen -> seen.in(State.PICKED, 3));
    }
    try (Book book = book()) {
      assertThat(book.find("1S1").orElseThrow().state()).isEqualTo(State.STOPPED);
      assertThat(book.find("2S1").orElseThrow().state()).isEqualTo(State.PICKED);
    }
  }

  @Test
  void many_that_end_at_once_are_not_waited_for() throws IOException {
    try (Book book = book()) {
      for (int i = 1; i <= 100; i++) {
        book.tidy(2);
        Parcel parcel = book.add(accepted(i + "S1"));
        book.change(parcel, seen -> seen.in(State.STOPPED, 2).toldOf(State.STOPPED));
      }
      assertThat(folder.resolve("book")).content().contains("王芳");
      book.tidy(2);
      assertThat(folder.resolve("book")).content().doesNotContain("王芳");
    }
  }
}
