package io.tidegate.server;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.DatabaseSettings;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.messaging.DeadLetter;
import io.tidegate.platform.messaging.DeadLetters;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.server.cli.Failure;
import io.tidegate.server.cli.Lakes;
import io.tidegate.server.config.Settings;
import io.tidegate.shop.reporting.Lake;
import io.tidegate.shop.reporting.LakeComparison;
import io.tidegate.shop.reporting.LakeGround;
import io.tidegate.shop.reporting.LakeHome;
import io.tidegate.shop.reporting.LakeMirror;
import io.tidegate.shop.reporting.LakeReader;
import io.tidegate.shop.reporting.LakeRepair;
import io.tidegate.shop.reporting.LakeSettings;
import io.tidegate.shop.reporting.LakeStatus;
import io.tidegate.shop.reporting.LakeWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** What the command line asks of the lake. */
final class LakeLook {

  private static final int CONNECTIONS = 2;

  /** Parked events that are named, the oldest; one of them is enough to look further. */
  private static final int PARKED_MAX = 100;

  private LakeLook() {}

  static Lakes.Report run(
      Settings settings, String jdbcUrl, Lakes.Act act, Consumer<String> progress) {
    LakeSettings folder = ReportsWiring.lakeSettings(settings);
    try (Database database =
        new Database(
            DatabaseSettings.of(jdbcUrl).withConnections(CONNECTIONS, CONNECTIONS),
            Clock.system())) {
      // Of another folder everything would be missing, and what is here would be given up.
      if (act == Lakes.Act.RESTORE) {
        LakeHome.restore(database, folder);
      } else {
        LakeHome.demand(database, folder);
      }
      try (Lake lake = Lake.open(folder);
          LakeMirror mirror = ReportsWiring.mirror(settings.lake().store())) {
        LakeGround ground = LakeGround.of(database, new EventLog(database), lake);
        Found found = look(ground, new LakeRepair(ground, mirror), act, progress);
        return report(
            new LakeStatus(database, settings.lake().store().isGiven()).look(),
            new DeadLetters(database).list(LakeWriter.NAME, 0, PARKED_MAX),
            found);
      }
    } catch (LakeHome.Refused e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    } catch (IOException | SQLException e) {
      throw new Failure("the lake can't be looked at: " + e.getMessage(), e);
    }
  }

  /**
   * What a look at files and log found.
   *
   * @param broken files
   * @param compared whether rows were compared
   */
  private record Found(int broken, boolean compared, List<LakeComparison.Difference> differences) {}

  private static Found look(
      LakeGround ground, LakeRepair repair, Lakes.Act act, Consumer<String> progress)
      throws IOException, SQLException {
    return switch (act) {
      case STATUS -> new Found(repair.broken(false).size(), false, List.of());
      case VERIFY -> {
        progress.accept("comparing checksums");
        yield compared(ground, repair.broken(true).size(), progress);
      }
      case REBUILD, RESTORE -> {
        progress.accept("comparing checksums");
        LakeRepair.Verified done = repair.verify(true);
        int left = done.broken() == 0 ? 0 : repair.broken(true).size();
        yield compared(ground, left, progress);
      }
    };
  }

  /** Rows can be compared only where every file can be read. */
  private static Found compared(LakeGround ground, int broken, Consumer<String> progress)
      throws SQLException {
    if (broken > 0) {
      return new Found(broken, false, List.of());
    }
    progress.accept("comparing rows with the event log");
    return new Found(
        0, true, new LakeComparison(ground, new LakeReader(ground, null)).differences());
  }

  private static Lakes.Report report(LakeStatus.Look look, List<DeadLetter> parked, Found found) {
    JsonWriter json = new JsonWriter(1_024).beginObject().name("tables").beginArray();
    StringBuilder table = new StringBuilder();
    for (LakeStatus.Table each : look.tables()) {
      json.beginObject()
          .field("name", each.name())
          .field("files", each.files())
          .field("rows", each.rows())
          .field("bytes", each.bytes())
          .field("days", each.days())
          .field("newest", each.newest())
          .endObject();
      table.append(
          "%-10s %12d rows %8d files %14d bytes %6d days, newest %s%n"
              .formatted(
                  each.name(),
                  each.rows(),
                  each.files(),
                  each.bytes(),
                  each.days(),
                  each.newest()));
    }
    json.endArray()
        .field("broken", found.broken())
        .field("lost", look.lost())
        .field("waiting", look.waiting())
        .field("compared", found.compared())
        .name("differences")
        .beginArray();
    table.append(
        "broken %d, lost %d; the oldest event that is not in it has waited for %.1f s"
            .formatted(found.broken(), look.lost(), look.lagSeconds()));
    for (LakeComparison.Difference each : found.differences()) {
      json.beginObject()
          .field("type", each.type())
          .field("day", each.day().toString())
          .field("inLog", each.inLog())
          .field("inLake", each.inLake())
          .endObject();
      table.append(
          "%n%s of %s: %d in the log, %d in the lake"
              .formatted(each.type(), each.day(), each.inLog(), each.inLake()));
    }
    json.endArray();
    parked(parked, json, table);
    return new Lakes.Report(
        new String(json.endObject().toBytes(), StandardCharsets.UTF_8),
        table.toString(),
        found.broken() > 0
            || look.lost() > 0
            || !found.differences().isEmpty()
            || parked.stream().anyMatch(LakeLook::isDead));
  }

  /** Events that never reached the lake: no file lacks, and no receipt says that they are there. */
  private static void parked(List<DeadLetter> parked, JsonWriter json, StringBuilder table) {
    json.name("parked").beginArray();
    for (DeadLetter each : parked) {
      String state = each.state().name().toLowerCase(Locale.ROOT);
      json.beginObject()
          .field("deadLetter", Long.toString(each.id()))
          .field("position", Long.toString(each.position()))
          .field("type", each.type())
          .field("state", state)
          .field("tries", each.tries())
          .field("error", each.error())
          .endObject();
      table.append(
          "%nnot in the lake: event %d %s, %s after %d tries, dead letter %d: %s"
              .formatted(
                  each.position(), each.type(), state, each.tries(), each.id(), each.error()));
    }
    json.endArray();
  }

  /** One that is tried again is on its way. */
  private static boolean isDead(DeadLetter letter) {
    return letter.state() == DeadLetter.State.DEAD;
  }
}
