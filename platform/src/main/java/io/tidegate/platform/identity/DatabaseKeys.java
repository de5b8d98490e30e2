package io.tidegate.platform.identity;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Supplier;

/**
 * The keys and secrets that all nodes share, in the database; whoever comes first makes them.
 *
 * <p>Making is serialised by an advisory lock, so that two nodes that start together end with the
 * same ones.
 */
public final class DatabaseKeys implements SigningKeys {
  private static final int SECRET_BYTES = 32;

  private static final Sql LOCK =
      Sql.of("select pg_advisory_xact_lock(hashtext('identity.signing_key'))");
  private static final Sql KEYS =
      Sql.of(
          """
          select id, algorithm, public_key, private_key from identity.signing_key
          order by created_at desc, id
          """);
  private static final Sql ADD_KEY =
      Sql.of(
          """
          insert into identity.signing_key (id, algorithm, public_key, private_key)
          values (?, ?, ?, ?)
          """);
  private static final Sql SECRET = Sql.of("select value from identity.secret where name = ?");
  private static final Sql ADD_SECRET =
      Sql.of("insert into identity.secret (name, value) values (?, ?)");

  private final Database database;

  public DatabaseKeys(Database database) {
    this.database = database;
  }

  @Override
  public List<SigningKey> all() {
    List<SigningKey> keys = database.read(KEYS, DatabaseKeys::key);
    return keys.isEmpty() ? database.write("identity.key", DatabaseKeys::first) : keys;
  }

  private static List<SigningKey> first(Tx tx) {
    tx.query(LOCK, _ -> true);
    List<SigningKey> keys = tx.query(KEYS, DatabaseKeys::key);
    if (!keys.isEmpty()) {
      return keys;
    }
    SigningKey key = SigningKey.generate();
    tx.write(ADD_KEY, key.id(), key.algorithm().name(), key.publicBytes(), key.privateBytes());
    return List.of(key);
  }

  private static SigningKey key(Row row) throws SQLException {
    return SigningKey.of(
        row.getString(1),
        SigningKey.Algorithm.valueOf(row.getString(2)),
        row.getBytes(3),
        row.getBytes(4));
  }

  /** The secret of this use: 32 random bytes, made on the first call and then the same for ever. */
  public byte[] secret(String name) {
    return secret(name, DatabaseKeys::random);
  }

  /**
   * A secret of another kind.
   *
   * @param make makes one, which is forgotten where somebody else was faster
   */
  public byte[] secret(String name, Supplier<byte[]> make) {
    List<byte[]> known = database.read(SECRET, row -> row.getBytes(1), name);
    if (!known.isEmpty()) {
      return known.getFirst();
    }
    byte[] made = make.get(); // may take a while: before the lock
    return database.write("identity.secret", tx -> firstSecret(tx, name, made));
  }

  private static byte[] firstSecret(Tx tx, String name, byte[] made) {
    tx.query(LOCK, _ -> true);
    List<byte[]> known = tx.query(SECRET, row -> row.getBytes(1), name);
    if (!known.isEmpty()) {
      return known.getFirst();
    }
    tx.write(ADD_SECRET, name, made);
    return made;
  }

  private static byte[] random() {
    var secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return secret;
  }
}
