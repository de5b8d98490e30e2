package io.tidegate.platform.db;

import io.tidegate.platform.db.IdempotencyTable.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Draws for many callers in one transaction, with hooks by which a test makes trouble. */
final class DrawHandler implements LaneHandler<Draw, DrawHandler.Batch, Draw.Answer> {

  enum Ranks implements Rank {
    JAR;

    @Override
    public int level() {
      return 1;
    }
  }

  static final Sql LOCK =
      Sql.of(
          """
          select j.id, j.marbles from unnest(?::bigint[]) k join jar j on j.id = k
          order by j.id for update of j
          """);
  static final Sql TAKE =
      Sql.of(
          """
          update jar j set marbles = j.marbles - d.marbles, drawn = j.drawn + d.marbles
          from unnest(?::bigint[], ?::bigint[]) as d(id, marbles)
          where j.id = d.id
          returning 1
          """);
  private static final Sql DRAW =
      Sql.of(
          """
          insert into draw (id, jar, marbles, note)
          select * from unnest(?::bigint[], ?::bigint[], ?::int4[], ?::text[])
          """);

  /** The id of a command that holds its batch, and so its lane's worker, until the gate opens. */
  static final long GATE = 0;

  /** The batch's working copy. */
  static final class Batch {
    final List<Draw> commands;
    final @Nullable Map<Long, Long> stock;
    final Map<String, Entry> known;
    final SortedMap<Long, Long> taken = new TreeMap<>();
    final List<Draw> drawn = new ArrayList<>();
    final List<byte[]> released = new ArrayList<>();
    final Map<String, Long> byKey = new HashMap<>();

    Batch(List<Draw> commands, @Nullable Map<Long, Long> stock, Map<String, Entry> known) {
      this.commands = commands;
      this.stock = stock;
      this.known = known;
    }
  }

  volatile Consumer<Tx> loaded = _ -> {};
  volatile Consumer<Draw> deciding = _ -> {};
  volatile Consumer<Tx> saving = _ -> {};
  volatile Consumer<Draw> asked = _ -> {};
  volatile Runnable told = () -> {};
  final Semaphore gate = new Semaphore(0);
  final AtomicInteger loads = new AtomicInteger();
  final AtomicInteger assumptions = new AtomicInteger();
  final AtomicInteger decisions = new AtomicInteger();
  final ConcurrentLinkedQueue<List<Long>> committed = new ConcurrentLinkedQueue<>();
  final ConcurrentLinkedQueue<List<Long>> thrownBack = new ConcurrentLinkedQueue<>();

  @Override
  public boolean mayGoFirst(Draw command) {
    asked.accept(command);
    return command.first();
  }

  @Override
  public Batch assume(List<Draw> commands) {
    assumptions.incrementAndGet();
    return new Batch(commands, null, Map.of());
  }

  @Override
  public Batch load(Tx tx, List<Draw> commands) {
    loads.incrementAndGet();
    Map<String, Entry> known = IdempotencyTable.claim(tx, entries(commands));
    TreeSet<Long> jars = new TreeSet<>();
    commands.forEach(command -> jars.addAll(command.marbles().keySet()));
    Map<Long, Long> stock = new HashMap<>();
    tx.lock(Ranks.JAR, LOCK, row -> stock.put(row.getLong(1), row.getLong(2)), longs(jars));
    loaded.accept(tx);
    return new Batch(commands, stock, known);
  }

  @Override
  public Draw.Answer decide(Batch batch, Draw command, Instant now) {
    decisions.incrementAndGet();
    if (command.id() == GATE) {
      gate.acquireUninterruptibly();
    }
    deciding.accept(command);
    String mapKey = IdempotencyTable.mapKey(command.key());
    Entry known = batch.known.get(mapKey);
    if (known != null) {
      return new Draw.Answer.DrawnBefore(known.reference());
    }
    Long twin = batch.byKey.get(mapKey);
    if (twin != null) {
      return new Draw.Answer.DrawnBefore(twin);
    }
    Map<Long, Long> stock = batch.stock;
    if (stock != null) {
      for (Map.Entry<Long, Integer> wish : command.marbles().entrySet()) {
        long left =
            stock.getOrDefault(wish.getKey(), 0L) - batch.taken.getOrDefault(wish.getKey(), 0L);
        if (left < wish.getValue()) {
          batch.released.add(command.key());
          return new Draw.Answer.TooFew(wish.getKey());
        }
      }
    }
    command.marbles().forEach((jar, count) -> batch.taken.merge(jar, (long) count, Long::sum));
    batch.drawn.add(command);
    batch.byKey.put(mapKey, command.id());
    return new Draw.Answer.Drawn(command.id());
  }

  @Override
  public void save(Tx tx, Batch batch) {
    if (batch.drawn.isEmpty()) {
      return;
    }
    if (batch.stock == null) {
      IdempotencyTable.insert(tx, entries(batch.drawn));
    } else if (!batch.released.isEmpty()) {
      IdempotencyTable.release(tx, batch.released);
    }
    int rows = batch.drawn.stream().mapToInt(draw -> draw.marbles().size()).sum();
    long[] ids = new long[rows];
    long[] jars = new long[rows];
    int[] counts = new int[rows];
    String[] notes = new String[rows];
    int i = 0;
    for (Draw draw : batch.drawn) {
      for (Map.Entry<Long, Integer> wish : draw.marbles().entrySet()) {
        ids[i] = draw.id();
        jars[i] = wish.getKey();
        counts[i] = wish.getValue();
        notes[i++] = draw.note();
      }
    }
    tx.write(DRAW, ids, jars, counts, notes);
    long[] amounts = batch.taken.values().stream().mapToLong(Long::longValue).toArray();
    tx.writeExpecting(amounts.length, TAKE, longs(batch.taken.keySet()), amounts);
    saving.accept(tx);
  }

  @Override
  public void thrownBack(List<Draw> commands) {
    thrownBack.add(commands.stream().map(Draw::id).toList());
  }

  @Override
  public void committed(Batch batch) {
    committed.add(batch.commands.stream().map(Draw::id).toList());
    told.run();
  }

  private static List<Entry> entries(List<Draw> commands) {
    return commands.stream()
        .map(command -> new Entry(command.key(), command.key(), command.id()))
        .toList();
  }

  private static long[] longs(Iterable<Long> sorted) {
    List<Long> values = new ArrayList<>();
    sorted.forEach(values::add);
    return values.stream().mapToLong(Long::longValue).toArray();
  }
}
