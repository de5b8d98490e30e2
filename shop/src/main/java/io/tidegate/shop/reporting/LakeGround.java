package io.tidegate.shop.reporting;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.messaging.EventLog;

/** What everything about the lake stands on. */
public record LakeGround(
    Database database,
    EventLog events,
    Lake lake,
    LakeFiles files,
    LakeViews views,
    LakeGoods goods) {

  /** On this database, with the goods that it knows. */
  public static LakeGround of(Database database, EventLog events, Lake lake) {
    LakeFiles files = new LakeFiles(database);
    return new LakeGround(
        database, events, lake, files, new LakeViews(lake, files), new KnownGoods(database));
  }

  LakeRowsJson rows() {
    return new LakeRowsJson(lake.settings().zone(), goods);
  }

  LakeOutput output() {
    return new LakeOutput(lake);
  }
}
