package io.tidegate.shop.aftersales;

import io.tidegate.platform.http.Fields;
import io.tidegate.shop.ordering.Order;
import io.tidegate.shop.ordering.OrderItem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Lines and pieces as requests send them: {@code [{line,quantity}]}. */
final class ReturnLinesJson {

  private ReturnLinesJson() {}

  /**
   * Reads a member that must be there.
   *
   * @param quantityMin 1, or 0 where none of a line may be meant
   */
  static List<ReturnLine> read(Fields body, String member, int quantityMin) {
    List<ReturnLine> lines = new ArrayList<>();
    Set<Integer> seen = new HashSet<>();
    for (Fields item : body.array(member, 1, Order.LINES_MAX)) {
      int line = (int) item.integer("line", 1, Order.LINES_MAX);
      int quantity = (int) item.integer("quantity", quantityMin, OrderItem.QUANTITY_MAX);
      if (item.has("line") && !seen.add(line)) {
        item.refuse("line", "is there twice");
      }
      lines.add(new ReturnLine(line, quantity));
    }
    return lines;
  }
}
