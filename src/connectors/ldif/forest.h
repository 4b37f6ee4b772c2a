// SPDX-License-Identifier: Apache-2.0
//
// An invented organisation of any size, the same for the same seed: people in nested OUs with
// managers, groups (security, distribution, nested, one large), contacts, service accounts and the
// built-in objects that must never be synchronized. Nothing is kept in memory: person 123,456 is
// computed from the number, so a million take as long as writing them.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "base/result.h"

namespace tandem::connectors::ldif {

enum class ForestFlavour : std::uint8_t {
  kActiveDirectory,
  kOpenLdap,  // inetOrgPerson, groupOfNames, uid; about 28 attributes and 1 KB a person
};

struct ForestPlan {
  std::uint64_t people = 1000;
  std::uint64_t seed = 1;
  ForestFlavour flavour = ForestFlavour::kActiveDirectory;
  std::string base = "DC=corp,DC=example,DC=com";
  std::string mail_domain = "corp.example.com";
  std::uint64_t groups = 0;               // teams; 0: a tenth of the people, at most 5,000
  std::uint64_t large_group_members = 0;  // of "All Staff"; 0: everyone, at most 5,000
  // For ldbadd, ldapadd: without what the server itself makes (objectGUID, objectSid,
  // whenChanged…).
  bool for_loading = false;
};

struct ForestCounts {
  std::uint64_t people = 0;    // user objects of people, disabled ones too
  std::uint64_t disabled = 0;  // of these
  std::uint64_t groups = 0;    // that are to be synchronized
  std::uint64_t contacts = 0;
  std::uint64_t containers = 0;
  std::uint64_t unsynced = 0;  // service accounts and built-in objects
};

// One invented person. Everything follows from the plan and the number.
struct Person {
  std::uint64_t number = 0;
  std::string given, middle, family;
  std::string common_name;
  std::string account;  // sAMAccountName, uid
  std::string mail;     // also the UPN
  std::string dn;
  std::string title;
  std::size_t region = 0, city = 0, department = 0;
  bool disabled = false;
  bool left = false;  // and moved to OU=Leavers
};

class Forest {
 public:
  explicit Forest(ForestPlan plan) : plan_(std::move(plan)) {}
  const ForestPlan& plan() const { return plan_; }

  Person person(std::uint64_t number) const;
  std::string largeGroupDn() const;

  // Everything in an order in which a server takes it: containers, people (managers first),
  // contacts, groups (members first).
  ForestCounts writeTo(std::ostream& out) const;
  // The same as files, one for each site, one for groups, and so on. Creates the folder; replaces
  // files of the same names.
  Result<ForestCounts> writeFolder(const std::string& folder) const;

  // Single entries as LDIF text, with the empty line at the end.
  std::string personLdif(const Person& person) const;
  // The file of writeFolder() in which the person stands.
  std::string fileOf(const Person& person) const;

 private:
  ForestPlan plan_;
};

// What can be changed in a folder that writeFolder() made (or in any folder of LDIF): the file that
// holds the entry is written anew beside the old one and then takes its place.
Result<void> addLdifEntry(const std::string& folder,
                          const std::string& file,
                          const std::string& ldif);
Result<void> removeLdifEntry(const std::string& folder, const std::string& dn);
// Empty: the entry has no such attribute. Error kNotFound when no file has the DN.
Result<std::vector<std::string>> ldifAttribute(const std::string& folder,
                                               const std::string& dn,
                                               const std::string& attribute);
// An empty list of values removes the attribute. Error kNotFound when no file has the DN.
Result<void> setLdifAttribute(const std::string& folder,
                              const std::string& dn,
                              const std::string& attribute,
                              const std::vector<std::string>& values);

}  // namespace tandem::connectors::ldif
