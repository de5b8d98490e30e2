package io.tidegate.harness.bench;

import java.util.Optional;

/** Whether a commit reaches the disk before it is answered; absent settings could not be read. */
record Durability(
    Optional<String> fsync,
    Optional<String> synchronousCommit,
    Optional<String> fullPageWrites,
    Optional<String> filesystem) {

  static Durability of(DatabaseFigures database) {
    return new Durability(
        database.setting("fsync"),
        database.setting("synchronous_commit"),
        database.setting("full_page_writes"),
        database.setting("data_directory").flatMap(Machine::filesystem));
  }

  boolean holds() {
    return fsync.equals(Optional.of("on"))
        && synchronousCommit.filter(s -> !s.equals("off")).isPresent()
        && fullPageWrites.equals(Optional.of("on"));
  }
}
