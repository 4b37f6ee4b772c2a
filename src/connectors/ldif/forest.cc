// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldif/forest.h"

#include <fmt/format.h>

#include "base/text.h"
#include "connectors/ldif/forest_names.h"
#include "connectors/ldif/forest_text.h"
#include "directory/dn.h"

namespace tandem::connectors::ldif {
namespace {

using directory::escapeRdnValue;

constexpr std::uint64_t kReportsEach = 8;
constexpr std::uint64_t kNameRound =
    std::size(kRegions) * kNamesPerRegion * kNamesPerRegion;  // different names without a middle
constexpr std::uint64_t kStep = 1237;                         // coprime with kNameRound
constexpr std::uint64_t kAlwaysEnabled = 20;                  // the top of the tree

std::uint64_t managerOf(std::uint64_t number) {
  return (number - 1) / kReportsEach;
}

// People below one of the ten heads are in that head's department.
std::size_t departmentOf(std::uint64_t number) {
  constexpr std::uint64_t kHeads = std::size(kDepartments);
  while (number > kHeads)
    number = managerOf(number);
  return number == 0 ? 8 : static_cast<std::size_t>(number - 1) % kHeads;
}

// A middle name for each time that all names have been used up once.
std::string middleName(const Region& region, std::size_t given, std::uint64_t round) {
  if (round == 0) return "";
  const auto other = [&](std::uint64_t step) {
    return std::string(region.given[(given + 1 + step % (kNamesPerRegion - 1)) % kNamesPerRegion]);
  };
  const auto letter = [](std::uint64_t index) {
    return static_cast<char>('A' + static_cast<char>(index % 26));
  };
  if (round < kNamesPerRegion) return other(round - 1);
  round -= kNamesPerRegion;
  if (round < 26) return fmt::format("{}.", letter(round));
  round -= 26;
  constexpr std::uint64_t kPairs = 26 * (kNamesPerRegion - 1);
  const std::string pair =
      fmt::format("{} {}.", other(round), letter(round / (kNamesPerRegion - 1)));
  return round < kPairs ? pair : fmt::format("{} {}", pair, round / kPairs + 1);
}

// Most names are plain; some organisations write the family name first, and some people insist.
std::string commonName(const Person& person) {
  const std::string first = person.given + (person.middle.empty() ? "" : " ") + person.middle;
  if (person.number % 53 == 7) return person.family + ", " + first;
  if (person.number % 211 == 11) {
    return fmt::format(
        "{} \"{}\" {}", first, kDepartments[person.department].titles[0], person.family);
  }
  if (person.number % 401 == 13) return fmt::format("{} {} + Deputy", first, person.family);
  if (person.number % 601 == 17) return fmt::format("#{} {}; \\<extern>", first, person.family);
  return first + " " + person.family;
}

std::string titleOf(const Person& person, std::uint64_t people) {
  const Department& department = kDepartments[person.department];
  if (person.number == 0) return "Chief Executive Officer";
  if (person.number <= std::size(kDepartments)) return std::string(department.titles[3]);
  if (person.number * kReportsEach + 1 < people) {
    return fmt::format("Team Lead, {}", department.name);
  }
  return std::string(department.titles[mixBits(person.number) % 3]);
}

std::string personDn(const Person& person, const ForestPlan& plan) {
  const Region& region = kRegions[person.region];
  const std::string rdn = plan.flavour == ForestFlavour::kOpenLdap
                              ? "uid=" + person.account
                              : "CN=" + escapeRdnValue(person.common_name);
  if (person.left) return fmt::format("{},OU=Leavers,{}", rdn, plan.base);
  return fmt::format("{},OU={},OU={},OU={},OU=People,{}",
                     rdn,
                     escapeRdnValue(kDepartments[person.department].name),
                     region.cities[person.city],
                     region.country,
                     plan.base);
}

std::string employeeId(std::uint64_t number) {
  return fmt::format("{:08}", number + 100000);
}

// 100-nanosecond ticks since 1601.
std::string fileTime(std::uint64_t number) {
  return fmt::format("{}", 133000000000000000ULL + mixBits(number) % 600000000000000ULL);
}

struct ContactDetails {
  std::string phone, mobile, office, street, postal_code;
};

ContactDetails contactDetails(const Person& person) {
  const Region& region = kRegions[person.region];
  const std::uint64_t bits = mixBits(person.number ^ 0xC0);
  ContactDetails details;
  details.phone =
      fmt::format("+{} {} {:06}", region.dial_code, 20 + bits % 70, bits / 97 % 1000000);
  details.mobile =
      fmt::format("+{} 1{} {:07}", region.dial_code, 50 + bits / 7 % 40, bits / 31 % 10000000);
  details.office = fmt::format("{}-{}-{:03}", region.code, person.city + 1, bits / 13 % 400);
  details.street = fmt::format("{} {}", region.street, 1 + bits / 17 % 180);
  details.postal_code = fmt::format("{:05}", bits / 19 % 100000);
  return details;
}

}  // namespace

Person Forest::person(std::uint64_t number) const {
  Person person;
  person.number = number;
  const std::uint64_t place = (number % kNameRound * kStep + mixBits(plan_.seed)) % kNameRound;
  person.region = static_cast<std::size_t>(place % std::size(kRegions));
  const Region& region = kRegions[person.region];
  const auto given = static_cast<std::size_t>(place / std::size(kRegions) % kNamesPerRegion);
  person.given = region.given[given];
  person.family =
      region.family[static_cast<std::size_t>(place / std::size(kRegions) / kNamesPerRegion)];
  person.middle = middleName(region, given, number / kNameRound);
  const std::uint64_t bits = mixBits(plan_.seed ^ mixBits(number));
  person.city = bits % 3 == 0 ? 1 : 0;
  person.department = departmentOf(number);
  person.disabled = number >= kAlwaysEnabled && number < plan_.people && bits / 3 % 10 == 0;
  person.left = person.disabled && bits / 30 % 2 == 0;
  person.common_name = commonName(person);
  person.account = fmt::format("{}{}{}",
                               asciiName(person.given).substr(0, 1),
                               asciiName(person.family).substr(0, 10),
                               number);
  const std::string middle = asciiName(person.middle);
  person.mail = fmt::format("{}{}{}.{}@{}",
                            asciiName(person.given),
                            middle.empty() ? "" : ".",
                            middle,
                            asciiName(person.family),
                            plan_.mail_domain);
  person.title = titleOf(person, plan_.people);
  person.dn = personDn(person, plan_);
  return person;
}

std::string Forest::fileOf(const Person& person) const {
  if (person.left) return "leavers.ldif";
  const Region& region = kRegions[person.region];
  return fmt::format(
      "people-{}-{}.ldif", asciiName(region.code), asciiName(region.cities[person.city]));
}

namespace {

void addCommon(EntryText& entry, const Person& person) {
  const Region& region = kRegions[person.region];
  const ContactDetails details = contactDetails(person);
  entry.add("sn", person.family).add("givenName", person.given);
  entry.add("displayName", fmt::format("{} {}", person.given, person.family));
  entry.add("mail", person.mail).add("title", person.title);
  entry.add("telephoneNumber", details.phone).add("mobile", details.mobile);
  entry.add("physicalDeliveryOfficeName", details.office).add("postalCode", details.postal_code);
  entry.add("l", region.cities[person.city]).add("st", region.state);
}

void addMailAttributes(EntryText& entry, const Person& person, const ForestPlan& plan) {
  entry.add("proxyAddresses", "SMTP:" + person.mail);
  // A few people have collected addresses for years.
  const std::uint64_t aliases = person.number % 97 == 5 ? 24 : 1 + person.number % 3;
  for (std::uint64_t i = 0; i < aliases; ++i) {
    entry.add(
        "proxyAddresses",
        fmt::format(
            "smtp:{}{}@{}", person.account, i == 0 ? "" : fmt::format(".{}", i), plan.mail_domain));
  }
  if (person.number % 4 == 0) entry.add("proxyAddresses", "sip:" + person.mail);
  entry.addIf(!plan.for_loading, "mailNickname", person.account);
}

std::string activeDirectoryPerson(const Forest& forest, const Person& person) {
  const ForestPlan& plan = forest.plan();
  const Region& region = kRegions[person.region];
  const bool inet = person.number % 40 == 39;
  EntryText entry(plan, person.dn);
  entry.objectClasses(inet ? "top person organizationalPerson user inetOrgPerson"
                           : "top person organizationalPerson user");
  entry.add("cn", person.common_name).addIf(!plan.for_loading, "name", person.common_name);
  addCommon(entry, person);
  entry.addIf(!person.middle.empty(), "middleName", person.middle);
  entry.add("streetAddress", contactDetails(person).street);
  entry.add("c", region.code).add("co", region.country);
  entry.add("countryCode", fmt::format("{}", region.number));
  entry.add("company", "Tandem Example").add("department", kDepartments[person.department].name);
  entry.add("employeeID", employeeId(person.number));
  addMailAttributes(entry, person, plan);
  entry.add("sAMAccountName", person.account).add("userPrincipalName", person.mail);
  if (person.number > 0) entry.add("manager", forest.person(managerOf(person.number)).dn);
  if (plan.for_loading) {
    // Without a password the account must be allowed to have none (0x20).
    return entry.add("userAccountControl", person.disabled ? "546" : "544").finish();
  }
  entry.add("userAccountControl", person.disabled ? "514" : "512");
  entry.add("sAMAccountType", "805306368").add("primaryGroupID", "513");
  entry.add("objectSid", inventedSid(plan.seed, 10000 + person.number));
  entry.add("pwdLastSet", fileTime(person.number)).add("accountExpires", "9223372036854775807");
  entry.add("lastLogonTimestamp", fileTime(person.number ^ 1));
  entry.addIf(person.number % 10 == 3,
              "mS-DS-ConsistencyGuid",
              inventedGuid(plan.seed, kPersonKind, person.number));
  return entry.operational(kPersonKind, person.number).finish();
}

std::string openLdapPerson(const Forest& forest, const Person& person) {
  const ForestPlan& plan = forest.plan();
  const Region& region = kRegions[person.region];
  const ContactDetails details = contactDetails(person);
  EntryText entry(plan, person.dn);
  entry.objectClasses("top person organizationalPerson inetOrgPerson");
  entry.add("uid", person.account).add("cn", person.common_name);
  addCommon(entry, person);
  entry.add(
      "initials",
      fmt::format(
          "{}{}", asciiName(person.given).substr(0, 1), asciiName(person.family).substr(0, 1)));
  entry.add("mail", fmt::format("{}@{}", person.account, plan.mail_domain));
  entry.add("departmentNumber", fmt::format("D{:02}", person.department));
  entry.add("employeeNumber", employeeId(person.number));
  entry.add("employeeType", person.disabled ? "Left" : "Employee");
  entry.add("ou", kDepartments[person.department].name).add("o", "Tandem Example");
  entry.add("street", details.street);
  entry.add(
      "postalAddress",
      fmt::format("{}${}${}", details.street, details.postal_code, region.cities[person.city]));
  entry.add("preferredLanguage", "en").add("businessCategory", "Staff");
  entry.add("facsimileTelephoneNumber", details.phone + "9");
  entry.add("description",
            fmt::format("Invented person {} of seed {}, cost centre CC{:06}",
                        person.number,
                        plan.seed,
                        mixBits(person.number) % 1000000));
  entry.add("labeledURI",
            fmt::format("https://people.{}/{} Profile", plan.mail_domain, person.account));
  if (person.number > 0) entry.add("manager", forest.person(managerOf(person.number)).dn);
  return entry.operational(kPersonKind, person.number).finish();
}

}  // namespace

std::string Forest::personLdif(const Person& person) const {
  return plan_.flavour == ForestFlavour::kOpenLdap ? openLdapPerson(*this, person)
                                                   : activeDirectoryPerson(*this, person);
}

}  // namespace tandem::connectors::ldif
