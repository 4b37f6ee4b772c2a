// SPDX-License-Identifier: Apache-2.0
//
// The rules of a genuine Entra Connect server over people: reading its export, comparing two,
// compiling the rules, and scope and flows of each person on one core and on two. The export is not
// part of the project: TANDEM_SAMPLES names the folder that holds entra-connect/contoso.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "allocation_count.h"
#include "base/check.h"
#include "directory/record.h"
#include "policy/entra/configuration_diff.h"
#include "policy/entra/conversion.h"
#include "policy/entra/read_configuration.h"
#include "policy/policy_check.h"
#include "policy/shipped_facts.h"
#include "rules/default_rules.h"
#include "rules/rule_set.h"

namespace {

using namespace tandem;  // NOLINT: a program, not a header
using policy::entra::ReadConfiguration;
using rules::ConnectorId;
using rules::Direction;

double secondsOf(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double medianOf(int rounds, const std::function<void()>& work) {
  std::vector<double> seconds;
  for (int i = 0; i < rounds; ++i)
    seconds.push_back(secondsOf(work));
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() / 2];
}

class NoReferences final : public rules::ReferenceReader {
 public:
  std::uint32_t count(rules::AttributeId /*attribute*/) const override { return 0; }
  std::vector<std::string> values(rules::AttributeId /*attribute*/,
                                  std::size_t /*limit*/) const override {
    return {};
  }
  bool isMemberOf(std::string_view /*group_dn*/) const override { return false; }
};

// The server's rules as a policy of ours, and what their compiler must know.
class World {
 public:
  explicit World(policy::PolicyDocument document)
      : document_(std::move(document)), metaverse_(rules::metaverseSchema(attributes_)) {
    context_.attributes = &attributes_;
    context_.object_types = &types_;
    context_.metaverse_schema = &metaverse_;
    context_.rule_id = [this](const rules::SyncRule&) { return rules::RuleId(++last_rule_); };
    for (const policy::ConnectorPolicy& connector : document_.connectors) {
      const ConnectorId id(static_cast<std::int64_t>(schemas_.size()) + 1);
      const auto schema = schemas_.emplace(id, policy::shippedSchema(connector, attributes_)).first;
      if (connector.isSource()) source_ = id;
      context_.connectors.emplace(connector.name, id);
      context_.connector_schemas.emplace(id, &schema->second);
      context_.parameters.emplace(id, policy::shippedParameters(connector));
    }
    all_ = policy::effectiveRules(document_);
  }

  std::unique_ptr<rules::RuleSet> compile() {
    Problems problems;
    auto set = rules::RuleSet::compile(all_, context_, problems);
    for (const Problem& problem : problems) {
      if (set == nullptr) fmt::print(stderr, "{}: {}\n", problem.where, problem.message);
    }
    TANDEM_CHECK(set != nullptr);
    return set;
  }

  std::string person(std::int64_t number) const {
    directory::RecordBuilder record;
    const auto add = [&](const char* name, std::string_view value) {
      const auto id = attributes_.find(name);
      const auto* const definition = id ? schemas_.at(source_).find(*id) : nullptr;
      TANDEM_CHECK(definition != nullptr);
      record.add(definition->id, definition->type, definition->multi, value);
    };
    const std::string name = fmt::format("person{:07}", number);
    for (const char* attribute : {"cn",
                                  "sn",
                                  "givenName",
                                  "displayName",
                                  "title",
                                  "department",
                                  "company",
                                  "l",
                                  "co",
                                  "mobile",
                                  "telephoneNumber",
                                  "physicalDeliveryOfficeName",
                                  "postalCode",
                                  "streetAddress",
                                  "employeeID",
                                  "sAMAccountName",
                                  "mailNickname"}) {
      add(attribute, fmt::format("{} of {}", attribute, name));
    }
    add("c", "SE");
    add("mail", name + "@example.com");
    add("userPrincipalName", name + "@example.com");
    add("proxyAddresses", "SMTP:" + name + "@example.com");
    add("proxyAddresses", "smtp:" + name + ".old@example.com");
    add("objectGUID", fmt::format("{:016}", number));
    record.addInteger(*attributes_.find("userAccountControl"), 512);
    record.addInteger(*attributes_.find("countryCode"), 752);
    return record.finish();
  }

