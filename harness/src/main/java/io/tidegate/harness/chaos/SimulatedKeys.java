package io.tidegate.harness.chaos;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What the simulators of a system sign and verify with: the keys that its program made in its
 * database, as {@code simulate --keys} reads them.
 */
final class SimulatedKeys {
  /** The program makes them beside its start, on a busy machine. */
  private static final Duration MADE_MAX = Duration.ofMinutes(2);

  private static final Duration LOOK_EVERY = Duration.ofMillis(50);
  private static final int SECRET_BYTES = 32;
  private static final int SHARED_BYTES = 16;

  private SimulatedKeys() {}

  static String of(String database) throws ChaosFailure {
    try (Connection connection = DriverManager.getConnection(database)) {
      List<String> all = new ArrayList<>();
      for (Provider provider : Provider.all()) {
        switch (provider) {
          case SANDBOX -> {}
          case ALIPAY, WECHAT ->
              all.add(
                  String.join(
                      ":",
                      provider.wire(),
                      text(awaited(connection, provider.wire() + ".theirs")),
                      publicOf(awaited(connection, provider.wire() + ".ours")),
                      shared(awaited(connection, provider.wire() + ".both"))));
          case STRIPE ->
              all.add(
                  provider.wire() + ":-:-:" + shared(made(connection, provider.wire() + ".both")));
        }
      }
      return String.join(" ", all);
    } catch (SQLException | GeneralSecurityException e) {
      throw new ChaosFailure("the providers' keys cannot be read: " + e.getMessage(), e);
    }
  }

  private static byte[] awaited(Connection connection, String name)
      throws SQLException, ChaosFailure {
    long until = System.nanoTime() + MADE_MAX.toNanos();
    while (true) {
      byte[] found = found(connection, name);
      if (found != null) {
        return found;
      }
      if (System.nanoTime() > until) {
        throw new ChaosFailure("the program made no key " + name + " in " + MADE_MAX);
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  /** One that the program makes only when it is used: whoever comes first makes it. */
  private static byte[] made(Connection connection, String name) throws SQLException, ChaosFailure {
    byte[] random = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(random);
    try (PreparedStatement statement =
        connection.prepareStatement(
            "insert into identity.secret (name, value) values (?, ?) on conflict do nothing")) {
      statement.setString(1, name);
      statement.setBytes(2, random);
      statement.executeUpdate();
    }
    return awaited(connection, name);
  }

  private static byte @Nullable [] found(Connection connection, String name) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select value from identity.secret where name = ?")) {
      statement.setString(1, name);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? rows.getBytes(1) : null;
      }
    }
  }

  private static String publicOf(byte[] ours) throws GeneralSecurityException {
    KeyFactory factory = KeyFactory.getInstance("RSA");
    RSAPrivateCrtKey key =
        (RSAPrivateCrtKey) factory.generatePrivate(new PKCS8EncodedKeySpec(ours));
    return text(
        factory
            .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()))
            .getEncoded());
  }

  private static String shared(byte[] secret) {
    return HexFormat.of().formatHex(secret, 0, SHARED_BYTES);
  }

  private static String text(byte[] key) {
    return Base64.getEncoder().encodeToString(key);
  }
}
