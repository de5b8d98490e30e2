package io.tidegate.shop.aftersales;

import io.tidegate.platform.db.IdempotencyTable;
import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.platform.db.LaneHandler;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.staff.StaffStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes many requests for refunds in one transaction. Owns no rule: rules are in {@link
 * RequestRules}.
 */
final class RefundLane
    implements LaneHandler<
        RequestRefund, RefundLane.Batch, Outcome<Supplier<RefundCase>, RefundRefusal>> {

  /** How the actor of a staff member's request begins. */
  private static final String STAFF = "staff:";

  private final RefundGround ground;
  private final Runnable requested;

  /**
   * @param requested told after each commit that steps are due
   */
  RefundLane(RefundGround ground, Runnable requested) {
    this.ground = ground;
    this.requested = requested;
  }

  /** What an earlier command of the batch made of a key. */
  private record Made(RequestRefund.Key key, RefundBatch.Asked asked) {}

  /** The working copy: refunds, and what their keys have answered. */
  static final class Batch {
    private final RefundBatch refunds;
    private final Map<String, Entry> known;
    private final Map<String, Made> made = new HashMap<>();
    private final Map<String, byte[]> released = new HashMap<>();

    private Batch(RefundBatch refunds, Map<String, Entry> known) {
      this.refunds = refunds;
      this.known = known;
    }
  }

  @Override
  public Batch load(Tx tx, List<RequestRefund> commands) {
    List<Entry> keys = new ArrayList<>();
    for (RequestRefund command : commands) {
      RequestRefund.Key key = command.key();
      if (key != null) {
        keys.add(new Entry(key.hash16(), key.commandHash(), 0));
      }
    }
    Map<String, Entry> known = keys.isEmpty() ? Map.of() : IdempotencyTable.claim(tx, keys);
    return new Batch(
        RefundBatch.loadForRequests(
            tx, ground, commands.stream().map(RequestRefund::order).distinct().toList()),
        known);
  }

  @Override
  public Outcome<Supplier<RefundCase>, RefundRefusal> decide(
      Batch batch, RequestRefund command, Instant now) {
    RequestRefund.Key key = command.key();
    if (key != null) {
      Outcome<Supplier<RefundCase>, RefundRefusal> before = before(batch, command, key);
      if (before != null) {
        return before;
      }
    }
    return switch (batch.refunds.request(command, now)) {
      case Outcome.Applied<RefundBatch.Asked, RefundRefusal>(RefundBatch.Asked asked) -> {
        if (key != null) {
          batch.made.put(IdempotencyTable.mapKey(key.hash16()), new Made(key, asked));
        }
        yield Outcome.applied(asked::written);
      }
      case Outcome.AlreadyApplied<RefundBatch.Asked, RefundRefusal>(RefundBatch.Asked asked) ->
          Outcome.alreadyApplied(asked::written);
      case Outcome.Refused<RefundBatch.Asked, RefundRefusal>(RefundRefusal why) -> {
        if (key != null) {
          batch.released.put(IdempotencyTable.mapKey(key.hash16()), key.hash16());
        }
        yield Outcome.refused(why);
      }
    };
  }

  /** The first answer to a key, where there is one. */
  private static @Nullable Outcome<Supplier<RefundCase>, RefundRefusal> before(
      Batch batch, RequestRefund command, RequestRefund.Key key) {
    String mapKey = IdempotencyTable.mapKey(key.hash16());
    Made twin = batch.made.get(mapKey);
    if (twin != null) {
      return Arrays.equals(twin.key().commandHash(), key.commandHash())
          ? Outcome.alreadyApplied(twin.asked()::written)
          : Outcome.refused(RefundRefusal.KEY_REUSED);
    }
    Entry known = batch.known.get(mapKey);
    if (known == null) {
      return null;
    }
    if (!known.sameCommand(key.commandHash())) {
      return Outcome.refused(RefundRefusal.KEY_REUSED);
    }
    RefundCase first =
        Objects.requireNonNull(
                batch.refunds.find(
                    new RefundCaseId(command.order(), Math.toIntExact(known.reference()))),
                "a key's refund is gone")
            .atFirst();
    return Outcome.alreadyApplied(() -> first);
  }

  @Override
  public void save(Tx tx, Batch batch) {
    batch.refunds.save(tx); // it locks: keys are written after it
    saveKeys(tx, batch);
    batch.made.values().forEach(made -> recordAct(tx, made.asked().written()));
  }

  /** Staff who ask for a customer are on record (C6). */
  private static void recordAct(Tx tx, RefundCase asked) {
    if (asked.actor().startsWith(STAFF)) {
      StaffStore.record(
          tx,
          asked.actor().substring(STAFF.length()),
          "refund.request",
          "refund " + asked.id(),
          json -> json.field("amount", asked.amount().amount()));
    }
  }

  /**
   * Says what each key's answer is and frees the keys of refused commands. A later command of the
   * batch may have used such a key again: then it is claimed anew.
   */
  private static void saveKeys(Tx tx, Batch batch) {
    if (!batch.released.isEmpty()) {
      IdempotencyTable.release(tx, List.copyOf(batch.released.values()));
    }
    List<Entry> again = new ArrayList<>(0);
    Map<String, Long> references = new HashMap<>();
    batch.made.forEach((mapKey, made) -> {
      long seq = made.asked().id().seq();
      if (batch.released.containsKey(mapKey)) {
        again.add(new Entry(made.key().hash16(), made.key().commandHash(), seq));
      } else {
        references.put(mapKey, seq);
      }
    });
    IdempotencyTable.refer(tx, references);
    if (!again.isEmpty()) {
      IdempotencyTable.insert(tx, again);
    }
  }

  @Override
  public void committed(Batch batch) {
    if (batch.refunds.tellsSomething()) {
      ground.published().run();
      requested.run();
    }
  }

  static int bytes(RequestRefund command) {
    return 256 + 16 * command.pieces().size() + 3 * command.reason().length();
  }
}
