// SPDX-License-Identifier: Apache-2.0
//
// One bound connection to a directory. It connects the socket itself, so that the address to
// connect to and the server's name (certificate, Kerberos principal) may differ; verifies TLS
// always; never follows a referral; and says why a connection fails, which libldap does not.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <ldap.h>

#include "base/result.h"
#include "connectors/directory_settings.h"
#include "connectors/ldap/controls.h"

namespace tandem::connectors::ldap {

struct SearchRequest {
  std::string base;
  int scope = LDAP_SCOPE_SUBTREE;
  std::string filter = "(objectClass=*)";
  std::vector<std::string> attributes;
  std::vector<Control> controls;
};

struct MessageDeleter {
  void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
};
using MessagePtr = std::unique_ptr<LDAPMessage, MessageDeleter>;

// One entry of an answer. Its texts are views into the message that it owns.
class EntryCursor {
 public:
  EntryCursor(LDAP* handle, MessagePtr message);

  bool isReadable() const { return readable_; }
  std::string_view dn() const { return dn_; }
  std::size_t size() const;  // octets of the message

  struct Attribute {
    std::string_view name;           // with options
    const berval* values = nullptr;  // ends with a null bv_val; null: no values
  };
  // False after the last one.
  bool next(Attribute& attribute);
  std::vector<Control> controls() const;

 private:
  struct BerDeleter {
    void operator()(BerElement* ber) const { ber_free(ber, 0); }  // the message owns the octets
    void operator()(berval* values) const { ber_memfree(values); }
  };

  LDAP* handle_;
  MessagePtr message_;
  std::unique_ptr<BerElement, BerDeleter> ber_;
  std::unique_ptr<berval[], BerDeleter> values_;
  std::string_view dn_;
  bool readable_ = false;
};

struct SearchAnswer {
  int code = 0;
  std::string diagnostic;
  std::vector<Control> controls;
  std::vector<std::string> references;  // URLs of continuations, not followed
};

struct SearchHandler {
  // May move from the cursor to look at the entry later.
  std::function<Result<void>(EntryCursor&)> on_entry;
  std::function<Result<void>(std::string_view oid, std::string_view value)> on_intermediate;
  std::function<bool()> is_cancelled;
};

class Session {
 public:
  // Connects, secures and binds.
  static Result<std::unique_ptr<Session>> open(const LdapSettings& settings);
  // Connects and secures only: enough for the root DSE.
  static Result<std::unique_ptr<Session>> openAnonymous(const LdapSettings& settings);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Result<void> bind();
  // Runs a search to its end. An error is one of the connection, of the callbacks or a silence
  // longer than the operation timeout; what the server says against the search is in the answer.
  Result<SearchAnswer> search(const SearchRequest& request, const SearchHandler& handler);
  // The same; any answer but success is an error.
  Result<SearchAnswer> searchOk(const SearchRequest& request, const SearchHandler& handler);
  // The same in two steps: between them the server works on the search and the caller on something
  // else. What was begun and is not ended has to be abandoned.
  Result<int> begin(const SearchRequest& request);
  Result<SearchAnswer> end(int id, const SearchHandler& handler);
  void abandon(int id);
  const LdapSettings& settings() const { return settings_; }
  // For the few requests that are not searches; LdapEditor makes them.
  LDAP* handle() const { return handle_; }

 private:
  explicit Session(LdapSettings settings) : settings_(std::move(settings)) {}
  Result<void> connect();
  Result<void> startTls();
  Result<bool> takeMessage(MessagePtr message, const SearchHandler& handler, SearchAnswer& answer);
  Error connectionLost() const;

  LdapSettings settings_;
  LDAP* handle_ = nullptr;
};

// What a result code means, with what to do: "Size limit exceeded (4): …".
Error errorOf(int code, std::string_view diagnostic, std::string_view doing);
// The answer must be a success to be the whole.
Result<void> requireSuccess(const Session& session,
                            const SearchRequest& request,
                            const SearchAnswer& answer);
std::uint16_t portOf(const LdapSettings& settings);
const std::string& addressOf(const LdapSettings& settings);
std::string whereOf(const LdapSettings& settings);  // "dc1.corp.example.com (127.0.0.21:636)"

}  // namespace tandem::connectors::ldap
