package io.tidegate.shop.customer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.customer.AddressRules.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses that can be delivered to, and all that is wrong with others. */
class AddressRulesTest {

  private static final Address GOOD = new Address("王小明", "13800138000", "330106", "文三路 1 号");

  @Test
  void aGoodAddressHasNoFaults() {
    assertThat(faults(GOOD)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "13800138000",
        "0571-88886666",
        "057188886666",
        "010-62345678-801",
        "+85223456789"
      })
  void phonesOfChinaAndOfTheWorldAreTaken(String phone) {
    assertThat(faults(new Address("A", phone, "330106", "B"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "12800138000",
        "1380013800",
        "138001380000",
        "１３８００１３８０００",
        "+0123456789",
        "+123456",
        "110",
        "13800138000\n",
        "0571-8888666a"
      })
  void otherPhonesAreNot(String phone) {
    assertThat(faults(new Address("A", phone, "330106", "B")))
        .extracting(Fault::field)
        .containsExactly("phone");
  }

  @Test
  void everyFaultIsTold() {
    assertThat(faults(new Address(" ", "x", "000000", "")))
        .extracting(Fault::field)
        .containsExactly("name", "phone", "region", "line");
  }

  @Test
  void lengthsCountCharactersAsPeopleDo() {
    assertThat(faults(new Address("𠮷".repeat(64), "13800138000", "330106", "路".repeat(200))))
        .isEmpty();
    assertThat(faults(new Address("王".repeat(65), "13800138000", "330106", "路".repeat(201))))
        .extracting(Fault::field)
        .containsExactly("name", "line");
  }

  @Test
  void controlCharactersDoNotReachALabel() {
    assertThat(faults(new Address("A\u0007", "13800138000", "330106", "a\nb")))
        .extracting(Fault::field)
        .containsExactly("name", "line");
  }

  @Test
  void nothingPersonalIsPrinted() {
    assertThat(GOOD.toString() + new Consignee(7, GOOD) + new SavedAddress(1, 1, true, GOOD))
        .contains("330106")
        .doesNotContain("王小明", "13800138000", "文三路");
    assertThat(faults(new Address("王小明王小明\t", "138x", "1", "文三路\t")).toString())
        .doesNotContain("王小明", "138x", "文三路");
  }

  private static List<Fault> faults(Address address) {
    return AddressRules.faults(address, Regions.all()::isDistrict);
  }
}
