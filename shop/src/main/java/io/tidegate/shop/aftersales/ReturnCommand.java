package io.tidegate.shop.aftersales;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be asked of a return that exists. */
public sealed interface ReturnCommand {

  ReturnId id();

  /** Who asks: {@code customer:42} or {@code staff:li}. */
  String actor();

  /** The customer has sent the goods. */
  record SendBack(ReturnId id, long userId, String courier, String waybill)
      implements ReturnCommand {
    @Override
    public String actor() {
      return "customer:" + userId;
    }
  }

  /** Staff let the customer send the goods. */
  record Approve(ReturnId id, String staff) implements ReturnCommand {
    @Override
    public String actor() {
      return "staff:" + staff;
    }
  }

  /**
   * Staff end it before the goods are here.
   *
   * @param reason words for the customer
   */
  record Reject(ReturnId id, String reason, String staff) implements ReturnCommand {
    @Override
    public String actor() {
      return "staff:" + staff;
    }
  }

  /**
   * The goods have come to a warehouse.
   *
   * @param warehouse null: the usual one
   * @param usual the one that the order came from
   */
  record Receive(ReturnId id, @Nullable String warehouse, String usual, String staff)
      implements ReturnCommand {

    String at() {
      return warehouse == null ? usual : warehouse;
    }

    @Override
    public String actor() {
      return "staff:" + staff;
    }
  }

  /**
   * The goods were looked at.
   *
   * @param accepted what is taken back; null: all of it; empty: nothing
   * @param note for staff; where nothing is accepted, words for the customer
   */
  record Inspect(
      ReturnId id, @Nullable List<ReturnLine> accepted, @Nullable String note, String staff)
      implements ReturnCommand {

    public Inspect {
      accepted = accepted == null ? null : List.copyOf(accepted);
    }

    @Override
    public String actor() {
      return "staff:" + staff;
    }
  }
}
