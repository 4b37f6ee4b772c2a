// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <system_error>

#include <fmt/format.h>

#include "connectors/ldif/forest.h"
#include "connectors/ldif/forest_names.h"
#include "connectors/ldif/forest_text.h"
#include "directory/dn.h"

namespace tandem::connectors::ldif {

using directory::escapeRdnValue;

namespace {

constexpr std::uint64_t kLargeMost = 5000;
constexpr std::uint64_t kGroupsMost = 5000;
constexpr std::uint64_t kMembersEach = 20;
constexpr std::uint64_t kAllDepartments = 900001;  // numbers of the groups that are not teams
constexpr std::uint64_t kAllStaff = 900002;
constexpr std::uint64_t kEverything = 900003;
constexpr std::uint64_t kDepartmentGroups = 910000;

constexpr std::string_view kGlobalSecurity = "-2147483646";
constexpr std::string_view kUniversalSecurity = "-2147483640";
constexpr std::string_view kUniversalDistribution = "8";

struct GroupDraft {
  std::uint64_t number = 0;
  std::string name;
  std::string mail;  // empty: not mail-enabled
  std::string_view type = kGlobalSecurity;
  std::vector<std::string> members;  // DNs
};

}  // namespace

class ForestWriter {
 public:
  using Sink = std::function<void(const std::string& file, const std::string& text)>;

  ForestWriter(const Forest& forest, Sink sink)
      : forest_(forest), plan_(forest.plan()), sink_(std::move(sink)) {}

  ForestCounts writeAll() {
    writeContainers();
    writeSystemObjects();
    for (std::uint64_t i = 0; i < plan_.people; ++i) {
      const Person person = forest_.person(i);
      sink_(forest_.fileOf(person), forest_.personLdif(person));
      ++counts_.people;
      counts_.disabled += person.disabled ? 1 : 0;
    }
    writeContacts();
    writeGroups();
    return counts_;
  }

 private:
  bool openLdap() const { return plan_.flavour == ForestFlavour::kOpenLdap; }

  void writeContainer(const std::string& name, const std::string& parent) {
    EntryText entry(plan_, fmt::format("OU={},{}", escapeRdnValue(name), parent));
    entry.objectClasses("top organizationalUnit").add("ou", name);
    entry.operational(kContainerKind, counts_.containers);
    sink_("00-containers.ldif", entry.finish());
    ++counts_.containers;
  }

  void writeBase() {
    if (plan_.for_loading && !openLdap()) return;  // the domain is there already
    EntryText entry(plan_, plan_.base);
    const std::string label = directory::Dn::parse(plan_.base).value().rdns().front().front().value;
    if (openLdap()) {
      entry.objectClasses("top dcObject organization").add("o", "Tandem Example");
    } else {
      entry.objectClasses("top domain domainDNS");
    }
    entry.add("dc", label).operational(kContainerKind, counts_.containers);
    sink_("00-containers.ldif", entry.finish());
    ++counts_.containers;
  }

  void writeContainers() {
    writeBase();
    for (const std::string name : {"People", "Groups", "Contacts", "Leavers", "Service Accounts"})
      writeContainer(name, plan_.base);
    const std::string people = "OU=People," + plan_.base;
    for (const Region& region : kRegions) {
      writeContainer(std::string(region.country), people);
      const std::string country = fmt::format("OU={},{}", region.country, people);
      for (const std::string_view city : region.cities) {
        writeContainer(std::string(city), country);
        for (const Department& department : kDepartments)
          writeContainer(std::string(department.name), fmt::format("OU={},{}", city, country));
      }
    }
    for (const std::string name : {"Security", "Distribution", "Teams"})
      writeContainer(name, "OU=Groups," + plan_.base);
  }

  void writeSystemUser(const std::string& name, std::uint64_t rid, bool critical) {
    if (critical && plan_.for_loading) return;  // a domain brings its own
    const std::string container = critical ? "CN=Users" : "OU=Service Accounts";
    EntryText entry(plan_, fmt::format("CN={},{},{}", escapeRdnValue(name), container, plan_.base));
    entry.objectClasses("top person organizationalPerson user").add("cn", name);
    entry.add("sAMAccountName", name.substr(0, 20));
    entry.add("userAccountControl", plan_.for_loading ? "544" : "66048");
    entry.addIf(!critical && !plan_.for_loading, "mailNickname", name);
    if (!plan_.for_loading) entry.add("objectSid", inventedSid(plan_.seed, rid));
    entry.addIf(critical, "isCriticalSystemObject", "TRUE").operational(kSystemKind, rid);
    sink_("system.ldif", entry.finish());
    ++counts_.unsynced;
  }

