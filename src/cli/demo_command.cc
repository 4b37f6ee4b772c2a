// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/demo_plan.h"
#include "cli/format.h"
#include "cli/options.h"
#include "directory/dn.h"

namespace tandem::cli {
namespace {

using connectors::ldif::Forest;
using connectors::ldif::ForestCounts;
using connectors::ldif::ForestPlan;
using connectors::ldif::Person;

class DemoForestCommand : public Command {
 public:
  std::string_view summary() const override { return "Write an invented organisation as LDIF"; }
  std::string_view examples() const override {
    return "  tandem demo forest ./forest\n"
           "  tandem demo forest ./big --people 200000\n"
           "  tandem demo forest ./ldap --openldap --for-loading\n"
           "      without what a server makes itself, for ldapadd";
  }
  void declare(CLI::App& app) override {
    app.add_option("FOLDER", folder_, "Made when it is not there")->required();
    app.add_option("--people", plan_.people, "How many")->capture_default_str();
    app.add_option("--seed", plan_.seed, "Another number, another organisation")
        ->capture_default_str();
    app.add_option("--base", plan_.base, "DN above everything")->capture_default_str();
    app.add_option("--mail-domain", plan_.mail_domain, "Of addresses")->capture_default_str();
    app.add_flag("--openldap", openldap_, "inetOrgPerson and groupOfNames, for OpenLDAP");
    app.add_flag("--for-loading", plan_.for_loading, "For ldapadd or ldbadd");
  }

  Result<ExitCode> run(Session& session) override {
    if (openldap_) plan_.flavour = connectors::ldif::ForestFlavour::kOpenLdap;
    const ForestCounts counts = TRY(Forest(plan_).writeFolder(folder_));
    if (session.json) {
      session.printJson({{"folder", folder_},
                         {"people", counts.people},
                         {"disabled", counts.disabled},
                         {"groups", counts.groups},
                         {"contacts", counts.contacts},
                         {"containers", counts.containers},
                         {"neverSynchronized", counts.unsynced}});
      return ExitCode::kDone;
    }
    const auto number = [](std::uint64_t count) {
      return formatCount(static_cast<std::int64_t>(count));
    };
    session.print(fmt::format("{}: {} people ({} of them disabled), {} groups, {} contacts",
                              folder_,
                              number(counts.people),
                              number(counts.disabled),
                              number(counts.groups),
                              number(counts.contacts)));
    return ExitCode::kDone;
  }

 private:
  std::string folder_;
  ForestPlan plan_;
  bool openldap_ = false;
};

std::string asAddressPart(const std::string& name) {
  std::string part;
  for (const char c : toLowerAscii(name)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) part += c;
  }
  return part;
}

class DemoHireCommand : public Command {
 public:
  std::string_view summary() const override { return "Add a person to the demo organisation"; }
  std::string_view examples() const override {
    return "  tandem demo hire\n"
           "  tandem demo hire \"Ada Lovelace\"\n"
           "  tandem cycle delta     and the new account is in the tenant";
  }
  void declare(CLI::App& app) override {
    app.add_option("NAME", name_, "Given and family name; default: an invented one");
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const platform::FileLock lock = TRY(home.editLock());
    DemoPlan plan = TRY(DemoPlan::load(home));
    const std::string folder = TRY(demoFolder(home));
    const Forest forest(plan.forest);
    Person person = forest.person(plan.forest.people + plan.hired);
    person.disabled = person.left = false;
    if (!name_.empty()) TRY(rename(person, plan.forest));
    // First the count: a crash in between then costs a number, and never makes a twin.
    ++plan.hired;
    TRY(plan.save(home));
    TRY(connectors::ldif::addLdifEntry(folder, forest.fileOf(person), forest.personLdif(person)));
    if (session.json) {
      session.printJson({{"name", person.common_name},
                         {"dn", person.dn},
                         {"userPrincipalName", person.mail},
                         {"title", person.title}});
      return ExitCode::kDone;
    }
    session.print(fmt::format("{} ({}) is hired as {}:\n  {}\nNext: tandem cycle delta",
                              person.common_name,
                              person.mail,
                              person.title,
                              person.dn));
    return ExitCode::kDone;
  }

