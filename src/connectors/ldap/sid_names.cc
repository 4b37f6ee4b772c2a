// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldap/sid_names.h"

#include <utility>

namespace tandem::connectors::ldap {
namespace {

constexpr std::size_t kKeptMost = 100'000;

}  // namespace

std::string SidNames::find(const directory::Sid& sid) {
  if (const auto found = known_.find(sid.bytes()); found != known_.end()) return found->second;
  if (!outcome_.ok()) return {};
  Result<std::string> answer = ask(sid);
  if (!answer.ok()) {
    outcome_ = std::move(answer).error();
    return {};
  }
  if (known_.size() >= kKeptMost) known_.clear();
  return known_[sid.bytes()] = std::move(answer).value();
}

// [MS-ADTS] 3.1.1.3.1.2.4: a base of this form names the object that has the SID.
Result<std::string> SidNames::ask(const directory::Sid& sid) {
  SearchRequest request;
  request.base = "<SID=" + sid.toText() + ">";
  request.scope = LDAP_SCOPE_BASE;
  request.attributes = {LDAP_NO_ATTRS};
  request.controls = {extendedDnControl()};
  std::string dn;
  SearchHandler handler;
  handler.on_entry = [&](EntryCursor& entry) -> Result<void> {
    dn = entry.dn();
    return {};
  };
  const SearchAnswer answer = TRY(session_->search(request, handler));
  // Built-in accounts and those of other domains have no object here.
  if (answer.code == LDAP_NO_SUCH_OBJECT || answer.code == LDAP_REFERRAL) return std::string();
  TRY(requireSuccess(*session_, request, answer));
  return dn;
}

Result<void> SidNames::takeError() {
  return std::exchange(outcome_, {});
}

}  // namespace tandem::connectors::ldap
