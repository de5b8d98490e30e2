package io.tidegate.shop.notification;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.db.Question;
import io.tidegate.platform.db.Row;
import io.tidegate.platform.db.Sql;
import io.tidegate.platform.db.Tx;
import io.tidegate.shop.kernel.EpochMicros;
import io.tidegate.shop.kernel.LockRank;
import io.tidegate.shop.kernel.OrderNumber;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps messages from their recording to their end. */
public final class MessageStore {

  private static final String SELECT =
      """
      select id, order_number, user_id, template, about, channel, details::text, state, why, tries,
        created_at, sent_at
      from notification.message
      """;

  static final Sql INSERT =
      Sql.of(
          """
          insert into notification.message
            (order_number, user_id, template, about, channel, details, state, next_try_at,
             created_at)
          select n, u, template, about, channel, details::jsonb, 'recorded', db.at(t), db.at(t)
          from unnest(?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[],
                      ?::bigint[])
            as m(n, u, template, about, channel, details, t)
          on conflict (order_number, template, about) do nothing
          """);
  static final Sql CLAIM =
      Sql.of(
          SELECT
              + """
              where state in ('recorded', 'sending', 'unknown')
                and next_try_at <= statement_timestamp()
              order by next_try_at limit ? for update skip locked
              """);
  static final Sql BEGIN =
      Sql.of(
          """
          update notification.message m
          set state = 'sending', tries = m.tries + 1,
            next_try_at = clock_timestamp() + ? * interval '1 millisecond'
          from unnest(?::bigint[], ?::text[], ?::text[]) as c(order_number, template, about)
          where m.order_number = c.order_number and m.template = c.template
            and m.about = c.about returning 1
          """);
  // The number of tries is the claim: who comes after the lease has ended finds another one. State
  // and tries are compared by the caller: named here, they would tempt the plan to the index of
  // what
  // is due, all of it.
  static final Sql CLAIMS =
      Sql.of(
          """
          select m.id, m.state, m.tries
          from unnest(?::bigint[], ?::text[], ?::text[]) as c(order_number, template, about)
          join notification.message m
            on m.order_number = c.order_number and m.template = c.template and m.about = c.about
          order by m.order_number, m.template, m.about for update of m
          """);
  static final Sql END =
      Sql.of(
          """
          update notification.message m
          set state = o.state, why = o.why, tries = m.tries - o.untried,
            next_try_at = clock_timestamp() + nullif(o.wait, -1) * interval '1 millisecond',
            sent_at = case o.state when 'sent' then clock_timestamp() end,
            failed_at = case o.state when 'failed' then clock_timestamp() end
          from unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[],
                      ?::int4[])
            as o(order_number, template, about, state, why, wait, untried)
          where m.order_number = o.order_number and m.template = o.template
            and m.about = o.about returning 1
          """);
  static final Sql PAGE = Sql.of(SELECT + "where user_id = ? and id < ? order by id desc limit ?");
  static final Sql FAILED =
      Sql.of(
          SELECT.replace("sent_at\n", "sent_at, coalesce(failed_at, created_at)\n")
              + "where state = 'failed' and id < ? order by id desc limit ?");
  // Its name stays, so who takes a name once does not send it twice.
  static final Sql AGAIN =
      Sql.of(
          """
          update notification.message
          set state = 'recorded', tries = 0, failed_at = null, next_try_at = clock_timestamp()
          where order_number = ? and template = ? and about = ? and state = 'failed'
          returning 1
          """);
  static final Sql LOCK_ONE = Sql.of(SELECT + "where order_number = ? and id = ? for update");
  static final Sql FAILED_FIGURES =
      Sql.of(
          """
          select count(*), extract(epoch from clock_timestamp() - min(failed_at))::bigint from (
            select failed_at from notification.message
            where state = 'failed' and failed_at > clock_timestamp() - ? * interval '1 millisecond'
            order by failed_at limit ?) f
          """);
  static final Sql OF_ORDERS =
      Sql.of(SELECT + "where order_number = any(?) order by order_number, template, about");
  static final Sql DONE =
      Sql.of(
          """
          select order_number, created_at from notification.message
          where order_number = any(?) and template = ? and about = ''
          """);

  /** Stands for no next try in an array. */
  private static final long NO_WAIT = -1;

  private final Database database;

  public MessageStore(Database database) {
    this.database = database;
  }

  /** Records messages in the caller's transaction: each once, however often it is told. */
  public void record(Tx tx, List<NewMessage> messages) {
    if (messages.isEmpty()) {
      return;
    }
    // Sorted, so that two transactions with the same orders wait for each other in one direction.
    List<NewMessage> sorted =
        messages.stream()
            .sorted(
                Comparator.comparingLong(NewMessage::orderNumber)
                    .thenComparing(NewMessage::template)
                    .thenComparing(NewMessage::about))
            .toList();
    tx.write(
        INSERT,
        sorted.stream().mapToLong(NewMessage::orderNumber).toArray(),
        sorted.stream().mapToLong(NewMessage::userId).toArray(),
        sorted.stream().map(NewMessage::template).toArray(String[]::new),
        sorted.stream().map(NewMessage::about).toArray(String[]::new),
        sorted.stream().map(message -> message.channel().code()).toArray(String[]::new),
        sorted.stream().map(message -> DetailsJson.write(message.details())).toArray(String[]::new),
        sorted.stream().mapToLong(message -> EpochMicros.of(message.at())).toArray());
  }

