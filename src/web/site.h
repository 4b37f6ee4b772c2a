// SPDX-License-Identifier: Apache-2.0
//
// All that answering needs, and the way of one request through it: who asks, what for, may they,
// then the route.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "access/accounts.h"
#include "access/audit_log.h"
#include "access/oidc.h"
#include "access/one_time_links.h"
#include "access/password.h"
#include "access/sessions.h"
#include "cli/session.h"
#include "platform/clock.h"
#include "platform/http_message.h"
#include "web/answer_cache.h"
#include "web/operations.h"
#include "web/request_times.h"
#include "web/router.h"
#include "web/static_files.h"

namespace tandem::web {

struct SiteParts {
  cli::Session session;  // what commands get, apart from who runs them
  std::string folder;    // the home folder, which need not be a home yet
  std::string url;       // "https://sync.example.com:8443", by which people reach it
  std::span<const ConsoleFile> console;
  std::unique_ptr<access::OidcClient> oidc;  // null: none is set up
  std::string oidc_name;                     // of the provider, for people
  bool open_metrics = false;                 // anybody on this machine may read them
};

class Site {
 public:
  // The clock must outlive it.
  Site(SiteParts parts, const platform::Clock& clock);

  platform::ServerResponse answer(const platform::ServerRequest& request);

  const cli::Session& session() const { return parts_.session; }
  const std::string& folder() const { return parts_.folder; }
  const std::string& url() const { return parts_.url; }
  void setUrl(std::string url) { parts_.url = std::move(url); }
  const platform::Clock& clock() const { return *clock_; }
  std::int64_t now() const { return parts_.session.now(); }  // seconds since 1970
  Operations& operations() { return operations_; }
  access::Accounts& accounts() { return accounts_; }
  access::Sessions& sessions() { return sessions_; }
  access::OneTimeLinks& links() { return links_; }
  access::AuditLog& audit() { return audit_; }
  access::OidcClient* oidc() { return parts_.oidc.get(); }
  const std::string& oidcName() const { return parts_.oidc_name; }
  bool isOpenForMetrics() const { return parts_.open_metrics; }
  bool isHome() const;  // otherwise the set-up wizard is what there is
  RequestTimes& requestTimes() { return request_times_; }
  AnswerCache& cache() { return cache_; }
  std::mutex& policyMutex() { return policy_mutex_; }
  std::mutex& signInMutex() { return sign_in_mutex_; }

 private:
  platform::ServerResponse route(const platform::ServerRequest& request, std::string_view path);

  SiteParts parts_;
  const platform::Clock* clock_;
  Router router_;
  RequestTimes request_times_;
  StaticFiles console_;
  access::PasswordHasher hasher_;
  access::Accounts accounts_;
  access::Sessions sessions_;
  access::OneTimeLinks links_;
  access::AuditLog audit_;
  AnswerCache cache_;
  std::mutex policy_mutex_;   // between "is it still that one" and "write this one"
  std::mutex sign_in_mutex_;  // of the file that says who signed in when
  Operations operations_;     // the last: its threads use the rest
};

}  // namespace tandem::web
