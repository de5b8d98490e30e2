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
 * it, so that a {@code kill -9} loses nothing that was answered. A start writes the file anew.
 */
final class Book implements AutoCloseable {

  /** More are not taken while so many are under way: a house has room for so many. */
  private static final int PARCELS_MAX = 100_000;

  /** Names of parcels that ended are kept for late words about them, the newest so many. */
  private static final int ENDED_MAX = 100_000;

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Map<String, Parcel> parcels = new LinkedHashMap<>();
  private final FileChannel file;
  private final int parcelsMax;
  private final int endedMax;
  private int open;

  Book(Path path) throws IOException {
    this(path, PARCELS_MAX, ENDED_MAX);
  }

  Book(Path path, int parcelsMax, int endedMax) throws IOException {
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
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    try (FileChannel out = open(fresh, StandardOpenOption.TRUNCATE_EXISTING)) {
      for (Parcel parcel : parcels.values()) {
        append(out, parcel);
      }
      out.force(true);
    }
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    this.file = open(path, StandardOpenOption.APPEND);
  }

  private static FileChannel open(Path path, StandardOpenOption how) throws IOException {
    return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how);
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
   * Moves a parcel on, where it is still in the state in which it was seen: stopping and packing
   * compete here.
   *
   * @return the parcel as it is now
   */
  synchronized Parcel change(Parcel seen, UnaryOperator<Parcel> move) {
    Parcel known = parcels.getOrDefault(seen.name(), seen);
    if (known.state() != seen.state()) {
      return known;
    }
    Parcel next = move.apply(known);
    keep(next);
    return next;
  }

  private void keep(Parcel parcel) {
    try {
      append(file, parcel);
      file.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException("the book can't be written", e);
    }
    put(parcel);
  }

  private void put(Parcel parcel) {
    Parcel before = parcels.put(parcel.name(), parcel);
    open += (parcel.isOpen() ? 1 : 0) - (before != null && before.isOpen() ? 1 : 0);
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

  private static void append(FileChannel out, Parcel parcel) throws IOException {
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
      out.write(line);
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