 private:
  Result<void> rename(Person& person, const ForestPlan& plan) const {
    const std::string name(trimAscii(name_));
    const std::size_t blank = name.rfind(' ');
    if (blank == std::string::npos) {
      return Error(ErrorCode::kInvalidArgument, "give a given and a family name: \"Ada Lovelace\"");
    }
    person.given = name.substr(0, blank);
    person.family = name.substr(blank + 1);
    person.middle.clear();
    person.common_name = name;
    const std::string given = asAddressPart(person.given);
    const std::string family = asAddressPart(person.family);
    person.account = fmt::format("{}{}{}", given.substr(0, 1), family.substr(0, 10), person.number);
    person.mail = given.empty() || family.empty()
                      ? fmt::format("{}@{}", person.account, plan.mail_domain)
                      : fmt::format("{}.{}@{}", given, family, plan.mail_domain);
    const directory::Dn parent = TRY(directory::Dn::parse(person.dn)).parent();
    person.dn = fmt::format("CN={},{}", directory::escapeRdnValue(name), parent.toText());
    return {};
  }

  std::string name_;
};

class DemoSetCommand : public Command {
 public:
  std::string_view summary() const override {
    return "Change an attribute in the demo organisation";
  }
  std::string_view examples() const override {
    return "  tandem demo set \"CN=Ada Lovelace,OU=…\" title \"Chief Engineer\"\n"
           "  tandem demo set \"CN=Ada Lovelace,OU=…\" telephoneNumber    removes the attribute\n"
           "  tandem demo set \"CN=Ada Lovelace,OU=…\" userAccountControl 514    disables her";
  }
  void declare(CLI::App& app) override {
    app.add_option("DN", dn_, "Whose")->required();
    app.add_option("ATTRIBUTE", attribute_, "LDAP name")->required();
    app.add_option("VALUE", values_, "New values; none removes the attribute");
  }
  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const platform::FileLock lock = TRY(home.editLock());
    const std::string folder = TRY(demoFolder(home));
    TRY(connectors::ldif::setLdifAttribute(folder, dn_, attribute_, values_));
    if (session.json) {
      session.printJson({{"dn", dn_}, {"attribute", attribute_}, {"values", values_}});
    } else {
      session.print(fmt::format("{} of {} is changed. Next: tandem cycle delta", attribute_, dn_));
    }
    return ExitCode::kDone;
  }

 private:
  std::string dn_;
  std::string attribute_;
  std::vector<std::string> values_;
};

class DemoRemoveCommand : public Command {
 public:
  std::string_view summary() const override { return "Remove an entry of the demo organisation"; }
  std::string_view examples() const override {
    return "  tandem demo remove \"CN=Ada Lovelace,OU=…\"";
  }
  void declare(CLI::App& app) override { app.add_option("DN", dn_, "Which")->required(); }
  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const platform::FileLock lock = TRY(home.editLock());
    const std::string folder = TRY(demoFolder(home));
    TRY(connectors::ldif::removeLdifEntry(folder, dn_));
    if (session.json) {
      session.printJson({{"dn", dn_}, {"removed", true}});
    } else {
      session.print(fmt::format("{} is removed. Next: tandem cycle delta", dn_));
    }
    return ExitCode::kDone;
  }

 private:
  std::string dn_;
};

}  // namespace

std::unique_ptr<Command> makeDemoForestCommand() {
  return std::make_unique<DemoForestCommand>();
}
std::unique_ptr<Command> makeDemoHireCommand() {
  return std::make_unique<DemoHireCommand>();
}
std::unique_ptr<Command> makeDemoSetCommand() {
  return std::make_unique<DemoSetCommand>();
}
std::unique_ptr<Command> makeDemoRemoveCommand() {
  return std::make_unique<DemoRemoveCommand>();
}

}  // namespace tandem::cli
