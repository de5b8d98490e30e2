package com.example.promotion;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What was awarded: a file of SQLite, so that the example needs no server. The order's number is
 * the key, so a message that comes twice, or a replay of all of them, awards nothing twice. An
 * award is on the disk before the message is acknowledged.
 */
final class AwardBook implements AutoCloseable {
  private final Connection connection;

  AwardBook(Path file) throws SQLException {
    connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("pragma journal_mode = wal");
      statement.execute("pragma synchronous = full"); // a commit waits for the disk
      statement.execute(
          "create table if not exists award (order_number text primary key,"
              + " user_id text not null, points integer not null) strict");
    }
    connection.setAutoCommit(false);
  }

  /** Writes down what is new of these, all or nothing; returns those that were new. */
  synchronized List<Award> write(List<Award> awards) throws SQLException {
    List<Award> fresh = new ArrayList<>();
    try (PreparedStatement insert =
        connection.prepareStatement("insert into award values (?, ?, ?) on conflict do nothing")) {
      for (Award award : awards) {
        insert.setString(1, award.order());
        insert.setString(2, award.user());
        insert.setLong(3, award.points());
        if (insert.executeUpdate() == 1) {
          fresh.add(award);
        }
      }
      connection.commit();
      return fresh;
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    }
  }

  /** All that was awarded, by order. */
  synchronized List<Award> all() throws SQLException {
    List<Award> awards = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select * from award order by order_number")) {
      while (rows.next()) {
        awards.add(new Award(rows.getString(1), rows.getString(2), rows.getLong(3)));
      }
    }
    connection.rollback(); // else a reader would go on seeing what it saw
    return awards;
  }

  @Override
  public synchronized void close() throws SQLException {
    connection.close();
  }
}
