package io.tidegate.examples.warehouse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * All parcels, in memory and in a file: each change is a line, on the disk before anybody hears of
 * it, so that a {@code kill -9} loses nothing that was answered. Written anew at each start, and
 * when enough parcels ended, so that their consignees' addresses go.
 */
final class Book implements AutoCloseable {

  /** More are not taken while so many are under way: a house has room for so many. */
  private static final int PARCELS_MAX = 100_000;

  /** Names of parcels that ended are kept for late words about them, the newest so many. */
  private static final int ENDED_MAX = 100_000;

  /** Addresses of so many ended parcels are on the disk at most, and each for so long at most. */
  private static final int ADDRESSES_MAX = 100;

  private static final Duration ADDRESS_KEPT = Duration.ofHours(1);

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Map<String, Parcel> parcels = new LinkedHashMap<>();
  private final Path path;
  private final Pen pen;
  private final int parcelsMax;
  private final int endedMax;
  private FileChannel file;

  /** How long the file is up to its last whole line, in bytes. */
  private long whole;

  private int open;

  /** Parcels that ended since the file was written, and when the first of them did. */
  private int ended;

  private long endedSinceMillis;

  /** What puts bytes into a file: some of them, or none where there is no room. */
  interface Pen {
    int write(FileChannel file, ByteBuffer bytes) throws IOException;
  }

  Book(Path path) throws IOException {
    this(path, PARCELS_MAX, ENDED_MAX, FileChannel::write);
  }

  Book(Path path, int parcelsMax, int endedMax, Pen pen) throws IOException {
    this.path = path;
    this.pen = pen;
    this.parcelsMax = parcelsMax;
    this.endedMax = endedMax;
    if (Files.exists(path)) {
      for (String line : Files.readString(path).split("\n", -1)) {
        Parcel parcel = read(line);
        if (parcel != null) {
          put(parcel);
        }
      }
    }
    this.file = anew();
    this.whole = file.size();
  }

  /** The file as it is now is complete before it takes the old one's place. */
  private FileChannel anew() throws IOException {
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    FileChannel out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    try {
      for (Parcel parcel : parcels.values()) {
        append(out, parcel);
      }
      out.force(true);
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      out.close();
      throw e;
    }
    ended = 0;
    return out;
  }

  /** Writes the file anew once enough parcels ended, or one long enough ago. */
  synchronized void tidy(long nowMillis) {
    if (ended < ADDRESSES_MAX
        && (ended == 0 || nowMillis - endedSinceMillis < ADDRESS_KEPT.toMillis())) {
      return;
    }
    try {
      FileChannel old = file;
      file = anew();
      whole = file.size();
      old.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the book can't be written anew", e);
    }
  }

  synchronized Optional<Parcel> find(String name) {
    return Optional.ofNullable(parcels.get(name));
  }

  /** Those to which something is still to happen, oldest first. */
  synchronized List<Parcel> open() {
    return parcels.values().stream().filter(Parcel::isOpen).toList();
  }

  /** Those that ended, and were told of, take no room. */
  synchronized boolean isFull() {
    return open >= parcelsMax;
  }

  /** Adds a parcel, unless there is one of its name: that one then. */
  synchronized Parcel add(Parcel fresh) {
    Parcel known = parcels.get(fresh.name());
    if (known != null) {
      return known;
    }
    keep(fresh);
    return fresh;
  }

  /**
   * Moves a parcel on, where it is still in the state in which it was seen, and of the same ticket:
   * stopping and packing compete here, and what was heard for one ticket says nothing of another.
   *
   * @return the parcel as it is now
   */
  synchronized Parcel change(Parcel seen, UnaryOperator<Parcel> move) {
    Parcel known = parcels.getOrDefault(seen.name(), seen);
    if (known.state() != seen.state() || !known.ticket().equals(seen.ticket())) {
      return known;
    }
    Parcel next = move.apply(known);
    keep(next);
    return next;
  }

  /** Told again by another ticket, however far it has come. */
  synchronized Parcel retell(Parcel seen, String ticket) {
    Parcel next = parcels.getOrDefault(seen.name(), seen).by(ticket);
    keep(next);
    return next;
  }

  /** What broke off, of no room on the disk, must not be glued to the line that comes next. */
  private void keep(Parcel parcel) {
    try {
      toWhole();
      append(file, parcel);
      file.force(false);
      whole = file.size();
    } catch (IOException e) {
      UncheckedIOException told = new UncheckedIOException("the book can't be written", e);
      try {
        toWhole();
      } catch (IOException again) {
        told.addSuppressed(again); // tried again before the next line
      }
      throw told;
    }
    put(parcel);
  }

  private void toWhole() throws IOException {
    if (file.size() > whole) {
      file.truncate(whole);
    }
  }

  private void put(Parcel parcel) {
    Parcel before = parcels.put(parcel.name(), parcel);
    open += (parcel.isOpen() ? 1 : 0) - (before != null && before.isOpen() ? 1 : 0);
    if (before != null && before.order() != null && parcel.order() == null && ended++ == 0) {
      endedSinceMillis = parcel.sinceMillis();
    }
    if (parcels.size() - open > endedMax) {
      // Should an order to ship it come that late, it gets no leave.
      for (Iterator<Parcel> all = parcels.values().iterator(); all.hasNext(); ) {
        if (!all.next().isOpen()) {
          all.remove();
          return;
        }
      }
    }
  }

  private void append(FileChannel out, Parcel parcel) throws IOException {
    ObjectNode json =
        MAPPER
            .createObjectNode()
            .put("parcel", parcel.name())
            .put("ticket", parcel.ticket())
            .put("state", parcel.state().name())
            .put("told", parcel.told().name())
            .put("since", parcel.sinceMillis());
    if (parcel.order() != null) {
      json.set("order", parcel.order());
    }
    ByteBuffer line = ByteBuffer.wrap((json + "\n").getBytes(StandardCharsets.UTF_8));
    while (line.hasRemaining()) {
      pen.write(out, line);
    }
  }

  /** Null for a line that was broken off: nobody had an answer of it. */
  private static @Nullable Parcel read(String line) {
    if (line.isBlank()) {
      return null;
    }
    try {
      JsonNode json = MAPPER.readTree(line);
      return new Parcel(
          json.path("parcel").asString(),
          json.path("ticket").asString(""),
          json.get("order"),
          State.valueOf(json.path("state").asString()),
          State.valueOf(json.path("told").asString()),
          json.path("since").asLong());
    } catch (JacksonException | IllegalArgumentException _) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
