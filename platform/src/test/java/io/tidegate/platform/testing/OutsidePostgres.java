package io.tidegate.platform.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Databases that a test JVM makes for itself on a PostgreSQL that was there before and stays. A
 * session that has the name of their prefix says that the JVM lives: it is there before the first
 * of them, and ends however the JVM ends.
 */
final class OutsidePostgres {

  private static final Pattern ADDRESS = Pattern.compile("(jdbc:postgresql://[^/]+/)[^?]*(.*)");
  private static final int DROPS_AT_ONCE = 8;

  private static final String LEFT =
      """
      select d.datname from pg_database d
      where d.datname ~ ('^' || ?)
        and d.datdba = (select oid from pg_roles where rolname = current_user)
        and not exists (select from pg_stat_activity a
          where a.application_name = substring(d.datname from '^' || ?))
      """;

  private final Matcher parts;
  private final String url;
  private final Connection life;

  /**
   * Says there that this JVM lives.
   *
   * @param url of a database that is there, with a role that may create others
   */
  OutsidePostgres(String url) {
    this.url = url;
    parts = ADDRESS.matcher(url);
    if (!parts.matches()) {
      throw new IllegalArgumentException("tidegate.test.db.url: not jdbc:postgresql://HOST:PORT/");
    }
    Properties name = new Properties();
    name.setProperty("ApplicationName", OutsideEngines.ownPrefix());
    try {
      life = DriverManager.getConnection(url, name);
      try (Statement statement = life.createStatement()) {
        statement.execute("set idle_session_timeout = 0"); // it says nothing until the end
      }
    } catch (SQLException e) {
      throw new IllegalStateException("tidegate.test.db.url: " + e.getMessage(), e);
    }
  }

  /** The address of one of its databases. */
  String url(String database) {
    return parts.group(1) + database + parts.group(2);
  }

  /**
   * Has databases of test JVMs that were killed dropped, while tests run. One that somebody is
   * connected to stays, and one that another test JVM drops at the same time is gone.
   */
  void sweep() {
    List<String> left = leftovers();
    Thread.ofPlatform()
        .daemon()
        .name("test-postgres-sweep")
        .start(() -> {
          for (String name : left) {
            try {
              drop(name, "");
            } catch (IllegalStateException e) {
              // The next one finds it.
            }
          }
        });
  }

  /** Those of other roles are theirs. */
  private List<String> leftovers() {
    try (PreparedStatement statement = life.prepareStatement(LEFT)) {
      statement.setString(1, OutsideEngines.PREFIX + OutsideEngines.RUN);
      statement.setString(2, OutsideEngines.PREFIX + OutsideEngines.RUN);
      List<String> names = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
      return names;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Drops together, since each waits for a checkpoint; whoever is still connected is cut off. */
  void end(Queue<String> names) {
    try (ExecutorService threads = Executors.newFixedThreadPool(DROPS_AT_ONCE)) {
      names.forEach(name -> threads.execute(() -> drop(name, " with (force)")));
    }
    try {
      life.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void drop(String name, String how) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("drop database if exists " + name + how);
    } catch (SQLException e) {
      throw new IllegalStateException(name + ": " + e.getMessage(), e);
    }
  }
}