  void writeSystemObjects() {
    if (openLdap()) return;
    if (!plan_.for_loading) {
      EntryText users(plan_, "CN=Users," + plan_.base);
      users.objectClasses("top container").add("cn", "Users").operational(kContainerKind, 999999);
      sink_("00-containers.ldif", users.finish());
      ++counts_.containers;
    }
    writeSystemUser("Administrator", 500, /*critical=*/true);
    writeSystemUser("Guest", 501, /*critical=*/true);
    writeSystemUser("krbtgt", 502, /*critical=*/true);
    writeSystemUser("MSOL_0123456789ab", 1101, /*critical=*/false);
    writeSystemUser("AAD_0123456789ab", 1102, /*critical=*/false);
    writeSystemUser("SystemMailbox{1f05a927-0b17-4ad9-8c5e-0f2d2a7f51a4}",
                    1103,
                    /*critical=*/false);
    if (plan_.for_loading) return;
    for (const auto& [name, rid] : {std::pair{"Domain Admins", 512}, {"Domain Users", 513}}) {
      EntryText entry(plan_, fmt::format("CN={},CN=Users,{}", name, plan_.base));
      entry.objectClasses("top group").add("cn", name).add("sAMAccountName", name);
      entry.add("groupType", kGlobalSecurity).add("isCriticalSystemObject", "TRUE");
      entry.add("objectSid", inventedSid(plan_.seed, static_cast<std::uint64_t>(rid)));
      entry.operational(kSystemKind, static_cast<std::uint64_t>(rid));
      sink_("system.ldif", entry.finish());
      ++counts_.unsynced;
    }
  }

  std::string contactDn(std::uint64_t number) const {
    const Person person = forest_.person(number + 7000000);
    return fmt::format("CN={} (Partner {}),OU=Contacts,{}",
                       escapeRdnValue(person.common_name),
                       number,
                       plan_.base);
  }
  std::uint64_t contactCount() const {
    return openLdap() ? 0 : std::max<std::uint64_t>(plan_.people / 20, 3);
  }

  void writeContacts() {
    for (std::uint64_t i = 0; i < contactCount(); ++i) {
      const Person person = forest_.person(i + 7000000);
      EntryText entry(plan_, contactDn(i));
      entry.objectClasses("top person organizationalPerson contact");
      entry.add("cn", fmt::format("{} (Partner {})", person.common_name, i));
      const std::string mail = fmt::format("{}@partner{}.example.net", person.account, i % 7);
      entry.add("sn", person.family).add("givenName", person.given);
      entry.add("displayName", fmt::format("{} {} (Partner)", person.given, person.family));
      entry.add("mail", mail).add("proxyAddresses", "SMTP:" + mail);
      entry.addIf(!plan_.for_loading, "targetAddress", "SMTP:" + mail);
      entry.addIf(!plan_.for_loading, "mailNickname", fmt::format("contact{}", i));
      entry.add("company", fmt::format("Partner {}", i % 7));
      sink_("contacts.ldif", entry.operational(kContactKind, i).finish());
      ++counts_.contacts;
    }
  }

  std::string groupDn(const std::string& name, std::string_view folder) const {
    return fmt::format("CN={},OU={},OU=Groups,{}", escapeRdnValue(name), folder, plan_.base);
  }

  void writeGroup(const GroupDraft& draft, std::string_view folder) {
    EntryText entry(plan_, groupDn(draft.name, folder));
    entry.objectClasses(openLdap() ? "top groupOfNames" : "top group").add("cn", draft.name);
    entry.add("description", fmt::format("Invented group {}", draft.number));
    if (!openLdap()) {
      entry.add("displayName", draft.name).add("groupType", draft.type);
      entry.add("sAMAccountName", fmt::format("grp-{}", draft.number));
      if (!draft.mail.empty()) {
        entry.add("mail", draft.mail).add("proxyAddresses", "SMTP:" + draft.mail);
        entry.addIf(!plan_.for_loading, "mailNickname", fmt::format("grp-{}", draft.number));
      }
      if (!plan_.for_loading) {
        entry.add("objectSid", inventedSid(plan_.seed, 5000000 + draft.number));
      }
    }
    for (const std::string& member : draft.members)
      entry.add("member", member);
    sink_("groups.ldif", entry.operational(kGroupKind, draft.number).finish());
    ++counts_.groups;
  }

