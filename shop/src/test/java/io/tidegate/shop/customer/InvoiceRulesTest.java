package io.tidegate.shop.customer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.shop.customer.InvoiceRules.Fault;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which invoices can be written. */
class InvoiceRulesTest {

  private static final String CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "91350100M000100Y43", // the standard's own example
        "91440300708461136T", // of real companies, as their reports print it
        "914403001922038216",
        "330106123456789",
        "33010612345678X",
        "33010619900307123X01",
        "33010619900307123412",
      })
  void theseAreTaxNumbers(String number) {
    assertThat(InvoiceRules.isTaxNumber(number)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "91350100M000100Y44", // check character
        "91350100M000100Y4", // 17
        "91350100M000100Y430", // 19
        "9135010AM000100Y43", // a letter in the region
        "91350100I000100Y43", // no such letter
        "01350100M000100Y43", // nobody registers with 0
        "91350100m000100Y43",
        "33010612345678", // 14
        "33010A123456789",
        "33010619900307123XX1",
        "１２３４５６７８９０１２３４５",
        "111111111111111",
        "000000000000000",
        "99999999999999999999",
        "",
      })
  void theseAreNone(String number) {
    assertThat(InvoiceRules.isTaxNumber(number)).isFalse();
  }

  /** GB 32100 promises that one wrong character, or two neighbours that changed places, show. */
  @Test
  void theCheckCharacterSeesOneWrongCharacterAndTwoSwapped() {
    Random random = new Random(31);
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder();
      text.append(CHARS.charAt(1 + random.nextInt(30)))
          .append(CHARS.charAt(1 + random.nextInt(30)));
      for (int i = 0; i < 6; i++) {
        text.append(random.nextInt(10));
      }
      for (int i = 0; i < 9; i++) {
        text.append(CHARS.charAt(random.nextInt(31)));
      }
      String code = text.toString() + InvoiceRules.checkCharacter(text + "0");
      assertThat(InvoiceRules.isTaxNumber(code)).as(code).isTrue();
      int at = random.nextInt(18);
      char other = CHARS.charAt(random.nextInt(31));
      if (other != code.charAt(at)) {
        String wrong = code.substring(0, at) + other + code.substring(at + 1);
        assertThat(InvoiceRules.isTaxNumber(wrong)).as(wrong).isFalse();
      }
      int left = random.nextInt(16);
      if (code.charAt(left) != code.charAt(left + 1)) {
        String swapped =
            code.substring(0, left)
                + code.charAt(left + 1)
                + code.charAt(left)
                + code.substring(left + 2);
        assertThat(InvoiceRules.isTaxNumber(swapped)).as(swapped).isFalse();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NONE,,,",
    "NONE,某某,,title",
    "NONE,,91350100M000100Y43,taxNumber",
    "PERSONAL,,,",
    "PERSONAL,王芳,,",
    "PERSONAL,'  ',,title",
    "PERSONAL,王芳,91350100M000100Y43,taxNumber",
    "COMPANY,某某公司,91350100M000100Y43,",
    "COMPANY,某某公司,91350100m000100y43,",
    "COMPANY,,91350100M000100Y43,title",
    "COMPANY,某某公司,,taxNumber",
    "COMPANY,某某公司,91350100M000100Y44,taxNumber",
  })
  void whatIsWrongIsNamed(
      InvoiceRules.Type type,
      @Nullable String title,
      @Nullable String taxNumber,
      @Nullable String field) {
    var faults = InvoiceRules.faults(type, title, taxNumber);
    if (field == null) {
      assertThat(faults).isEmpty();
    } else {
      assertThat(faults).extracting(Fault::field).containsExactly(field);
      assertThatThrownBy(() -> InvoiceRules.invoice(type, title, taxNumber))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void textsAreTakenAsTheyArePrinted() {
    assertThat(InvoiceRules.invoice(InvoiceRules.Type.NONE, null, null)).isEqualTo(Invoice.none());
    assertThat(InvoiceRules.invoice(InvoiceRules.Type.PERSONAL, null, null))
        .isEqualTo(new Invoice.Personal("个人"));
    assertThat(InvoiceRules.invoice(InvoiceRules.Type.COMPANY, " 某某公司 ", " 91350100m000100y43"))
        .isEqualTo(new Invoice.Company("某某公司", "91350100M000100Y43"));
    assertThat(InvoiceRules.faults(InvoiceRules.Type.PERSONAL, "字".repeat(101), null)).hasSize(1);
    assertThat(InvoiceRules.faults(InvoiceRules.Type.PERSONAL, "😀".repeat(100), null)).isEmpty();
    assertThat(InvoiceRules.faults(InvoiceRules.Type.PERSONAL, "a\u0007b", null)).hasSize(1);
  }

  @Test
  void nothingPersonalIsInAText() {
    assertThat(new Invoice.Personal("王芳").toString()).doesNotContain("王芳");
    assertThat(new Invoice.Company("某某公司", "91350100M000100Y43").toString())
        .doesNotContain("某某", "9135");
  }

  @Test
  void theStoredFormIsReadAsItWasWritten() {
    for (Invoice invoice :
        new Invoice[] {
          Invoice.none(),
          new Invoice.Personal("王\"芳\\ 😀"),
          new Invoice.Company("某,某[公司]", "91350100M000100Y43")
        }) {
      assertThat(InvoiceText.read(InvoiceText.of(invoice))).isEqualTo(invoice);
    }
    assertThat(InvoiceText.of(new Invoice.Personal("王芳"))).isEqualTo("[1,\"personal\",\"王芳\"]");
    assertThatThrownBy(() -> InvoiceText.read("[2,\"personal\",\"王芳\"]"))
        .isInstanceOf(IllegalStateException.class);
  }
}
