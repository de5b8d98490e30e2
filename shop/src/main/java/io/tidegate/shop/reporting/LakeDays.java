package io.tidegate.shop.reporting;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/**
 * What the lake has of each day, at one revision of its manifest: a day of which some tables have
 * the same files has the same rows in them.
 *
 * @param byTables of the tables that a rollup is made of: each day's files, as a checksum of their
 *     names
 * @param waiting files that count and can't be had now: what of their days is kept stays as it is,
 *     and what is read from raw rows lacks theirs
 * @param newest when the newest row of the log happened; empty without rows
 */
record LakeDays(
    long revision,
    Map<Set<LakeTable>, Map<LocalDate, String>> byTables,
    List<LakeFile> waiting,
    Optional<Instant> newest) {

  static final LakeDays NOTHING = of(-1, List.of());

  static LakeDays of(long revision, Collection<LakeFile> live) {
    Set<Set<LakeTable>> read = new HashSet<>(Set.of(Rollup.historyReads()));
    Rollup.daily().forEach(rollup -> read.add(rollup.reads()));
    Map<Set<LakeTable>, Map<LocalDate, String>> byTables = new HashMap<>();
    read.forEach(tables -> byTables.put(tables, days(tables, live)));
    return new LakeDays(
        revision,
        byTables,
        live.stream().filter(file -> !file.isHere()).toList(),
        live.stream().map(LakeFile::newest).max(Comparator.naturalOrder()));
  }

  private static Map<LocalDate, String> days(Set<LakeTable> tables, Collection<LakeFile> live) {
    Map<LocalDate, List<LakeFile>> byDay =
        live.stream()
            .filter(file -> tables.contains(file.table()))
            .collect(Collectors.groupingBy(LakeFile::day, TreeMap::new, Collectors.toList()));
    Map<LocalDate, String> days = new TreeMap<>();
    byDay.forEach((day, of) -> days.put(day, checksum(of)));
    return days;
  }

  /** Each day's files of the tables that a daily rollup is made of. */
  Map<LocalDate, String> files(Rollup rollup) {
    return byTables.getOrDefault(rollup.reads(), Map.of());
  }

  /** Each day's files of the tables that history is made of. */
  Map<LocalDate, String> historyFiles() {
    return byTables.getOrDefault(Rollup.historyReads(), Map.of());
  }

  /** Whether all that some tables have of a day can be read. */
  boolean isWhole(Set<LakeTable> tables, LocalDate day) {
    return waiting.stream()
        .noneMatch(file -> file.day().equals(day) && tables.contains(file.table()));
  }

  /** The first day of which history can't be read whole. */
  Optional<LocalDate> historyLacks() {
    return waiting.stream()
        .filter(file -> Rollup.historyReads().contains(file.table()))
        .map(LakeFile::day)
        .min(LocalDate::compareTo);
  }

  private static String checksum(List<LakeFile> files) {
    CRC32C sum = new CRC32C();
    files.stream()
        .map(LakeFile::path)
        .sorted()
        .forEach(path -> sum.update((path + "\n").getBytes(StandardCharsets.UTF_8)));
    return files.size() + "-" + Long.toHexString(sum.getValue());
  }
}
