package io.tidegate.server.doctor;

import io.tidegate.platform.engine.EmbeddedPostgres;
import io.tidegate.server.config.Role;
import io.tidegate.server.config.Settings;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** PostgreSQL: durable, new enough, and large enough for the pools. */
final class DatabaseChecks {
  private static final int VERSION_MIN = 17;
  private static final long MIB = 1L << 20;
  private static final long SHARED_BUFFERS_FEW = 128 * MIB;
  private static final long WAL_FEW = 1024 * MIB;

  /** An outside clock may differ; whoever reads times of both sees it. */
  private static final Duration OFFSET_MAX = Duration.ofSeconds(1);

  private DatabaseChecks() {}

  static void run(Target target, Check.Area area) {
    Settings settings = target.settings();
    if (target.jdbcUrl().isEmpty()) {
      embedded(settings, area);
      return;
    }
    area.ok("kind", settings.database().embedded() ? "embedded, runs" : "outside");
    try {
      judge(DatabaseFacts.ask(target.jdbcUrl()), settings, area);
    } catch (SQLException e) {
      area.wrong(
          "connection",
          String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          "check db.url, user and password, and pg_hba.conf");
    }
  }

  /** Nothing is started for a look: what would be. */
  private static void embedded(Settings settings, Check.Area area) {
    Path folder = settings.data().resolve("postgres");
    String ours = EmbeddedPostgres.version();
    Optional<String> made = EmbeddedPostgres.dataVersion(folder);
    String major = ours.substring(0, ours.indexOf('.'));
    area.demand(
        made.isEmpty() || made.get().equals(major),
        "kind",
        "embedded: serve would start PostgreSQL "
            + ours
            + (made.isEmpty() ? " on new data in " : " on data of version " + made.get() + " in ")
            + folder,
        "use the version of Tidegate that made it, or another --data");
  }

  /** Judges what was told; asks nobody. */
  static void judge(DatabaseFacts facts, Settings settings, Check.Area area) {
    version(facts, area);
    durability(facts, area);
    sizes(facts, area);
    connections(facts, Sessions.of(settings), area);
    clock(facts, area);
    contents(facts, area);
  }

  private static void version(DatabaseFacts facts, Check.Area area) {
    long number = facts.setting("server_version_num").number();
    area.demand(
        number / 10_000 >= VERSION_MIN,
        "version",
        "PostgreSQL " + number / 10_000 + "." + number % 10_000,
        "use " + VERSION_MIN + " or newer: older ones have no identity columns on partitions");
    String encoding = facts.setting("server_encoding").text();
    area.demand(
        encoding.equals("UTF8"), "encoding", encoding, "make the database with encoding UTF8");
  }

  private static void durability(DatabaseFacts facts, Check.Area area) {
    for (String name : new String[] {"fsync", "full_page_writes"}) {
      String is = facts.setting(name).text();
      area.demand(
          is.equals("on"), name, is, "switch it on: a crash loses or breaks committed orders");
    }
    String commit = facts.setting("synchronous_commit").text();
    area.demand(
        !commit.equals("off"),
        "synchronous_commit",
        commit,
        "switch it on, here and for this user and database: a crash loses orders that were"
            + " acknowledged");
    String level = facts.setting("wal_level").text();
    area.advise(!level.equals("minimal"), "wal_level", level, "backups and replicas need replica");
  }

  private static void sizes(DatabaseFacts facts, Check.Area area) {
    long shared = facts.setting("shared_buffers").number();
    area.advise(
        shared >= SHARED_BUFFERS_FEW,
        "shared_buffers",
        shared / MIB + " MiB",
        "give it a twelfth of the memory or more, at least " + SHARED_BUFFERS_FEW / MIB + " MiB");
    long wal = facts.setting("max_wal_size").number();
    area.advise(
        wal >= WAL_FEW,
        "max_wal_size",
        wal / MIB + " MiB",
        "checkpoints follow one another under load: give it " + WAL_FEW / MIB + " MiB or more");
  }

