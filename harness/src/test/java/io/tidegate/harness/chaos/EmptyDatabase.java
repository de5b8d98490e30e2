package io.tidegate.harness.chaos;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A database that answers every question with no row, and how many there are with 0, unless a test
 * knows better.
 */
final class EmptyDatabase implements Driver, AutoCloseable {
  static final String URL = "jdbc:empty";

  /** Benches' questions have a comment before them. */
  private static final Pattern COUNT =
      Pattern.compile("(/\\*.*?\\*/ *)?select count\\(\\*\\) from ");

  private final UnaryOperator<@Nullable String> values;

  private EmptyDatabase(UnaryOperator<@Nullable String> values) {
    this.values = values;
  }

  static EmptyDatabase open() throws SQLException {
    return open(_ -> null);
  }

  /**
   * The same, but for questions that are prepared.
   *
   * @param values what such a question is answered with, in one row; null: with none
   */
  static EmptyDatabase open(UnaryOperator<@Nullable String> values) throws SQLException {
    EmptyDatabase database = new EmptyDatabase(values);
    DriverManager.registerDriver(database);
    return database;
  }

  @Override
  public boolean acceptsURL(String url) {
    return url.equals(URL);
  }

  @Override
  public @Nullable Connection connect(String url, Properties properties) {
    Statement statement =
        fake(
            Statement.class,
            (_, method, arguments) ->
                method.getName().equals("executeQuery")
                    ? rows(COUNT.matcher(String.valueOf(arguments[0])).lookingAt() ? 1 : 0, "0")
                    : none(method.getReturnType()));
    return acceptsURL(url)
        ? fake(
            Connection.class,
            (_, method, arguments) ->
                switch (method.getName()) {
                  case "createStatement" -> statement;
                  case "prepareStatement" -> prepared(values.apply(String.valueOf(arguments[0])));
                  default -> none(method.getReturnType());
                })
        : null;
  }

  private static PreparedStatement prepared(@Nullable String value) {
    return fake(
        PreparedStatement.class,
        (_, method, _) ->
            method.getName().equals("executeQuery")
                ? rows(value == null ? 0 : 1, value)
                : none(method.getReturnType()));
  }

  /** So many rows of this value. */
  private static ResultSet rows(int count, @Nullable String value) {
    AtomicInteger left = new AtomicInteger(count);
    return fake(
        ResultSet.class,
        (_, method, _) ->
            switch (method.getName()) {
              case "next" -> left.getAndDecrement() > 0;
              case "getString" -> value;
              default -> none(method.getReturnType());
            });
  }

  private static <T> T fake(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static @Nullable Object none(Class<?> type) {
    if (type == boolean.class) {
      return false;
    }
    if (type == long.class) {
      return 0L;
    }
    return type == int.class ? 0 : null;
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) {
    return new DriverPropertyInfo[0];
  }

  @Override
  public int getMajorVersion() {
    return 1;
  }

  @Override
  public int getMinorVersion() {
    return 0;
  }

  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public void close() throws SQLException {
    DriverManager.deregisterDriver(this);
  }
}
