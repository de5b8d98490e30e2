package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Which folder is this system's lake: the manifest names files of one folder, so a process that
 * looks at another one must not write. A marker in the folder and in the database says so.
 */
public final class LakeHome {

  static final String MARKER = "_lake";
  private static final int CLAIMS_MAX = 2;

  private static final Sql KNOWN = Sql.of("select marker, zone, place from reporting.lake");
  private static final Sql HAS_FILES =
      Sql.of(
          """
          select exists (select from reporting.file where state <> 'gone')
            or exists (select from reporting.archive_file)
          """);
  private static final Sql CLAIM =
      Sql.of(
          """
          update reporting.lake set marker = ?, zone = ?, place = ? where one and marker = ''
          returning 1
          """);

  private static final Sql MOVE =
      Sql.of("update reporting.lake set marker = ? where one and marker = ? returning 1");
  private static final Sql LOCK_MARKER =
      Sql.of("select marker from reporting.lake where one for no key update");
  private static final Sql NAMED =
      Sql.of("select exists (select from reporting.file where path = any(?::text[]))");

  /** Files of a folder that are held against the manifest: one that it names is enough. */
  private static final int FILES_LOOKED_MAX = 10_000;

  /** Where the lake is, seen from a folder. */
  public enum Place {
    HERE,

    /** In another folder than this. */
    ELSEWHERE,

    /** No lake was begun. */
    NOWHERE
  }

  /** The lake is another folder, or this folder is another system's, or its days are cut apart. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  private record Known(String marker, String zone, String place) {}

  private LakeHome() {}

  /**
   * Makes the folder this system's lake, where it isn't yet.
   *
   * @param place names this process, the same after a restart
   * @throws Refused where it can't be
   */
  public static void claim(Database database, LakeSettings settings, String place) {
    String zone = settings.zone().getId();
    for (int tries = 1; ; tries++) {
      Known known = known(database);
      String there = marker(settings.folder());
      if (!known.marker().isEmpty()) {
        if (there.isEmpty() && known.place().equals(place)) {
          markAnew(database, settings.folder(), known);
        } else {
          check(settings.folder(), known, there);
        }
        checkZone(known, zone);
        return;
      }
      if (!there.isEmpty()) {
        throw new Refused("the folder " + settings.folder() + " is the lake of another system");
      }
      String marker = UUID.randomUUID().toString();
      try {
        database.writeOnce(tx -> {
          tx.writeExpecting(1, CLAIM, marker, zone, place);
          return true;
        });
        mark(settings.folder(), marker);
        return;
      } catch (DatabaseFailure.Conflict e) {
        if (tries >= CLAIMS_MAX) {
          throw e;
        }
      }
    }
  }

  /** Looks, and claims nothing. */
  public static Place look(Database database, LakeSettings settings) {
    String known = known(database).marker();
    if (known.isEmpty()) {
      return Place.NOWHERE;
    }
    return marker(settings.folder()).equals(known) ? Place.HERE : Place.ELSEWHERE;
  }

  /**
   * Claims nothing, and goes on only where the folder is this system's lake.
   *
   * @throws Refused where it isn't
   */
  public static void demand(Database database, LakeSettings settings) {
    Known known = begun(database);
    check(settings.folder(), known, marker(settings.folder()));
    checkZone(known, settings.zone().getId());
  }

  /**
   * The same within a transaction that names files: where the lake is another folder by now, it
   * fails, and nothing that is in this one counts.
   */
  static void demand(Tx tx, LakeSettings settings) {
    // It stays so until the transaction ends: a lock, since a write would leave a dead row.
    List<String> known = tx.lock(LockRank.LEASE, LOCK_MARKER, row -> row.getString(1));
    if (!known.contains(marker(settings.folder()))) {
      throw new DatabaseFailure.Transient(elsewhere(settings.folder()), null);
    }
  }