  /**
   * A page of a customer's messages, newest first.
   *
   * @param before the id of the page's predecessor; {@code Long.MAX_VALUE} for the first page
   */
  public List<Message> list(long userId, long before, int limit) {
    return database.read(PAGE, MessageStore::read, userId, before, limit);
  }

  /** All messages of some orders, in the order of orders and templates. */
  public List<Message> ofOrders(Collection<Long> orderNumbers) {
    long[] numbers = orderNumbers.stream().mapToLong(Long::longValue).toArray();
    return database.read(OF_ORDERS, MessageStore::read, (Object) numbers);
  }

  /** Messages that were given up, newest first; for staff. */
  List<GivenUp> failed(long before, int limit) {
    return database.read(FAILED, row -> new GivenUp(read(row), row.getInstant(13)), before, limit);
  }

  /** How many were given up of late, and how long ago the first of them was. */
  GivenUpDesk.Figures failedFigures(Duration within, int countMax) {
    return database
        .read(
            FAILED_FIGURES,
            row -> {
              Long seconds = row.getLongOrNull(2);
              return new GivenUpDesk.Figures(
                  row.getLong(1), Duration.ofSeconds(seconds == null ? 0 : Math.max(0, seconds)));
            },
            within.toMillis(),
            countMax)
        .getFirst();
  }

  /** A message of an order, under lock; empty where it has no such one. */
  static Optional<Message> lock(Tx tx, long orderNumber, long id) {
    return tx.lock(LockRank.TASK, LOCK_ONE, MessageStore::read, orderNumber, id).stream()
        .findFirst();
  }

  /** Has a locked message that was given up sent again, with all of its tries. */
  static void sendAgain(Tx tx, Message message) {
    tx.writeExpecting(1, AGAIN, message.orderNumber(), message.template(), message.about());
  }

  /** When orders' own messages of a template were recorded; those that have none are left out. */
  public static Question<Map<Long, Instant>> whenRecorded(
      Collection<OrderNumber> orders, String template) {
    return Question.byNumber(DONE, row -> row.getInstant(2), OrderNumber.values(orders), template);
  }

  /** Takes messages that are due; nobody else gets them before the lease ends. */
  List<Message> claim(int max, Duration lease) {
    return database.write(
        "claim-messages",
        tx -> {
          List<Message> due = tx.lock(LockRank.TASK, CLAIM, MessageStore::read, max);
          if (!due.isEmpty()) {
            tx.writeExpecting(
                due.size(), BEGIN, lease.toMillis(), numbers(due), templates(due), abouts(due));
          }
          return due.stream().map(MessageStore::begun).toList();
        });
  }

  /** Writes what came of claimed messages; those that others have claimed since are left alone. */
  void end(List<SentMessage> sent) {
    database.write(
        "end-messages",
        tx -> {
          List<Message> all = sent.stream().map(SentMessage::message).toList();
          Map<Long, Integer> claims = new HashMap<>();
          tx.lock(
              LockRank.TASK,
              CLAIMS,
              row ->
                  MessageState.of(row.getString(2)) == MessageState.SENDING
                      ? claims.put(row.getLong(1), row.getInt(3))
                      : null,
              numbers(all),
              templates(all),
              abouts(all));
          write(
              tx,
              sent.stream()
                  .filter(
                      one -> Objects.equals(claims.get(one.message().id()), one.message().tries()))
                  .toList());
          return true;
        });
  }

  private static void write(Tx tx, List<SentMessage> sent) {
    if (sent.isEmpty()) {
      return;
    }
    List<Message> messages = sent.stream().map(SentMessage::message).toList();
    List<SendOutcome> outcomes = sent.stream().map(SentMessage::outcome).toList();
    tx.writeExpecting(
        sent.size(),
        END,
        numbers(messages),
        templates(messages),
        abouts(messages),
        outcomes.stream().map(outcome -> outcome.state().code()).toArray(String[]::new),
        outcomes.stream().map(SendOutcome::why).toArray(String[]::new),
        outcomes.stream().mapToLong(outcome -> millis(outcome.nextTry())).toArray(),
        // Nobody else's claim has this number meanwhile: each claim that is held counts as a try.
        outcomes.stream().mapToInt(outcome -> outcome.untried() ? 1 : 0).toArray());
  }

  private static long[] numbers(List<Message> messages) {
    return messages.stream().mapToLong(Message::orderNumber).toArray();
  }

  private static String[] templates(List<Message> messages) {
    return messages.stream().map(Message::template).toArray(String[]::new);
  }

  private static String[] abouts(List<Message> messages) {
    return messages.stream().map(Message::about).toArray(String[]::new);
  }

  private static long millis(@Nullable Duration wait) {
    return wait == null ? NO_WAIT : wait.toMillis();
  }

  private static Message begun(Message m) {
    return new Message(
        m.id(),
        m.orderNumber(),
        m.userId(),
        m.template(),
        m.about(),
        m.channel(),
        m.details(),
        MessageState.SENDING,
        m.why(),
        m.tries() + 1,
        m.createdAt(),
        m.sentAt());
  }

  private static Message read(Row row) throws SQLException {
    return new Message(
        row.getLong(1),
        row.getLong(2),
        row.getLong(3),
        row.getString(4),
        row.getString(5),
        Channel.of(row.getString(6)),
        DetailsJson.read(row.getString(7)),
        MessageState.of(row.getString(8)),
        row.getStringOrNull(9),
        row.getInt(10),
        row.getInstant(11),
        row.getInstantOrNull(12));
  }
}
