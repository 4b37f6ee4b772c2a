// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_edit.h"

namespace tandem::cli {

home::PolicyEdit editOf(const Session& session, std::string_view what) {
  return {session.user_name, std::string(what), session.now()};
}

Result<policy::PolicyDocument> editPolicy(
    const Session& session,
    const home::Home& home,
    std::string_view what,
    const std::function<Result<void>(policy::PolicyDocument&)>& change) {
  const platform::FileLock lock = TRY(home.editLock());
  policy::PolicyDocument document = TRY(home.usablePolicy());
  TRY(change(document));
  TRY(home.writePolicy(document, editOf(session, what)));
  return document;
}

}  // namespace tandem::cli
