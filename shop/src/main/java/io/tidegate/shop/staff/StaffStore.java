package io.tidegate.shop.staff;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.http.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** The record of staff acts (C6): an act and its row commit together, or neither does. */
public final class StaffStore {

  private static final int DETAIL_BYTES_GUESS = 128;
  private static final Sql RECORD =
      Sql.of("insert into staff.act (actor, act, subject, detail) values (?, ?, ?, ?::jsonb)");

  private StaffStore() {}

  /**
   * Writes an act down when the transaction commits.
   *
   * @param actor who acts: the token's subject
   * @param act what is done, such as {@code price.set}
   * @param subject what it is done to, such as {@code sku TG-PHN-001-BK}
   * @param detail writes the members of a JSON object; no personal data and no free text
   */
  public static void record(
      Tx tx, String actor, String act, String subject, Consumer<JsonWriter> detail) {
    JsonWriter json = new JsonWriter(DETAIL_BYTES_GUESS).beginObject();
    detail.accept(json);
    String text = new String(json.endObject().toBytes(), StandardCharsets.UTF_8);
    tx.write(RECORD, actor, act, subject, text);
  }
}
