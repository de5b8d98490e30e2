package io.tidegate.shop.aftersales;

import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.LockRank;
import java.util.Optional;

/** What one person wants to be done about a parked capture above the limit (C6). */
final class ParkedStore {

  static final Sql LOCK =
      Sql.of(
          """
          select action, actor from aftersales.parked_proposal
          where order_number = ? and provider = ? and transaction = ? for update
          """);
  static final Sql PROPOSE =
      Sql.of(
          """
          insert into aftersales.parked_proposal as p
            (order_number, provider, transaction, action, actor, at)
          values (?, ?, ?, ?, ?, clock_timestamp())
          on conflict (order_number, provider, transaction) do update
            set action = excluded.action, actor = excluded.actor, at = excluded.at
            where p.action <> excluded.action
          returning 1
          """);

  private ParkedStore() {}

  /** Who wants what. */
  record Proposal(String action, String actor) {}

  static Optional<Proposal> lock(Tx tx, ParkedDecision about) {
    return tx
        .lock(
            LockRank.CASE,
            LOCK,
            row -> new Proposal(row.getString(1), row.getString(2)),
            about.order().value(),
            about.provider(),
            about.transaction())
        .stream()
        .findFirst();
  }

  /** Writes it down in the place of another wish. Twins who wish the same at once meet here. */
  static void propose(Tx tx, ParkedDecision wish) {
    tx.writeExpecting(
        1,
        PROPOSE,
        wish.order().value(),
        wish.provider(),
        wish.transaction(),
        wish.choice().wire(),
        wish.staff());
  }
}
