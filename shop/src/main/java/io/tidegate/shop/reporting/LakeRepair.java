package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.messaging.LoggedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Finds files of the lake that are missing or not what they were, and makes them again: from the
 * mirror, else from the events of the log, or the import, that they came from. What is in neither,
 * and the mirror says it hasn't, is told as lost; where it turns up again, it counts again.
 */
public final class LakeRepair {

  private static final Logger log = LoggerFactory.getLogger(LakeRepair.class);
  private static final int PAGE = 2_000;

  /** What is wrong with a file. */
  public enum Fault {
    MISSING,
    SIZE,
    CHECKSUM,

    /** The system gives no word of it: the disk fails, or its rights are gone. */
    UNREADABLE
  }

  /** A file that is not as the manifest says. */
  public record Broken(LakeFile file, Fault fault) {}

  /** What became of a broken file. */
  public enum Mended {
    /** The mirror had it. */
    FETCHED,

    /** Its rows were made again from the log. */
    REBUILT,

    /** The log has not all of its rows any more; what it has was kept. */
    LOST,

    /**
     * It can't be had now: only the mirror can have it, which is away, or it can't be made again.
     * It is left out, and tried again.
     */
    WAITING,

    /** Another one has taken its place meanwhile. */
    SETTLED
  }

  /**
   * What a look at the files found and did.
   *
   * @param looked files
   */
  public record Verified(int looked, int broken, int fetched, int rebuilt, int lost) {
    /** Broken ones that stay so until the mirror says whether it has them. */
    int waiting() {
      return broken - fetched - rebuilt - lost;
    }
  }

  /** What the mirror says of a file. */
  private enum Copy {
    /** It is here again. */
    FETCHED,

    /** The mirror hasn't got it as it was, or there is no mirror. */
    NONE,

    /** Nobody knows: the mirror doesn't answer, or refuses. */
    AWAY
  }

  /** One pass over files: a mirror that was away once is not waited for again in it. */
  private static final class Pass {
    private boolean away;
  }

  private final Database database;
  private final EventLog events;
  private final Lake lake;
  private final LakeFiles files;
  private final LakeGoods goods;
  private final LakeRowsJson rows;
  private final LakeOutput output;
  private final @Nullable LakeMirror mirror;

  public LakeRepair(LakeGround ground, @Nullable LakeMirror mirror) {
    this.database = ground.database();
    this.events = ground.events();
    this.lake = ground.lake();
    this.files = ground.files();
    this.goods = ground.goods();
    this.rows = ground.rows();
    this.output = ground.output();
    this.mirror = mirror;
  }

  /**
   * Looks at all files that count, and mends those that are broken; looks for lost ones.
   *
   * @param everyByte whether checksums are compared, too
   * @throws IOException also where the folder has lost its marker: nothing is said of its files
   */
  public Verified verify(boolean everyByte) throws IOException, SQLException {
    return verify(files.live(), everyByte);
  }

  /**
   * Looks at every byte of files that an engine's message names, and mends those that are broken.
   */
  Verified verifyNamed(String message) throws IOException, SQLException {
    return verify(
        files.live().stream().filter(file -> message.contains(file.path())).toList(), true);
  }

  private Verified verify(List<LakeFile> live, boolean everyByte) throws IOException, SQLException {
    Pass pass = new Pass();
    int[] mended = new int[Mended.values().length];
    int broken = 0;
    for (LakeFile file : live) {
      Optional<Broken> found = look(file, everyByte || !file.isHere());
      if (found.isPresent()) {
        broken++;
        log.warn("the lake's file {} is broken: {}", file.path(), found.get().fault());
        mended[mend(file, pass).ordinal()]++;
      } else if (!file.isHere()) {
        files.isBack(file);
      }
    }
    regain(pass);
    return new Verified(
        live.size(),
        broken,
        mended[Mended.FETCHED.ordinal()],
        mended[Mended.REBUILT.ordinal()],
        mended[Mended.LOST.ordinal()]);
  }