  ConnectorId source() const { return source_; }
  rules::ObjectTypeId user() { return rules::ObjectTypeId(types_.intern("user")); }
  std::size_t ruleCount() const { return all_.size(); }

 private:
  policy::PolicyDocument document_;
  directory::AttributeTable attributes_;
  directory::NameTable types_;
  directory::Schema metaverse_;
  std::map<ConnectorId, directory::Schema> schemas_;  // pointed to: a map never moves them
  ConnectorId source_;
  std::int64_t last_rule_ = 0;
  rules::CompileContext context_;
  std::vector<rules::SyncRule> all_;
};

struct Flowed {
  std::uint64_t values = 0;
  std::uint64_t errors = 0;
};

Flowed flow(const rules::RuleSet& set,
            World& world,
            std::span<const std::string> people,
            rules::ObjectTypeId user) {
  const NoReferences references;
  const auto evaluation = set.newEvaluation();
  rules::FlowResult result;
  Flowed flowed;
  for (const std::string& record : people) {
    const rules::SourceObject object{user, "CN=Somebody,DC=example", record, record, &references};
    const auto scope = set.inScope(*evaluation, world.source(), Direction::kInbound, object);
    const rules::Contributor contributor{
        rules::ConnectorObjectId(1), world.source(), object, scope};
    set.flowIn(*evaluation, {&contributor, 1}, {}, /*creating=*/true, result);
    flowed.values += result.lineage.size();
    flowed.errors += result.error ? 1U : 0U;
  }
  return flowed;
}

void reportPeople(const rules::RuleSet& set, World& world, std::int64_t size) {
  std::vector<std::string> people;
  for (std::int64_t i = 0; i < size; ++i)
    people.push_back(world.person(i));
  const std::span<const std::string> all(people);
  const auto user = world.user();
  Flowed flowed;
  const std::uint64_t before = g_allocations;
  const double one = medianOf(3, [&] { flowed = flow(set, world, all, user); });
  const double allocations =
      static_cast<double>(g_allocations - before) / static_cast<double>(3 * size);
  const double two = medianOf(3, [&] {
    const std::jthread beside([&] { flow(set, world, all.first(all.size() / 2), user); });
    flow(set, world, all.subspan(all.size() / 2), user);
  });
  const auto n = static_cast<double>(size);
  fmt::print("{:<50} {:>12.0f} objects/s\n", "scope and flows in, one core", n / one);
  fmt::print("{:<50} {:>12.0f} objects/s\n", "scope and flows in, two cores", n / two);
  fmt::print("{:<50} {:>12.1f}\n", "values of an object", static_cast<double>(flowed.values) / n);
  fmt::print("{:<50} {:>12.4f}\n", "allocations of an object, warming up included", allocations);
  fmt::print("{:<50} {:>12}\n", "objects that failed", flowed.errors);
}

}  // namespace

int main(int argc, char** argv) {
  std::int64_t size = 200'000;
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::string_view(argv[i]) == "--size") size = std::atoll(argv[i + 1]);
  }
  const char* const samples = std::getenv("TANDEM_SAMPLES");
  if (samples == nullptr) {
    fmt::print("skipped: TANDEM_SAMPLES names no folder with the export of a server\n");
    return 0;
  }
  const std::string folder = std::string(samples) + "/entra-connect/contoso";
  const auto read = [&] {
    Result<ReadConfiguration> one = policy::entra::readConfiguration(folder);
    if (!one.ok() || !one.value().configuration) {
      fmt::print(stderr, "{} cannot be read\n", folder);
      std::exit(1);
    }
    return std::move(one).value();
  };
  fmt::print("{:<50} {:>12.3f} s  <= 1.0\n",
             "reading two servers' exports and comparing them",
             medianOf(5, [&] {
               const ReadConfiguration before = read();
               const ReadConfiguration after = read();
               policy::entra::compareConfigurations(before, "before", after, "after");
             }));
  policy::entra::ConvertOptions options;
  options.standard_rules = policy::entra::StandardRuleChoice::kTheirs;
  World world(policy::entra::convert(*read().configuration, options).document);
  fmt::print("{:<50} {:>12.2f} ms\n",
             fmt::format("compiling its {} rules", world.ruleCount()),
             medianOf(5, [&] { world.compile(); }) * 1000);
  reportPeople(*world.compile(), world, size);
  return 0;
}