  /**
   * Makes a folder without a marker this system's lake: somebody says that the one before was lost.
   * That one is the lake no more, should it turn up again: nobody writes it.
   *
   * @throws Refused where the folder is a lake already, of whomever, or another one is restored
   */
  public static void restore(Database database, LakeSettings settings) {
    Known known = begun(database);
    checkZone(known, settings.zone().getId());
    Path folder = settings.folder();
    checkFree(folder, known.marker());
    checkFiles(database, folder);
    String marker = UUID.randomUUID().toString();
    try {
      database.writeOnce(tx -> {
        tx.writeExpecting(1, MOVE, marker, known.marker());
        return true;
      });
    } catch (DatabaseFailure.Conflict _) {
      throw new Refused("the lake was just begun anew in another folder than " + folder);
    }
    mark(folder, marker);
  }

  private static void checkFree(Path folder, String known) {
    String there = marker(folder);
    if (there.equals(known)) {
      throw new Refused(
          "the folder "
              + folder
              + " is this system's lake and was not lost: broken files are made again by: tidegate"
              + " lake rebuild");
    }
    if (!there.isEmpty()) {
      throw new Refused("the folder " + folder + " is the lake of another system");
    }
  }

  /** A marker may be lost without its files: those of another system are not written among. */
  private static void checkFiles(Database database, Path folder) {
    List<String> there = files(folder);
    if (!there.isEmpty()
        && !database
            .read(NAMED, row -> row.getBoolean(1), (Object) there.toArray(String[]::new))
            .getFirst()) {
      throw new Refused(
          "the folder "
              + folder
              + " has a lake's files, and this system knows none of them: name one that has none");
    }
  }

  private static List<String> files(Path folder) {
    List<String> files = new ArrayList<>();
    for (LakeTable table : LakeTable.values()) {
      Path its = folder.resolve(table.sql());
      if (!Files.isDirectory(its)) {
        continue;
      }
      try (Stream<Path> all = Files.walk(its)) {
        all.filter(file -> file.toString().endsWith(".parquet"))
            .limit(FILES_LOOKED_MAX)
            .forEach(file -> files.add(folder.relativize(file).toString().replace('\\', '/')));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }

  private static Known known(Database database) {
    return database
        .read(KNOWN, row -> new Known(row.getString(1), row.getString(2), row.getString(3)))
        .getFirst();
  }

  private static Known begun(Database database) {
    Known known = known(database);
    if (known.marker().isEmpty()) {
      throw new Refused("no lake was begun yet");
    }
    return known;
  }

  /** A disk that isn't mounted looks like a lost folder: what is on it must not be given up. */
  private static void markAnew(Database database, Path folder, Known known) {
    if (database.read(HAS_FILES, row -> row.getBoolean(1)).getFirst()) {
      throw new Refused(
          "the folder "
              + folder
              + " has lost its file "
              + MARKER
              + ": is it mounted? If it was lost, have it made again by: tidegate lake restore");
    }
    mark(folder, known.marker());
  }

  private static void checkZone(Known known, String zone) {
    if (!known.zone().equals(zone)) {
      throw new Refused(
          "the lake's days are cut by " + known.zone() + ", and business.zone is " + zone);
    }
  }

  private static void check(Path folder, Known known, String there) {
    if (there.equals(known.marker())) {
      return;
    }
    throw new Refused(elsewhere(folder));
  }

  private static String elsewhere(Path folder) {
    return "the lake is in another folder than "
        + folder
        + ": set lake.dir to it, or reports.url to the node that has it";
  }

  private static String marker(Path folder) {
    try {
      return Files.readString(folder.resolve(MARKER)).strip();
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void mark(Path folder, String marker) {
    try {
      Files.createDirectories(folder);
      Path fresh = folder.resolve(MARKER + ".new");
      Files.writeString(fresh, marker + "\n");
      LakeOutput.force(fresh);
      Files.move(fresh, folder.resolve(MARKER), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
