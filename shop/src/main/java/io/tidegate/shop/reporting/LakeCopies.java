package io.tidegate.shop.reporting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lake's second place, kept up: what counts is copied there, then the list of it, and what
 * others took the place of is removed. What the store doesn't take now it takes another time.
 */
final class LakeCopies {

  private static final Logger log = LoggerFactory.getLogger(LakeCopies.class);

  private static final int UPLOADS_MAX = 50;
  private static final int REMOVALS_MAX = 50;

  /** One file may be the trouble; after so many it is the store. */
  private static final int FAILURES_MAX = 3;

  private static final Duration RETRY_EVERY = Duration.ofMinutes(1);
  private static final Duration ARCHIVE_EVERY = Duration.ofMinutes(10);
  private static final Duration ARCHIVE_BYTES_EVERY = Duration.ofHours(24);

  private final Path folder;
  private final LakeSettings settings;
  private final LakeFiles files;
  private final LakeRepair repair;
  private final LakeMirror mirror;
  private final ArchiveMirror archive;
  private final InstantSource clock;
  private boolean placed;
  private boolean known;
  private List<LakeFile> listed = List.of();

  /** Files that were not taken, by their ids: tried after all others, so that they hold up none. */
  private final Set<Long> refused = new HashSet<>();

  private Instant retriedAt = Instant.MIN;
  private Instant archiveAt = Instant.MIN;
  private Instant archiveBytesAt;

  LakeCopies(LakeGround ground, LakeRepair repair, LakeMirror mirror, InstantSource clock) {
    this.folder = ground.lake().folder();
    this.settings = ground.lake().settings();
    this.files = ground.files();
    this.repair = repair;
    this.mirror = mirror;
    this.archive = new ArchiveMirror(ground, mirror);
    this.clock = clock;
    this.archiveBytesAt = clock.instant(); // a start must be quick: there names and sizes
  }

  /** A day of a table. */
  private record Day(LakeTable table, LocalDate day) {
    static Day of(LakeFile file) {
      return new Day(file.table(), file.day());
    }
  }

  /** Everything that is due. */
  void round() throws IOException, SQLException {
    if (!placed) {
      if (files.copiedTo(mirror.place())) {
        log.info("the lake has another second place now: everything is copied to it");
      }
      placed = true;
    }
    Instant now = clock.instant();
    if (isDue(retriedAt, RETRY_EVERY, now)) {
      retriedAt = now;
      repair.retry();
    }
    List<LakeFile> live = files.live();
    if (list(next(live, upload(live)))) {
      remove();
    }
    archive.upload();
    mendArchive(now);
  }

  private void mendArchive(Instant now) {
    if (isDue(archiveBytesAt, ARCHIVE_BYTES_EVERY, now)) {
      archiveBytesAt = now;
      archiveAt = now;
      archive.mend(true);
    } else if (isDue(archiveAt, ARCHIVE_EVERY, now)) {
      archiveAt = now;
      archive.mend(false);
    }
  }

  private static boolean isDue(Instant last, Duration every, Instant now) {
    return last.equals(Instant.MIN) || last.plus(every).isBefore(now);
  }

  /** Copies some. Returns the ids of those that are there. */
  private Set<Long> upload(List<LakeFile> live) {
    Set<Long> there = new HashSet<>();
    live.stream().filter(file -> file.uploadedAt() != null).forEach(file -> there.add(file.id()));
    List<LakeFile> waiting =
        live.stream()
            .filter(file -> file.uploadedAt() == null)
            .sorted(Comparator.comparing(file -> refused.contains(file.id())))
            .limit(UPLOADS_MAX)
            .toList();
    if (waiting.isEmpty()) {
      refused.clear();
    }
    int failures = 0;
    for (LakeFile file : waiting) {
      if (failures == FAILURES_MAX) {
        break;
      }
      if (!repair.isWhole(file)) { // a copy of a broken one would be no help
        refused.add(file.id());
        continue;
      }
      try {
        mirror.put(folder.resolve(file.path()), file.path());
        files.uploaded(file);
        refused.remove(file.id());
        there.add(file.id());
      } catch (IOException e) {
        failures++;
        refused.add(file.id());
        log.warn("the mirror did not take {}: {}", file.path(), e.getMessage());
      }
    }
    return there;
  }

  /**
   * What the list there names: files that are there. Of a day that is not there as a whole, what it
   * named before, so that no row vanishes from it while small files become a large one.
   */
  private List<LakeFile> next(List<LakeFile> live, Set<Long> there) {
    Set<Long> lost = files.lost().stream().map(LakeFile::id).collect(Collectors.toSet());
    Map<Day, List<LakeFile>> days =
        live.stream()
            .collect(Collectors.groupingBy(Day::of, LinkedHashMap::new, Collectors.toList()));
    Map<Day, List<LakeFile>> before =
        listed.stream()
            .filter(file -> !lost.contains(file.id()))
            .collect(Collectors.groupingBy(Day::of));
    List<LakeFile> next = new ArrayList<>();
    days.forEach((day, its) -> {
      boolean whole = its.stream().allMatch(file -> there.contains(file.id()));
      if (whole || !before.containsKey(day)) {
        its.stream().filter(file -> there.contains(file.id())).forEach(next::add);
      } else {
        next.addAll(before.getOrDefault(day, List.of()));
      }
    });
    return next;
  }

  /** Puts the list there where it changed. Returns whether the store has this one. */
  private boolean list(List<LakeFile> next) throws IOException {
    if (known && ids(next).equals(ids(listed))) {
      return true;
    }
    Path making =
        Files.createDirectories(folder.resolve(LakeOutput.MAKING))
            .resolve("list-" + UUID.randomUUID());
    try {
      Files.write(making, LakeUpkeep.list(files.nextList(), clock.instant(), next));
      mirror.put(making, LakeUpkeep.MANIFEST);
      listed = next;
      known = true;
      return true;
    } catch (IOException e) {
      log.warn("the mirror did not take the list of files: {}", e.getMessage());
      return false;
    } finally {
      Files.deleteIfExists(making);
    }
  }

  private static Set<Long> ids(List<LakeFile> some) {
    return some.stream().map(LakeFile::id).collect(Collectors.toSet());
  }

  /** What the list names no longer. */
  private void remove() throws IOException {
    Set<Long> named = ids(listed);
    List<LakeFile> removed = new ArrayList<>();
    for (LakeFile file : files.overdue(settings.grace())) {
      if (removed.size() == REMOVALS_MAX) {
        break;
      }
      if (!named.contains(file.id())) {
        Files.deleteIfExists(folder.resolve(file.path()));
        try {
          mirror.remove(file.path());
        } catch (IOException e) {
          log.warn("{}", e.getMessage());
          break; // this one stays known until it is removed there too
        }
        removed.add(file);
      }
    }
    if (!removed.isEmpty()) {
      files.forget(removed);
    }
  }
}
