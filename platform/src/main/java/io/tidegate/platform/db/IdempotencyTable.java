package io.tidegate.platform.db;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The first answers to idempotency keys: written by the transaction that made them, kept as long as
 * their subject.
 *
 * <p>Keys come before all row locks, sorted, in batches that load and in those that don't: so a
 * batch that waits for a twin on another node holds nothing that the twin may want.
 */
public final class IdempotencyTable {

  private static final Sql FIND =
      Sql.of(
          """
          select i.key, i.command_hash, i.reference
          from unnest(?::bytea[]) k join db.idempotency i on i.key = k
          """);
  private static final Sql CLAIM =
      Sql.of(
          """
          insert into db.idempotency (key, command_hash, reference)
          select * from unnest(?::bytea[], ?::bytea[], ?::bigint[])
          on conflict (key) do nothing
          returning key
          """);
  private static final Sql INSERT =
      Sql.of(
          """
          insert into db.idempotency (key, command_hash, reference)
          select * from unnest(?::bytea[], ?::bytea[], ?::bigint[])
          """);
  private static final Sql RELEASE =
      Sql.of("delete from db.idempotency where key = any(?::bytea[])");

  private static final Sql REFER =
      Sql.of(
          """
          update db.idempotency i set reference = r.reference
          from unnest(?::bytea[], ?::bigint[]) as r(key, reference)
          where i.key = r.key
          returning 1
          """);

  private IdempotencyTable() {}

  /**
   * A key with what was, or would be, its first answer.
   *
   * @param key 16 bytes
   * @param commandHash 16 bytes over the parsed command
   * @param reference the number or id of what was made
   */
  public record Entry(byte[] key, byte[] commandHash, long reference) {

    public boolean sameCommand(byte[] hash) {
      return Arrays.equals(commandHash, hash);
    }
  }

  /**
   * Keys that were there before, by {@link #mapKey}. The others are ours from now on; a key that
   * stands twice in the list is claimed for its first entry.
   */
  public static Map<String, Entry> claim(Tx tx, List<Entry> entries) {
    Questions questions = new Questions();
    Claim claim = claim(questions, entries);
    tx.ask(questions);
    return claim.known();
  }

  /** Keys that are claimed together with other questions. */
  public static final class Claim {
    private final Entry[] sorted;
    private final Questions.Answer<List<Entry>> found;
    private final Questions.Answer<List<String>> claimed;

    private Claim(
        Entry[] sorted,
        Questions.Answer<List<Entry>> found,
        Questions.Answer<List<String>> claimed) {
      this.sorted = sorted;
      this.found = found;
      this.claimed = claimed;
    }

    /**
     * Once it was asked, keys that were there before, by {@link #mapKey}; the others are ours.
     *
     * @throws DatabaseFailure.Conflict when a twin elsewhere came between
     */
    public Map<String, Entry> known() {
      Map<String, Entry> known = new HashMap<>();
      found.get().forEach(entry -> known.put(mapKey(entry.key()), entry));
      Set<String> ours = new HashSet<>(claimed.get());
      for (Entry entry : sorted) {
        String key = mapKey(entry.key());
        if (ours.contains(key) == known.containsKey(key)) {
          throw new DatabaseFailure.Conflict("a twin elsewhere has just committed", null);
        }
      }
      return known;
    }
  }

  /** The same as {@link #claim(Tx, List)}, in the round trip of what else is asked. */
  public static Claim claim(Questions questions, List<Entry> entries) {
    Entry[] sorted = distinct(entries);
    byte[][] keys = Arrays.stream(sorted).map(Entry::key).toArray(byte[][]::new);
    return new Claim(
        sorted,
        questions.add(
            Question.of(FIND, IdempotencyTable::entry, List::<Entry>copyOf, new Object[] {keys})),
        questions.add(
            Question.of(
                CLAIM, row -> mapKey(row.getBytes(1)), List::<String>copyOf, arrays(sorted))));
  }

  /** What keys have as their answers by now, outside a transaction: nothing is claimed. */
  public static List<Entry> find(Database database, List<byte[]> keys) {
    return database.read(FIND, IdempotencyTable::entry, (Object) keys.toArray(byte[][]::new));
  }

  /** Writes keys that nobody is known to have; one that exists throws the batch back. */
  public static void insert(Tx tx, List<Entry> entries) {
    tx.write(INSERT, arrays(sorted(entries)));
  }

  /**
   * Says what claimed keys' answers are, where that was not known when they were claimed.
   *
   * @param references by {@link #mapKey}
   */
  public static void refer(Tx tx, Map<String, Long> references) {
    byte[][] keys = new byte[references.size()][];
    long[] values = new long[references.size()];
    int i = 0;
    for (Map.Entry<String, Long> entry : references.entrySet()) {
      keys[i] = entry.getKey().getBytes(StandardCharsets.ISO_8859_1);
      values[i++] = entry.getValue();
    }
    if (keys.length > 0) {
      tx.writeExpecting(keys.length, REFER, keys, values);
    }
  }

  /** Frees claimed keys whose command was refused: a refusal keeps nothing. */
  public static void release(Tx tx, List<byte[]> keys) {
    byte[][] sorted = keys.toArray(byte[][]::new);
    Arrays.sort(sorted, Arrays::compareUnsigned);
    tx.write(RELEASE, (Object) sorted);
  }

  /**
   * Frees claimed keys whose command was refused. A later command of the batch may have used such a
   * key again: then it is claimed anew, for that one's answer.
   *
   * @param kept what commands of the batch were given
   */
  public static void settle(Tx tx, List<byte[]> released, List<Entry> kept) {
    if (released.isEmpty()) {
      return;
    }
    release(tx, released);
    Set<String> free = released.stream().map(IdempotencyTable::mapKey).collect(Collectors.toSet());
    List<Entry> again = kept.stream().filter(entry -> free.contains(mapKey(entry.key()))).toList();
    if (!again.isEmpty()) {
      insert(tx, again);
    }
  }

  /** A key as a map's key. */
  public static String mapKey(byte[] key) {
    return new String(key, StandardCharsets.ISO_8859_1);
  }

  private static Entry entry(Row row) throws SQLException {
    return new Entry(row.getBytes(1), row.getBytes(2), row.getLong(3));
  }

  /** Each key once, with its first entry, sorted. */
  private static Entry[] distinct(List<Entry> entries) {
    Map<String, Entry> distinct = new LinkedHashMap<>();
    entries.forEach(entry -> distinct.putIfAbsent(mapKey(entry.key()), entry));
    return sorted(List.copyOf(distinct.values()));
  }

  private static Entry[] sorted(List<Entry> entries) {
    Entry[] sorted = entries.toArray(Entry[]::new);
    Arrays.sort(sorted, (a, b) -> Arrays.compareUnsigned(a.key(), b.key()));
    return sorted;
  }

  private static Object[] arrays(Entry[] entries) {
    byte[][] keys = new byte[entries.length][];
    byte[][] hashes = new byte[entries.length][];
    long[] references = new long[entries.length];
    for (int i = 0; i < entries.length; i++) {
      keys[i] = entries[i].key();
      hashes[i] = entries[i].commandHash();
      references[i] = entries[i].reference();
    }
    return new Object[] {keys, hashes, references};
  }
}