  /**
   * Sessions of a node's process beside its pools: an audit that the console ran, a statement that
   * is loaded or matched, a commit that is asked about since its answer was lost (of more of them
   * the sessions have ended).
   */
  private static final int BESIDE_POOLS = 3;

  /** The same of the reports' process: a month that leaves the database. */
  private static final int BESIDE_REPORTS_POOLS = 1;

  /**
   * Sessions that a node opens when it is busy.
   *
   * @param own of its process, for all but flash sales
   * @param beside of these those that no pool bounds
   * @param flash only for flash sales
   * @param reports of the reports' process, where it starts or is that
   */
  private record Sessions(int own, int beside, int flash, int reports) {
    static Sessions of(Settings settings) {
      int reports =
          Settings.Reports.WRITE_CONNECTIONS
              + Settings.Reports.READ_CONNECTIONS
              + BESIDE_REPORTS_POOLS;
      if (settings.reportsAlone()) {
        return new Sessions(0, BESIDE_REPORTS_POOLS, 0, reports);
      }
      Settings.Database pools = settings.database();
      return new Sessions(
          pools.writeConnectionsMax() + pools.readConnectionsMax() + BESIDE_POOLS,
          BESIDE_POOLS,
          settings.roles().contains(Role.FLASH) ? settings.flash().connections() : 0,
          settings.ownReports() ? reports : 0);
    }

    int all() {
      return own + flash + reports;
    }

    /** How many, and which of them are not of its own process's pools. */
    String told() {
      List<String> others = new ArrayList<>(List.of(beside + " beside its pools"));
      if (own > 0 && flash > 0) {
        others.add("flash sales' " + flash);
      }
      if (own > 0 && reports > 0) {
        others.add("reports' " + reports);
      }
      return all() + ", among them " + String.join(", ", others);
    }

    String advice() {
      String raise = "raise max_connections";
      if (own == 0) {
        return raise; // No key is for those of the reports.
      }
      return flash == 0
          ? raise + ", or lower db.write-connections-max and db.read-connections-max"
          : raise
              + ", or lower db.write-connections-max, db.read-connections-max and"
              + " flash.connections";
    }
  }

  private static void connections(DatabaseFacts facts, Sessions wanted, Check.Area area) {
    long free =
        facts.setting("max_connections").number()
            - facts.setting("superuser_reserved_connections").number()
            - facts.setting("reserved_connections").number();
    String found = free + " for a node's " + wanted.told();
    if (free < wanted.all()) {
      area.wrong("max_connections", found, wanted.advice());
    } else {
      area.advise(
          free >= 2L * wanted.all(),
          "max_connections",
          found,
          "a second node needs more: " + wanted.advice());
    }
  }

  private static void clock(DatabaseFacts facts, Check.Area area) {
    area.advise(
        facts.clockAhead().abs().compareTo(OFFSET_MAX) <= 0,
        "clock",
        "differs from ours by " + facts.clockAhead().toMillis() + " ms",
        "orders go by the database's clock, logs by ours: let both follow a time server");
  }

  private static void contents(DatabaseFacts facts, Check.Area area) {
    area.demand(
        facts.mayCreate(),
        "rights",
        facts.mayCreate() ? "may create schemas" : "may not create schemas",
        "grant create on the database to this user");
    area.ok("size", facts.bytes() / MIB + " MiB (its free disk can't be asked for)");
    switch (facts.schema()) {
      case DatabaseFacts.Schema.Pending(int migrations) ->
          area.ok(
              "migrations",
              migrations == 0
                  ? "at this version"
                  : migrations + " would be applied by the next start");
      case DatabaseFacts.Schema.Refused(String why) ->
          area.wrong(
              "migrations",
              why,
              "serve refuses it: use the Tidegate that migrated it last, a newer one, or another"
                  + " db.url");
      case DatabaseFacts.Schema.Unreadable(String why) ->
          area.wrong(
              "migrations", why, "let the user of db.url own the schema db, or use its owner");
    }
  }
}