  /** What of the files that count is broken. */
  public List<Broken> broken(boolean everyByte) {
    List<Broken> broken = new ArrayList<>();
    for (LakeFile file : files.live()) {
      look(file, everyByte)
          .or(() ->
              file.isHere()
                  ? Optional.empty()
                  : Optional.of(new Broken(file, Fault.CHECKSUM))) // found by a look at its bytes
          .ifPresent(broken::add);
    }
    return broken;
  }

  /** Tries once more what waits for the mirror, and what was lost. */
  void retry() throws IOException, SQLException {
    Pass pass = new Pass();
    for (LakeFile file : files.waiting()) {
      if (isWhole(file)) {
        files.isBack(file);
      } else {
        mend(file, pass);
      }
    }
    regain(pass);
  }

  /** Whether a file is here, with every byte. */
  boolean isWhole(LakeFile file) {
    return look(file, true).isEmpty();
  }

  /** Files that were told as lost, and are in the folder again or at the mirror, count again. */
  private void regain(Pass pass) throws IOException {
    for (LakeFile file : files.lost()) {
      if (!isWhole(file) && fetch(file, pass) != Copy.FETCHED) {
        continue;
      }
      try {
        database.writeOnce(tx -> {
          LakeFiles.regain(tx, file);
          return true;
        });
        log.info("the lake's file {} was lost and is here again", file.path());
      } catch (DatabaseFailure.Conflict _) {
        log.debug("what the log had of {} is in other files now", file.path());
      }
    }
  }

  /** What is wrong with it; one that the system can't read holds up no look at the others. */
  private Optional<Broken> look(LakeFile file, boolean everyByte) {
    Path path = lake.folder().resolve(file.path());
    try {
      if (!Files.isRegularFile(path)) {
        return Optional.of(new Broken(file, Fault.MISSING));
      }
      if (Files.size(path) != file.bytes()) {
        return Optional.of(new Broken(file, Fault.SIZE));
      }
      return everyByte && LakeOutput.checksum(path) != file.checksum()
          ? Optional.of(new Broken(file, Fault.CHECKSUM))
          : Optional.empty();
    } catch (IOException e) {
      log.warn("the lake's file {} can't be read: {}", file.path(), e.getMessage());
      return Optional.of(new Broken(file, Fault.UNREADABLE));
    }
  }

  /** Makes a broken file again, or has it left out until that can be done. */
  private Mended mend(LakeFile file, Pass pass) throws IOException {
    demandHome();
    Mended mended = fetchOrRebuild(file, pass);
    switch (mended) {
      case FETCHED -> {
        if (!file.isHere()) {
          files.isBack(file);
        }
      }
      case WAITING -> {
        if (file.isHere()) {
          files.waits(file);
        }
      }
      case REBUILT, LOST, SETTLED -> {} // the manifest says so
    }
    log.atLevel(mended == Mended.LOST || mended == Mended.WAITING ? Level.ERROR : Level.INFO)
        .log("the lake's file {} with {} rows is {}", file.path(), file.rows(), mended);
    return mended;
  }

  private Mended fetchOrRebuild(LakeFile file, Pass pass) throws IOException {
    try {
      Copy copy = fetch(file, pass);
      return copy == Copy.FETCHED ? Mended.FETCHED : rebuild(file, copy);
    } catch (DatabaseFailure.Conflict _) {
      return Mended.SETTLED;
    } catch (IOException | SQLException | ImportFailure e) {
      demandHome();
      log.warn("the lake's file {} can't be made again now: {}", file.path(), e.getMessage());
      return Mended.WAITING;
    }
  }

  /** Without its marker the folder is another one, or its disk isn't mounted. */
  private void demandHome() throws IOException {
    if (LakeHome.look(database, lake.settings()) != LakeHome.Place.HERE) {
      throw new IOException(
          "the folder "
              + lake.folder()
              + " has not this lake's file "
              + LakeHome.MARKER
              + " (is it mounted?): what is missing in it is not made again");
    }
  }

