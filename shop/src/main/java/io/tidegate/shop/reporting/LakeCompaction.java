package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseFailure;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes few files of many. Files of one level become one of the next, so a row is written again as
 * often as there are levels; a day that is over becomes one file. The swap is one transaction of
 * the manifest.
 */
public final class LakeCompaction {

  private static final Logger log = LoggerFactory.getLogger(LakeCompaction.class);

  /** Larger ones stay as they are: readers share the work by files. */
  private static final long FILE_BYTES_MAX = 256L << 20;

  /** A day that is over, and that nothing was written into for so long, becomes one file. */
  private static final Duration QUIET = Duration.ofHours(1);

  /** What can't be put together rests for so long, so that the others go on. */
  private static final Duration REST = Duration.ofMinutes(10);

  /** Days that rest, and until when; as many as there are days with files. */
  private final Map<Day, Instant> resting = new HashMap<>();

  private final Database database;
  private final LakeFiles files;
  private final LakeOutput output;
  private final LakeSettings settings;
  private final LakeRepair repair;
  private final InstantSource clock;

  public LakeCompaction(LakeGround ground, LakeRepair repair, InstantSource clock) {
    this.database = ground.database();
    this.files = ground.files();
    this.output = ground.output();
    this.settings = ground.lake().settings();
    this.repair = repair;
    this.clock = clock;
  }

  /** A day of a table. */
  private record Day(LakeTable table, LocalDate day) implements Comparable<Day> {
    @Override
    public int compareTo(Day other) {
      int byDay = day.compareTo(other.day);
      return byDay != 0 ? byDay : table.compareTo(other.table);
    }
  }

  /** Puts some files together. Returns whether there may be more to do. */
  public boolean round() throws IOException, SQLException {
    List<LakeFile> lost = files.lost();
    Optional<List<LakeFile>> due =
        due(files.live().stream().filter(file -> mayBeMerged(file, lost)).toList());
    if (due.isEmpty()) {
      return false;
    }
    List<LakeFile> old = due.get();
    int level = old.stream().mapToInt(LakeFile::level).max().orElseThrow() + 1;
    try {
      LakeFile.Written merged = output.merge(old, level);
      database.writeOnce(tx -> {
        LakeHome.demand(tx, settings);
        LakeFiles.replace(tx, old, List.of(merged));
        return true;
      });
      log.debug("{} files became {}", old.size(), merged.path());
    } catch (DatabaseFailure.Conflict _) {
      log.debug("files of {} changed meanwhile", old.getFirst().table());
    } catch (SQLException | IOException e) {
      log.warn("files could not be put together; they are looked at: {}", e.getMessage());
      LakeRepair.Verified found = repair.verify(true);
      if (found.broken() == 0 || found.waiting() > 0) {
        resting.put(
            new Day(old.getFirst().table(), old.getFirst().day()), clock.instant().plus(REST));
      }
    }
    return true;
  }

  /**
   * Not imported rows: the log does not have them, and what it has must stay rebuildable. Nor the
   * rest of a lost file: it goes when that one is found. Nor what is not here now.
   */
  private static boolean mayBeMerged(LakeFile file, List<LakeFile> lost) {
    return file.isHere()
        && (!file.table().fromLog()
            || !file.positions().isEmpty()
                && lost.stream().noneMatch(other -> isRest(file, other)));
  }

  private static boolean isRest(LakeFile file, LakeFile lost) {
    return file.table() == lost.table()
        && file.day().equals(lost.day())
        && file.positions().equals(lost.positions());
  }

  /** The first files that belong together. */
  private Optional<List<LakeFile>> due(List<LakeFile> live) {
    Map<Day, List<LakeFile>> byDay = new TreeMap<>();
    live.forEach(file ->
        byDay.computeIfAbsent(new Day(file.table(), file.day()), _ -> new ArrayList<>()).add(file));
    Instant now = clock.instant();
    resting.values().removeIf(now::isAfter);
    return byDay.entrySet().stream()
        .filter(day -> !resting.containsKey(day.getKey()))
        .map(day -> due(day.getKey().day(), day.getValue()))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<List<LakeFile>> due(LocalDate day, List<LakeFile> its) {
    Map<Integer, List<LakeFile>> byLevel = new TreeMap<>();
    its.forEach(file -> byLevel.computeIfAbsent(file.level(), _ -> new ArrayList<>()).add(file));
    for (List<LakeFile> level : byLevel.values()) {
      List<LakeFile> fitting = fitting(level);
      if (level.size() >= settings.smallFilesMax() && fitting.size() > 1) {
        return Optional.of(fitting);
      }
    }
    List<LakeFile> all = fitting(its);
    return isOver(day) && isQuiet(its) && all.size() > 1 ? Optional.of(all) : Optional.empty();
  }

  /** As many, the smallest first, as make a file that is not too large. */
  private static List<LakeFile> fitting(List<LakeFile> its) {
    List<LakeFile> fitting = new ArrayList<>();
    long bytes = 0;
    for (LakeFile file : its.stream().sorted(Comparator.comparingLong(LakeFile::bytes)).toList()) {
      bytes += file.bytes();
      if (bytes > FILE_BYTES_MAX) {
        break;
      }
      fitting.add(file);
    }
    return fitting;
  }

  private boolean isOver(LocalDate day) {
    return day.isBefore(LocalDate.ofInstant(clock.instant(), settings.zone()));
  }

  private boolean isQuiet(List<LakeFile> its) {
    Instant before = clock.instant().minus(QUIET);
    return its.stream().allMatch(file -> file.madeAt().isBefore(before));
  }
}
