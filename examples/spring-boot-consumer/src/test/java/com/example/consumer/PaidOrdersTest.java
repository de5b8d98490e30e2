package com.example.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.consumer.PaidOrders.Heard;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import tools.jackson.databind.json.JsonMapper;

/** An order is written down once, whatever its event is called. */
class PaidOrdersTest {

  private JdbcTemplate jdbc;
  private PaidOrders orders;

  @BeforeEach
  void open() {
    DataSource database =
        new DriverManagerDataSource(
            "jdbc:h2:mem:%s;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DB_CLOSE_DELAY=-1"
                .formatted(UUID.randomUUID()));
    new ResourceDatabasePopulator(new ClassPathResource("schema.sql")).execute(database);
    jdbc = new JdbcTemplate(database);
    orders = new PaidOrders(jdbc);
  }

  private static ShopEvent paid(String id, String number) {
    String data =
        """
        {"number":"%s","user":"1","total":100,"currency":"CNY","region":"330106",
         "paidAt":"2026-01-01T00:00:00Z"}
        """
            .formatted(number);
    return new ShopEvent("/shop", id, PaidOrders.TYPE, JsonMapper.shared().readTree(data));
  }

  private List<String> written() {
    return jdbc.queryForList("select number from paid_order order by number", String.class);
  }

  @Test
  void aRepetitionChangesNothing() {
    assertThat(orders.hear(paid("1", "A"))).isEqualTo(Heard.NEW);
    assertThat(orders.hear(paid("1", "A"))).isEqualTo(Heard.AGAIN);
    assertThat(written()).containsExactly("A");
  }

  /** The shop was restored to an earlier moment: places in its log are given again. */
  @Test
  void anotherOrderUnderAnIdThatWasHeardIsNotSwallowed() {
    orders.hear(paid("1", "A"));
    assertThat(orders.hear(paid("1", "B"))).isEqualTo(Heard.NEW);
    assertThat(written()).containsExactly("A", "B");
  }

  /** Nor is it refused again and again until it is put aside. */
  @Test
  void aReplayAfterMarksWerePrunedIsARepetition() {
    orders.hear(paid("1", "A"));
    jdbc.update("delete from heard_event");
    assertThat(orders.hear(paid("1", "A"))).isEqualTo(Heard.AGAIN);
    assertThat(orders.hear(paid("2", "A"))).isEqualTo(Heard.AGAIN);
    assertThat(written()).containsExactly("A");
  }
}