  private Copy fetch(LakeFile file, Pass pass) throws IOException {
    LakeMirror from = mirror;
    if (from == null) {
      return Copy.NONE;
    }
    if (pass.away) {
      return Copy.AWAY;
    }
    // Several may fetch the same file at a time: an upkeep, a report that met it, a command.
    Path making =
        Files.createDirectories(lake.folder().resolve(LakeOutput.MAKING))
            .resolve("fetched-" + UUID.randomUUID());
    try {
      if (!got(from, file, making, pass)) {
        return pass.away ? Copy.AWAY : Copy.NONE;
      }
      if (LakeOutput.checksum(making) != file.checksum()) {
        log.warn("the mirror's copy of {} is another one", file.path());
        return Copy.NONE;
      }
      LakeOutput.force(making);
      output.place(making, file.path());
      return Copy.FETCHED;
    } finally {
      Files.deleteIfExists(making);
    }
  }

  private static boolean got(LakeMirror from, LakeFile file, Path making, Pass pass) {
    try {
      return from.get(file.path(), file.bytes(), making);
    } catch (IOException e) {
      log.warn("the mirror is away: {}", e.getMessage());
      pass.away = true;
      return false;
    }
  }

  private Mended rebuild(LakeFile file, Copy copy) throws IOException, SQLException {
    if (!file.table().fromLog()) {
      return copy == Copy.AWAY ? Mended.WAITING : lose(file, List.of());
    }
    List<LakeFile.Written> made =
        output.write(file.positions(), file.level(), sink -> again(file, sink));
    long rowsMade = made.stream().mapToLong(LakeFile.Written::rows).sum();
    if (rowsMade > file.rows()) {
      throw new IOException("it had " + file.rows() + " rows, and " + rowsMade + " are told of it");
    }
    if (rowsMade < file.rows()) {
      boolean fromLog = !file.positions().isEmpty();
      if (copy == Copy.NONE && fromLog) {
        return lose(file, made);
      }
      for (LakeFile.Written part : made) {
        Files.deleteIfExists(lake.folder().resolve(part.path()));
      }
      return copy == Copy.NONE ? lose(file, List.of()) : Mended.WAITING;
    }
    database.writeOnce(tx -> {
      LakeHome.demand(tx, lake.settings());
      LakeFiles.remade(tx, file, made);
      return true;
    });
    return Mended.REBUILT;
  }

  private Mended lose(LakeFile file, List<LakeFile.Written> rest) throws IOException {
    demandHome();
    database.writeOnce(tx -> {
      LakeHome.demand(tx, lake.settings());
      LakeFiles.lose(tx, file);
      LakeFiles.add(tx, rest);
      return true;
    });
    return Mended.LOST;
  }

  /** The rows of a file once more, from the log or from what an import took. */
  private void again(LakeFile file, Consumer<LakeRow> sink) {
    Consumer<LakeRow> its =
        row -> {
          if (row.table() == file.table() && row.day().equals(file.day())) {
            sink.accept(row);
          }
        };
    if (!file.source().isEmpty()) {
      imported(file, its);
    }
    for (Positions.Range span : file.positions().spans(PAGE)) {
      long after = span.first() - 1;
      List<LoggedEvent> page;
      do {
        page = events.between(after, span.end(), LakeWriter.TYPES, PAGE);
        rows.rows(
            page.stream().filter(event -> file.positions().has(event.position())).toList(), its);
        after = page.isEmpty() ? after : page.getLast().position();
      } while (page.size() == PAGE);
    }
  }

  private void imported(LakeFile file, Consumer<LakeRow> its) {
    Path taken = lake.folder().resolve(ArchiveFiles.FOLDER).resolve(file.source());
    if (!Files.isRegularFile(taken)) {
      log.warn("what the import took of {} is gone, too", file.path());
      return;
    }
    ImportedRows imported = new ImportedRows(goods, lake.settings().zone());
    try (Connection duck = lake.connect()) {
      ImportedRows.orders(duck, taken, order -> imported.lake(order, its));
    } catch (SQLException e) {
      throw new ImportFailure("what the import took of it can't be read: " + e.getMessage(), e);
    }
  }
}
