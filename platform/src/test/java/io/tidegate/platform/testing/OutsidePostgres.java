package io.tidegate.platform.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
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
 * session that has the name of their prefix says that the JVM lives: it is there before each of
 * them, and ends however the JVM ends.
 */
final class OutsidePostgres {

  private static final Pattern ADDRESS = Pattern.compile("(jdbc:postgresql://[^/]+/)[^?]*(.*)");
  private static final int DROPS_AT_ONCE = 8;
  private static final int ANSWER_SECONDS_MAX = 10;

  /**
   * Younger ones stay, whatever else is true of them: a living JVM's session may have ended a
   * moment ago, and it makes another one when it next makes a database.
   */
  private static final Duration AGE_MIN = Duration.ofHours(1);

  /** Written at each database that is made here; one without it is somebody's own. */
  private static final String COMMENT = "made by a test JVM of Tidegate, which takes it away";

  private static final String LEFT =
      """
      select d.datname from pg_database d
      where d.datname ~ ('^' || ?)
        and d.datdba = (select oid from pg_roles where rolname = current_user)
        and shobj_description(d.oid, 'pg_database') = ?
        and not exists (select from pg_stat_activity a
          where a.application_name = substring(d.datname from '^' || ?))
      """;

  private final Matcher parts;
  private final String url;
  private Connection life;

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
    life = live(url);
  }

  private static Connection live(String url) {
    Properties name = new Properties();
    name.setProperty("ApplicationName", OutsideEngines.ownPrefix());
    try {
      Connection life = DriverManager.getConnection(url, name);
      try (Statement statement = life.createStatement()) {
        statement.execute("set idle_session_timeout = 0"); // it says nothing until the end
      }
      return life;
    } catch (SQLException e) {
      throw new IllegalStateException("tidegate.test.db.url: " + e.getMessage(), e);
    }
  }

  /** Says again that this JVM lives, where the session that says so has ended. */
  private synchronized void liveOn() {
    try {
      if (!life.isValid(ANSWER_SECONDS_MAX)) {
        life = live(url);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("tidegate.test.db.url: " + e.getMessage(), e);
    }
  }

  /**
   * Makes a database. Its pages are logged: copying files instead would have the server write all
   * that it has in memory first, which others on it pay for.
   */
  void create(String name, String template) {
    liveOn();
    execute(name, "create database " + name + " template " + template + " strategy wal_log");
    execute(name, "comment on database " + name + " is '" + COMMENT + "'");
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
    try (Connection connection = DriverManager.getConnection(url);
        PreparedStatement statement = connection.prepareStatement(LEFT)) {
      statement.setString(1, OutsideEngines.PREFIX + OutsideEngines.RUN);
      statement.setString(2, COMMENT);
      statement.setString(3, OutsideEngines.PREFIX + OutsideEngines.RUN);
      List<String> names = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
      names.removeIf(name -> !OutsideEngines.isOlder(name, AGE_MIN));
      return names;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Drops together, since each waits for a checkpoint; whoever is still connected is cut off. */
  synchronized void end(Queue<String> names) {
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
    execute(name, "drop database if exists " + name + how);
  }

  private void execute(String name, String sql) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(name + ": " + e.getMessage(), e);
    }
  }
}
