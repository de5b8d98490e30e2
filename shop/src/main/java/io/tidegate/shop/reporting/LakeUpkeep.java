package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.http.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the lake needs beside being written: small files are put together, those that others took
 * the place of removed, orphans swept, broken ones found, all copied to the mirror, the archive's
 * too, and the list of what counts published as {@code _manifest.json}.
 */
public final class LakeUpkeep implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LakeUpkeep.class);

  /** The list of files for whoever reads the lake without us. */
  static final String MANIFEST = "_manifest.json";

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration SWEEP_EVERY = Duration.ofMinutes(10);

  /** Every byte; whichever process did it last. */
  static final Duration VERIFY_EVERY = Duration.ofHours(24);

  /** How often it is looked whether that is due. */
  static final Duration VERIFY_LOOK_EVERY = Duration.ofMinutes(10);

  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);
  private static final int ROUNDS_MAX = 20;

  private final Database database;
  private final Lake lake;
  private final LakeFiles files;
  private final LakeRepair repair;
  private final LakeCompaction compaction;
  private final @Nullable LakeCopies copies;
  private final ImportLeftovers leftovers;
  private final Set<Long> removed = new HashSet<>();
  private final InstantSource clock;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean home = true;
  private long published = -1;
  private Instant sweptAt = Instant.MIN;
  private Instant verifyLookedAt = Instant.MIN;

  public LakeUpkeep(
      LakeGround ground, LakeRepair repair, @Nullable LakeMirror mirror, InstantSource clock) {
    this.database = ground.database();
    this.lake = ground.lake();
    this.files = ground.files();
    this.repair = repair;
    this.compaction = new LakeCompaction(ground, repair, clock);
    this.leftovers = new ImportLeftovers(lake.folder().resolve(ArchiveFiles.FOLDER), database);
    this.copies = mirror == null ? null : new LakeCopies(ground, repair, mirror, clock);
    this.clock = clock;
  }

  public void start() {
    start("lake-upkeep", this::round);
    if (copies != null) {
      start("lake-copies", this::copy);
    }
  }

  /** What is done again and again. */
  @FunctionalInterface
  private interface Round {
    void run() throws IOException, SQLException;
  }

  private void start(String name, Round round) {
    threads.add(Thread.ofPlatform().daemon().name(name).start(() -> run(round)));
  }

  private void run(Round round) {
    try {
      do {
        try {
          round.run();
        } catch (DatabaseFailure e) {
          log.debug("the lake's upkeep waits: {}", e.getMessage());
        } catch (IOException | SQLException | RuntimeException e) {
          log.error("the lake's upkeep failed; it is tried again", e);
        }
      } while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      // closed
    }
  }

  /** Everything that is due. */
  void round() throws IOException, SQLException {
    Instant now = clock.instant();
    if (!isHome()) {
      return;
    }
    verify(now);
    for (int i = 0; i < ROUNDS_MAX && closed.getCount() > 0 && compaction.round(); i++) {
      log.debug("files were put together");
    }
    publish();
    removeOverdue();
    if (isDue(sweptAt, SWEEP_EVERY, now)) {
      sweptAt = now;
      sweep(now);
      leftovers.sweepIfFree(ImportLeftovers.turn(database, log::debug));
      if (copies == null) {
        repair.retry();
      }
    }
  }

  /** A start must be quick: there names and sizes. */
  private void verify(Instant now) throws IOException, SQLException {
    if (!isDue(verifyLookedAt, VERIFY_LOOK_EVERY, now)) {
      return;
    }
    boolean first = verifyLookedAt.equals(Instant.MIN);
    verifyLookedAt = now;
    boolean everyByte = !first && files.verifiedAt().plus(VERIFY_EVERY).isBefore(now);
    if (first || everyByte) {
      repair.verify(everyByte);
    }
    if (everyByte) {
      files.verified();
    }
  }

  /** Without its marker nothing is done in the folder: its disk may not be mounted. */
  private boolean isHome() {
    boolean here = LakeHome.look(database, lake.settings()) == LakeHome.Place.HERE;
    if (!here && home) {
      log.error(
          "the folder {} has lost the file {}: is it mounted?", lake.folder(), LakeHome.MARKER);
    }
    home = here;
    return here;
  }

  /** What is due at the second place, apart: a store that hangs holds up nothing here. */
  void copy() throws IOException, SQLException {
    LakeCopies to = copies;
    if (to != null && isHome()) {
      to.round();
    }
  }

  private static boolean isDue(Instant last, Duration every, Instant now) {
    return last.equals(Instant.MIN) || last.plus(every).isBefore(now);
  }

  /** Tells others what counts and is here; they read the list and see no row twice. */
  void publish() throws IOException {
    long revision = files.revision();
    if (revision == published) {
      return;
    }
    Path fresh = lake.folder().resolve(MANIFEST + ".new");
    List<LakeFile> here = files.live().stream().filter(LakeFile::isHere).toList();
    Files.write(fresh, list(revision, clock.instant(), here));
    LakeOutput.force(fresh);
    Files.move(fresh, lake.folder().resolve(MANIFEST), StandardCopyOption.ATOMIC_MOVE);
    published = revision;
  }

  /** The list of files that others read. */
  static byte[] list(long revision, Instant at, List<LakeFile> files) {
    JsonWriter json =
        new JsonWriter(4_096)
            .beginObject()
            .field("revision", revision)
            .field("writtenAt", at)
            .name("files")
            .beginArray();
    for (LakeFile file : files) {
      json.beginObject()
          .field("table", file.table().sql())
          .field("day", file.day().toString())
          .field("path", file.path())
          .field("rows", file.rows())
          .field("bytes", file.bytes())
          .endObject();
    }
    return json.endArray().endObject().toBytes();
  }

  /** Where there is a second place, {@link LakeCopies} forgets them, once they are gone there. */
  private void removeOverdue() throws IOException {
    List<LakeFile> overdue = files.overdue(lake.settings().grace());
    for (LakeFile file : overdue) {
      if (!removed.contains(file.id())) {
        Files.deleteIfExists(lake.folder().resolve(file.path()));
      }
    }
    removed.clear();
    if (copies != null) {
      overdue.forEach(file -> removed.add(file.id()));
    } else if (!overdue.isEmpty()) {
      files.forget(overdue);
    }
  }

  /** Removes files that no manifest names: a transaction failed, or a process died. */
  int sweep(Instant now) throws IOException {
    FileTime before = FileTime.from(now.minus(lake.settings().orphanAfter()));
    List<Path> old = new ArrayList<>();
    for (Path folder : folders()) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          if (Files.getLastModifiedTime(file).compareTo(before) < 0) {
            old.add(file);
          }
        }
      }
    }
    if (old.isEmpty()) {
      return 0;
    }
    // Read after them: whatever is old and not named by now, nobody is about to name.
    Set<Path> named = new HashSet<>();
    files.paths().forEach(path -> named.add(lake.folder().resolve(path)));
    int swept = 0;
    for (Path file : old) {
      if (!named.contains(file)) {
        Files.deleteIfExists(file);
        swept++;
      }
    }
    if (swept > 0) {
      log.info("{} files of the lake that nobody named were removed", swept);
    }
    return swept;
  }

  /** The lake's own folders; what else lies in it is somebody else's. */
  private List<Path> folders() {
    return Stream.concat(
            Stream.of(LakeOutput.MAKING), Stream.of(LakeTable.values()).map(LakeTable::sql))
        .map(lake.folder()::resolve)
        .filter(Files::isDirectory)
        .toList();
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      for (Thread thread : threads) {
        if (!thread.join(CLOSE_MAX)) {
          log.debug("the lake's upkeep is broken off");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
