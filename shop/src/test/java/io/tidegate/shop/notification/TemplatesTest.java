package io.tidegate.shop.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplatesTest {

  private static final Map<String, String> ALL_VALUES =
      Map.of(
          "number", "881234567",
          "amount", "¥38.90",
          "carrier", "顺路快运",
          "waybill", "SL1234",
          "return", "881234567t1",
          "why", "the box is empty");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "order_paid      | zh-CN | 已付款 ¥38.90",
        "order_paid      | en    | received ¥38.90 for your order 881234567",
        "order_shipped   | zh    | 顺路快运发出，运单号 SL1234",
        "order_shipped   | en-GB | with 顺路快运, waybill SL1234",
        "order_delivered | zh-TW | 881234567 已送达",
        "order_delivered | en    | order 881234567 has been delivered",
        "order_refunded  | zh    | 已退款 ¥38.90",
        "order_refunded  | en    | refunded ¥38.90",
        "order_closed    | zh    | 超时未付款",
        "order_closed    | fr    | not paid in time",
        "refund_refused  | zh    | 退款 ¥38.90 未能办理",
        "refund_refused  | en    | refund of ¥38.90 for your order 881234567 could not be made",
        "refund_too_late | zh    | 已经发货",
        "refund_too_late | en    | already on its way",
        "return_approved | zh    | 退货申请 881234567t1 已通过",
        "return_approved | en    | return 881234567t1 of order 881234567 is approved",
        "return_not_accepted | zh | 未通过验收",
        "return_not_accepted | en | not passed the inspection",
        "return_rejected | zh    | 未通过：the box is empty",
        "return_rejected | en    | not accepted: the box is empty",
      })
  void aTextSpeaksTheCustomersLanguage(String template, String locale, String says) {
    assertThat(Templates.render(template, Locale.forLanguageTag(locale), ALL_VALUES))
        .contains(says)
        .contains("881234567")
        .doesNotContain("{", "}");
  }

  @Test
  void everyTemplateHasBothLanguages() {
    assertThat(Templates.names())
        .containsExactly(
            "order_closed",
            "order_delivered",
            "order_paid",
            "order_refunded",
            "order_shipped",
            "refund_refused",
            "refund_too_late",
            "return_approved",
            "return_not_accepted",
            "return_rejected");
    assertThat(Templates.names())
        .allSatisfy(name ->
            assertThat(Templates.render(name, Locale.CHINESE, ALL_VALUES))
                .isNotEqualTo(Templates.render(name, Locale.ENGLISH, ALL_VALUES)));
  }

  @Test
  void aValueIsPutInAsItIs() {
    Map<String, String> values = new HashMap<>(ALL_VALUES);
    values.put("carrier", "$1 {waybill} \\");
    assertThat(Templates.render("order_shipped", Locale.ENGLISH, values))
        .isEqualTo("Your order 881234567 is on its way with $1 {waybill} \\, waybill SL1234.");
  }

  @ParameterizedTest
  @CsvSource({
    "order_paid, amount",
    "order_shipped, waybill",
    "order_shipped, carrier",
    "order_refunded, amount",
    "order_closed, number",
    "order_delivered, number",
    "refund_refused, amount",
    "refund_too_late, number",
    "return_approved, return",
    "return_rejected, why",
  })
  void aMissingValueIsAnError(String template, String missing) {
    Map<String, String> values = new HashMap<>(ALL_VALUES);
    values.remove(missing);
    for (Locale locale : new Locale[] {Locale.CHINESE, Locale.ENGLISH}) {
      assertThatThrownBy(() -> Templates.render(template, locale, values))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(missing);
    }
  }

  @ParameterizedTest
  @CsvSource({"order_lost", "order", "order_paid.zh", "''"})
  void anUnknownTemplateIsAnError(String template) {
    assertThatThrownBy(() -> Templates.render(template, Locale.CHINESE, ALL_VALUES))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