  // Different people, chosen by the group's number.
  std::vector<std::string> someMembers(std::uint64_t number) const {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t i = 0; i < std::min(kMembersEach, plan_.people); ++i)
      numbers.push_back((number * 37 + i * 101) % plan_.people);
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    std::vector<std::string> members;
    for (const std::uint64_t member : numbers)
      members.push_back(forest_.person(member).dn);
    return members;
  }

  void writeTeam(std::uint64_t number) {
    static constexpr std::string_view kThemes[] = {"Phoenix", "Aurora", "Orinoco", "Kestrel"};
    GroupDraft draft;
    draft.number = number;
    draft.members = someMembers(number);
    const std::string_view theme = kThemes[number % std::size(kThemes)];
    const std::string address = fmt::format("team{}@{}", number, plan_.mail_domain);
    switch (number % 5) {
      case 0:
        draft.name = fmt::format("Project {} {}", theme, number);
        return writeGroup(draft, "Teams");
      case 1:
        draft.name = fmt::format("#{}-{}", theme, number);
        draft.mail = address;
        draft.type = kUniversalDistribution;
        if (contactCount() > 0) draft.members.push_back(contactDn(number % contactCount()));
        return writeGroup(draft, "Distribution");
      case 2:
        draft.name = fmt::format("C++ Guild, Chapter {}", number);
        draft.mail = address;
        draft.type = kUniversalSecurity;
        return writeGroup(draft, "Teams");
      case 3:
        draft.name = fmt::format("R&D \"{}\" {}", theme, number);
        return writeGroup(draft, "Teams");
      default:
        draft.name = fmt::format("Équipe {} {}", theme, number);
        draft.mail = address;
        draft.type = kUniversalDistribution;
        return writeGroup(draft, "Distribution");
    }
  }

  void writeGroups() {
    if (plan_.people == 0) return;
    const std::uint64_t teams =
        plan_.groups != 0 ? plan_.groups : std::min(plan_.people / 10, kGroupsMost);
    for (std::uint64_t i = 0; i < teams; ++i)
      writeTeam(i);
    GroupDraft nested{kAllDepartments, "All Departments", "", kUniversalSecurity, {}};
    for (std::size_t d = 0; d < std::size(kDepartments); ++d) {
      GroupDraft draft{kDepartmentGroups + d,
                       fmt::format("SG {}", kDepartments[d].name),
                       "",
                       kGlobalSecurity,
                       {}};
      for (std::uint64_t i = 0; i < std::min<std::uint64_t>(plan_.people, 400); ++i) {
        const Person person = forest_.person(i);
        if (person.department == d) draft.members.push_back(person.dn);
      }
      if (openLdap() && draft.members.empty()) continue;  // groupOfNames needs a member
      writeGroup(draft, "Security");
      nested.members.push_back(groupDn(draft.name, "Security"));
    }
    writeGroup(nested, "Security");
    GroupDraft staff{kAllStaff, "All Staff", "", kUniversalSecurity, {}};
    const std::uint64_t most =
        plan_.large_group_members != 0 ? plan_.large_group_members : kLargeMost;
    for (std::uint64_t i = 0; i < std::min(plan_.people, most); ++i)
      staff.members.push_back(forest_.person(i).dn);
    writeGroup(staff, "Security");
    GroupDraft everything{kEverything, "Everything", "", kUniversalSecurity, {}};
    everything.members = {groupDn(nested.name, "Security"), groupDn(staff.name, "Security")};
    writeGroup(everything, "Security");
  }

  const Forest& forest_;
  const ForestPlan& plan_;
  Sink sink_;
  ForestCounts counts_;
};

std::string Forest::largeGroupDn() const {
  return "CN=All Staff,OU=Security,OU=Groups," + plan_.base;
}

ForestCounts Forest::writeTo(std::ostream& out) const {
  return ForestWriter(*this, [&](const std::string&, const std::string& text) { out << text; })
      .writeAll();
}

Result<ForestCounts> Forest::writeFolder(const std::string& folder) const {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("the folder {} cannot be made: {}", folder, failure.message()));
  }
  std::map<std::string, std::ofstream> files;
  const ForestCounts counts =
      ForestWriter(*this, [&](const std::string& name, const std::string& text) {
        auto file = files.find(name);
        if (file == files.end()) {
          file = files.try_emplace(name, folder + "/" + name, std::ios::binary).first;
        }
        file->second << text;
      }).writeAll();
  for (auto& [name, file] : files) {
    file.close();
    if (file.fail()) {
      return Error(ErrorCode::kUnavailable,
                   fmt::format("{}/{} cannot be written: is the disk full?", folder, name));
    }
  }
  return counts;
}

}  // namespace tandem::connectors::ldif
