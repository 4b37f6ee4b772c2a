// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldap/ldap_editor.h"

#include <deque>

#include <fmt/format.h>

#include "connectors/ldap/session.h"

namespace tandem::connectors::ldap {
namespace {

// A change in the form that libldap takes; it points into the texts, which must outlive it.
class Changes {
 public:
  void add(int operation, const std::string& name, const std::vector<std::string>& values) {
    std::vector<berval*>& pointers = pointers_.emplace_back();
    for (const std::string& value : values) {
      values_.push_back({value.size(), const_cast<char*>(value.data())});
      pointers.push_back(&values_.back());
    }
    pointers.push_back(nullptr);
    LDAPMod& change = changes_.emplace_back();
    change.mod_op = operation | LDAP_MOD_BVALUES;
    change.mod_type = const_cast<char*>(name.c_str());
    change.mod_bvalues = values.empty() ? nullptr : pointers.data();
  }
  LDAPMod** list() {
    list_.clear();
    for (LDAPMod& change : changes_)
      list_.push_back(&change);
    list_.push_back(nullptr);
    return list_.data();
  }

 private:
  std::deque<berval> values_;  // deques: what is pointed to stays where it is
  std::deque<std::vector<berval*>> pointers_;
  std::deque<LDAPMod> changes_;
  std::vector<LDAPMod*> list_;
};

}  // namespace

LdapEditor::LdapEditor(std::unique_ptr<Session> session) : session_(std::move(session)) {}

LdapEditor::~LdapEditor() = default;

Result<std::unique_ptr<LdapEditor>> LdapEditor::open(LdapSettings settings) {
  std::unique_ptr<Session> session = TRY(Session::open(settings));
  return std::unique_ptr<LdapEditor>(new LdapEditor(std::move(session)));
}

Result<void> LdapEditor::answered(int code, const std::string& doing) const {
  if (code == LDAP_SUCCESS) return {};
  char* text = nullptr;
  ldap_get_option(session_->handle(), LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
  const std::string diagnostic = text == nullptr ? "" : text;
  ldap_memfree(text);
  if (code == LDAP_NO_SUCH_OBJECT) {
    return Error(ErrorCode::kNotFound,
                 fmt::format("{}: there is no such entry or container", doing));
  }
  return errorOf(code, diagnostic, doing);
}

Result<void> LdapEditor::add(
    const std::string& dn,
    const std::vector<std::pair<std::string, std::vector<std::string>>>& attributes) {
  Changes changes;
  for (const auto& [name, values] : attributes)
    changes.add(LDAP_MOD_ADD, name, values);
  return answered(ldap_add_ext_s(session_->handle(), dn.c_str(), changes.list(), nullptr, nullptr),
                  fmt::format("creating {}", dn));
}

Result<void> LdapEditor::remove(const std::string& dn) {
  return answered(ldap_delete_ext_s(session_->handle(), dn.c_str(), nullptr, nullptr),
                  fmt::format("removing {}", dn));
}

Result<std::vector<std::string>> LdapEditor::values(const std::string& dn,
                                                    const std::string& attribute) {
  std::vector<std::string> found;
  SearchHandler handler;
  handler.on_entry = [&found](EntryCursor& entry) -> Result<void> {
    EntryCursor::Attribute one;
    while (entry.next(one)) {
      for (const berval* value = one.values; value != nullptr && value->bv_val != nullptr; ++value)
        found.emplace_back(value->bv_val, value->bv_len);
    }
    return {};
  };
  SearchRequest request;
  request.base = dn;
  request.scope = LDAP_SCOPE_BASE;
  request.attributes = {attribute};
  const SearchAnswer answer = TRY(session_->search(request, handler));
  if (answer.code == LDAP_NO_SUCH_OBJECT) {
    return Error(ErrorCode::kNotFound, fmt::format("reading {}: there is no such entry", dn));
  }
  if (answer.code != LDAP_SUCCESS) {
    return errorOf(answer.code, answer.diagnostic, fmt::format("reading {}", dn));
  }
  return found;
}

Result<void> LdapEditor::replace(const std::string& dn,
                                 const std::string& attribute,
                                 const std::vector<std::string>& values) {
  Changes changes;
  changes.add(LDAP_MOD_REPLACE, attribute, values);
  return answered(
      ldap_modify_ext_s(session_->handle(), dn.c_str(), changes.list(), nullptr, nullptr),
      fmt::format("changing {} of {}", attribute, dn));
}

}  // namespace tandem::connectors::ldap
