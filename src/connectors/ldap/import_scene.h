// SPDX-License-Identifier: Apache-2.0
// For the functional tests: a connector, a mirror that delta imports keep up, and the comparison
// with a mirror that a full import fills.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/ldap/ldap_connector.h"
#include "testing/mirror_space.h"
#include "testing/server_fixture.h"

namespace tandem::connectors::ldap {

class ImportScene {
 public:
  explicit ImportScene(LdapSettings settings, std::vector<std::string> attributes = {})
      : settings_(std::move(settings)) {
    connector_ = LdapConnector::open(settings_, attributes_, types_, clock_).value();
    if (attributes.empty()) {
      attributes = {"cn",
                    "sn",
                    "givenName",
                    "displayName",
                    "mail",
                    "title",
                    "member",
                    "manager",
                    "proxyAddresses",
                    "department",
                    "uid",
                    "objectGUID",
                    "userAccountControl",
                    "entryUUID",
                    "description"};
    }
    for (const std::string& name : attributes)
      wanted_.push_back(attributes_.intern(name));
  }

  Result<ImportOutcome> import(tandem::testing::MirrorSpace& into,
                               bool full,
                               Watermark from = std::nullopt) {
    ImportRequest request;
    request.full = full;
    request.from = std::move(from);
    request.attributes = wanted_;
    request.known = &into;
    into.begin(full);
    Result<ImportOutcome> outcome = connector_->import(request, into);
    if (outcome.ok()) into.end(outcome.value());
    return outcome;
  }

  // Fills the mirror; the watermark is kept for deltas.
  ImportOutcome start() {
    const auto outcome = import(mirror, /*full=*/true);
    EXPECT_TRUE(outcome.ok()) << outcome.error().message();
    if (!outcome.ok()) return {};
    EXPECT_TRUE(outcome.value().complete);
    EXPECT_EQ(outcome.value().full_import_reason, "");
    watermark = outcome.value().watermark;
    return outcome.value();
  }

  // A delta import, after which the mirror must be what a full import gives.
  ImportOutcome follow() {
    const auto outcome = import(mirror, /*full=*/false, watermark);
    EXPECT_TRUE(outcome.ok()) << outcome.error().message();
    if (!outcome.ok()) return {};
    watermark = outcome.value().watermark;
    EXPECT_THAT(mirror.errors, ::testing::IsEmpty());
    tandem::testing::MirrorSpace whole;
    EXPECT_TRUE(import(whole, /*full=*/true).ok());
    EXPECT_THAT(mirror.differencesTo(whole), ::testing::IsEmpty());
    return outcome.value();
  }

  AttributeId id(const std::string& name) { return attributes_.intern(name); }
  LdapConnector& connector() { return *connector_; }
  platform::ManualClock& clock() { return clock_; }
  std::string value(const std::string& dn, const std::string& attribute) {
    const auto* object = mirror.findByDn(dn);
    if (object == nullptr) return "(no object)";
    const auto values = directory::findAttribute(object->image, id(attribute));
    return values && !values->isEmpty() ? std::string(values->front()) : "(none)";
  }
  std::size_t references(const std::string& dn, const std::string& attribute) {
    const auto* object = mirror.findByDn(dn);
    if (object == nullptr) return 0;
    const auto found = object->references.find(id(attribute).raw());
    return found == object->references.end() ? 0 : found->second.size();
  }

  tandem::testing::MirrorSpace mirror;
  Watermark watermark;

 private:
  LdapSettings settings_;
  directory::AttributeTable attributes_;
  directory::NameTable types_;
  platform::ManualClock clock_{platform::SystemClock().wallNow()};
  std::unique_ptr<LdapConnector> connector_;
  std::vector<AttributeId> wanted_;
};

}  // namespace tandem::connectors::ldap
