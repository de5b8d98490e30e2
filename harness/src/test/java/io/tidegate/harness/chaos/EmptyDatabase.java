package io.tidegate.harness.chaos;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Properties;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A database that answers every question with no row, while it is open. */
final class EmptyDatabase implements Driver, AutoCloseable {
  static final String URL = "jdbc:empty";

  static EmptyDatabase open() throws SQLException {
    EmptyDatabase database = new EmptyDatabase();
    DriverManager.registerDriver(database);
    return database;
  }

  @Override
  public boolean acceptsURL(String url) {
    return url.equals(URL);
  }

  @Override
  public @Nullable Connection connect(String url, Properties properties) {
    ResultSet nothing = fake(ResultSet.class, (_, method, _) -> none(method.getReturnType()));
    Statement statement =
        fake(
            Statement.class,
            (_, method, _) ->
                method.getName().equals("executeQuery") ? nothing : none(method.getReturnType()));
    return acceptsURL(url)
        ? fake(
            Connection.class,
            (_, method, _) ->
                method.getName().equals("createStatement")
                    ? statement
                    : none(method.getReturnType()))
        : null;
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
