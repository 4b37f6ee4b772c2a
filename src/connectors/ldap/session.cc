// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldap/session.h"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>
#include <openldap.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "connectors/ldap/connection_problem.h"
#include "connectors/ldap/gssapi_bind.h"
#include "platform/tcp_connect.h"

namespace tandem::connectors::ldap {
namespace {

constexpr int kReadAhead = 64 * 1024;
constexpr std::string_view kSystemAuthorities = "/etc/ssl/certs/ca-certificates.crt";

// libldap reads ldap.conf, ~/.ldaprc and LDAPTLS_* at its first call, where "TLS_REQCERT never"
// could switch verification off behind our back.
void ignoreEnvironment() {
  static std::once_flag once;
  std::call_once(once, [] { setenv("LDAPNOINIT", "1", /*overwrite=*/1); });
}

bool isPlainName(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || c == ':';
  });
}

Result<void> setOption(LDAP* handle, int option, const void* value, std::string_view name) {
  if (ldap_set_option(handle, option, value) == LDAP_OPT_SUCCESS) return {};
  return Error(ErrorCode::kInternal, fmt::format("libldap does not take the option {}", name));
}

// The order matters: NEWCTX makes the context out of the options before it. When it fails and
// nobody looks, libldap falls back to a global context that may verify nothing.
Result<void> setTlsOptions(LDAP* handle, const LdapSettings& settings) {
  const std::string ca_file =
      settings.ca_file.empty() ? std::string(kSystemAuthorities) : settings.ca_file;
  const int demand = LDAP_OPT_X_TLS_HARD;
  const int tls_1_2 = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
  const int client = 0;
  TRY(setOption(handle, LDAP_OPT_X_TLS_CACERTFILE, ca_file.c_str(), "TLS_CACERTFILE"));
  TRY(setOption(handle, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand, "TLS_REQUIRE_CERT"));
  TRY(setOption(handle, LDAP_OPT_X_TLS_PROTOCOL_MIN, &tls_1_2, "TLS_PROTOCOL_MIN"));
  if (ldap_set_option(handle, LDAP_OPT_X_TLS_NEWCTX, &client) != LDAP_OPT_SUCCESS) {
    return Error(
        ErrorCode::kInvalidArgument,
        fmt::format("the file of authorities {} cannot be read or holds no certificate: it "
                    "must be readable PEM",
                    ca_file));
  }
  return {};
}

// Without it libldap takes each message by a poll and two small reads, which is half of what
// reading an entry costs. Below TLS, and added behind the handshake: what stands in the buffer is
// what the server sent inside of TLS.
void readAhead(LDAP* handle) {
  Sockbuf* socket = nullptr;
  int size = kReadAhead;
  if (ldap_get_option(handle, LDAP_OPT_SOCKBUF, &socket) != LDAP_OPT_SUCCESS) return;
  ber_sockbuf_add_io(socket, &ber_sockbuf_io_readahead, LBER_SBIOD_LEVEL_PROVIDER, &size);
}

std::vector<Control> readControls(LDAPControl** list) {
  std::vector<Control> controls;
  for (LDAPControl** control = list; control != nullptr && *control != nullptr; ++control) {
    const berval& value = (*control)->ldctl_value;
    controls.push_back({(*control)->ldctl_oid,
                        (*control)->ldctl_iscritical != 0,
                        value.bv_val == nullptr ? "" : std::string(value.bv_val, value.bv_len)});
  }
  ldap_controls_free(list);
  return controls;
}

}  // namespace

std::uint16_t portOf(const LdapSettings& settings) {
  if (settings.port != 0) return settings.port;
  return settings.security == LdapSecurity::kLdaps ? LDAPS_PORT : LDAP_PORT;
}

const std::string& addressOf(const LdapSettings& settings) {
  return settings.connect_address.empty() ? settings.server : settings.connect_address;
}

std::string whereOf(const LdapSettings& settings) {
  if (settings.connect_address.empty() || settings.connect_address == settings.server) {
    return fmt::format("{}:{}", settings.server, portOf(settings));
  }
  return fmt::format("{} ({}:{})", settings.server, settings.connect_address, portOf(settings));
}

EntryCursor::EntryCursor(LDAP* handle, MessagePtr message)
    : handle_(handle), message_(std::move(message)) {
  berval dn{};
  BerElement* ber = nullptr;
  readable_ =
      ldap_get_dn_ber(handle_, message_.get(), &ber, &dn) == LDAP_SUCCESS && dn.bv_val != nullptr;
  ber_.reset(ber);
  if (readable_) dn_ = std::string_view(dn.bv_val, dn.bv_len);
}

std::size_t EntryCursor::size() const {
  ber_len_t size = 0;
  if (ber_) ber_get_option(ber_.get(), LBER_OPT_BER_TOTAL_BYTES, &size);
  return size;
}

bool EntryCursor::next(Attribute& attribute) {
  // Never ldap_get_values_len(): it searches the whole entry again for each attribute.
  values_.reset();
  berval name{};
  berval* values = nullptr;
  const int code = ldap_get_attribute_ber(handle_, message_.get(), ber_.get(), &name, &values);
  values_.reset(values);
  if (code != LDAP_SUCCESS) {
    readable_ = false;
    return false;
  }
  if (name.bv_val == nullptr) return false;
  attribute.name = std::string_view(name.bv_val, name.bv_len);
  attribute.values = values;
  return true;
}

std::vector<Control> EntryCursor::controls() const {
  LDAPControl** list = nullptr;
  if (ldap_get_entry_controls(handle_, message_.get(), &list) != LDAP_SUCCESS) return {};
  return readControls(list);
}

Session::~Session() {
  if (handle_ != nullptr) ldap_unbind_ext_s(handle_, nullptr, nullptr);
}

Result<std::unique_ptr<Session>> Session::openAnonymous(const LdapSettings& settings) {
  std::unique_ptr<Session> session(new Session(settings));
  TRY(session->connect());
  return session;
}

Result<std::unique_ptr<Session>> Session::open(const LdapSettings& settings) {
  std::unique_ptr<Session> session = TRY(openAnonymous(settings));
  TRY(session->bind());
  return session;
}

Result<void> Session::connect() {
  ignoreEnvironment();
  if (!isPlainName(settings_.server)) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("\"{}\" is not the name of a server", settings_.server));
  }
  platform::Socket socket = TRY_DOING(
      platform::connectTcp(addressOf(settings_), portOf(settings_), settings_.connect_timeout),
      "connecting to " + settings_.server);
  // libldap polls; this is the net below it, for the TLS handshake above all.
  const timeval limit{settings_.operation_timeout.count(), 0};
  setsockopt(socket.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(socket.descriptor(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);

  const bool needs_brackets = settings_.server.find(':') != std::string::npos;  // IPv6
  const std::string host = needs_brackets ? "[" + settings_.server + "]" : settings_.server;
  const std::string url = fmt::format("ldap://{}:{}", host, portOf(settings_));
  const int descriptor = socket.release();
  if (ldap_init_fd(descriptor, LDAP_PROTO_TCP, url.c_str(), &handle_) != LDAP_SUCCESS) {
    platform::Socket owner(descriptor);
    return Error(ErrorCode::kInternal, "libldap does not take the connection to " + url);
  }
  const int version = LDAP_VERSION3;
  const timeval network{settings_.connect_timeout.count(), 0};
  const timeval operation{settings_.operation_timeout.count(), 0};
  TRY(setOption(handle_, LDAP_OPT_PROTOCOL_VERSION, &version, "PROTOCOL_VERSION"));
  TRY(setOption(handle_, LDAP_OPT_REFERRALS, LDAP_OPT_OFF, "REFERRALS"));
  TRY(setOption(handle_, LDAP_OPT_NETWORK_TIMEOUT, &network, "NETWORK_TIMEOUT"));
  TRY(setOption(handle_, LDAP_OPT_TIMEOUT, &operation, "TIMEOUT"));
  // Kerberos asks for ldap/<our server name>, not for what the address resolves to.
  TRY(setOption(handle_, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON, "SASL_NOCANON"));
  TRY(startTls());
  readAhead(handle_);
  return {};
}

Result<void> Session::startTls() {
  if (settings_.security == LdapSecurity::kPlain) return {};
  TRY(setTlsOptions(handle_, settings_));
  const int code = settings_.security == LdapSecurity::kLdaps
                       ? ldap_install_tls(handle_)
                       : ldap_start_tls_s(handle_, nullptr, nullptr);
  if (code == LDAP_SUCCESS) return {};
  char* text = nullptr;
  ldap_get_option(handle_, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
  const std::string diagnostic = text == nullptr ? "" : text;
  ldap_memfree(text);
  return explainTlsFailure(settings_, code, diagnostic);
}

Result<void> Session::bind() {
  if (settings_.bind == LdapBind::kGssapi) return bindGssapi(handle_, settings_);
  if (settings_.user.empty() || settings_.password.empty()) {
    // A bind with an empty password succeeds as nobody (RFC 4513, 5.1.2).
    return Error(
        ErrorCode::kInvalidArgument,
        fmt::format("the connection to {} needs a user and a password", whereOf(settings_)));
  }
  if (settings_.security == LdapSecurity::kPlain && !settings_.allow_plain) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("a password is not sent to {} without encryption: use LDAPS or "
                             "StartTLS, or Kerberos",
                             whereOf(settings_)));
  }
  berval credentials{settings_.password.size(), settings_.password.data()};
  const int code = ldap_sasl_bind_s(
      handle_, settings_.user.c_str(), LDAP_SASL_SIMPLE, &credentials, nullptr, nullptr, nullptr);
  if (code == LDAP_SUCCESS) return {};
  char* text = nullptr;
  ldap_get_option(handle_, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
  const std::string diagnostic = text == nullptr ? "" : text;
  ldap_memfree(text);
  return explainBindFailure(settings_, code, diagnostic);
}

Error Session::connectionLost() const {
  int code = LDAP_SERVER_DOWN;
  ldap_get_option(handle_, LDAP_OPT_RESULT_CODE, &code);
  return Error(ErrorCode::kUnavailable,
               fmt::format("the connection to {} was lost ({}): what was read so far is not taken "
                           "for the whole; run the import again",
                           whereOf(settings_),
                           ldap_err2string(code)));
}

Result<int> Session::begin(const SearchRequest& request) {
  std::vector<char*> names;
  for (const std::string& name : request.attributes)
    names.push_back(const_cast<char*>(name.c_str()));
  names.push_back(nullptr);
  std::vector<LDAPControl> controls;
  std::vector<LDAPControl*> list;
  controls.reserve(request.controls.size());
  for (const Control& control : request.controls) {
    const berval value{control.value.size(),
                       control.value.empty() ? nullptr : const_cast<char*>(control.value.data())};
    controls.push_back({const_cast<char*>(control.oid.c_str()),
                        value,
                        static_cast<char>(control.critical ? 1 : 0)});
    list.push_back(&controls.back());
  }
  list.push_back(nullptr);
  int id = 0;
  const int code = ldap_search_ext(handle_,
                                   request.base.c_str(),
                                   request.scope,
                                   request.filter.c_str(),
                                   names.size() > 1 ? names.data() : nullptr,
                                   /*attrsonly=*/0,
                                   list.data(),
                                   nullptr,
                                   nullptr,
                                   LDAP_NO_LIMIT,
                                   &id);
  if (code == LDAP_SERVER_DOWN) return connectionLost();
  if (code != LDAP_SUCCESS) return errorOf(code, "", "asking " + whereOf(settings_));
  return id;
}

// True when it was the last message of the search.
Result<bool> Session::takeMessage(MessagePtr message,
                                  const SearchHandler& handler,
                                  SearchAnswer& answer) {
  switch (ldap_msgtype(message.get())) {
    case LDAP_RES_SEARCH_ENTRY: {
      EntryCursor entry(handle_, std::move(message));
      if (!entry.isReadable()) return connectionLost().withContext("an entry cannot be decoded");
      if (handler.on_entry) TRY(handler.on_entry(entry));
      return false;
    }
    case LDAP_RES_SEARCH_REFERENCE: {
      char** urls = nullptr;
      if (ldap_parse_reference(handle_, message.get(), &urls, nullptr, 0) == LDAP_SUCCESS && urls) {
        if (urls[0] != nullptr) answer.references.emplace_back(urls[0]);
        ldap_memvfree(reinterpret_cast<void**>(urls));
      }
      return false;
    }
    case LDAP_RES_INTERMEDIATE: {
      char* oid = nullptr;
      berval* value = nullptr;
      const int code = ldap_parse_intermediate(handle_, message.get(), &oid, &value, nullptr, 0);
      Result<void> taken;
      if (code == LDAP_SUCCESS && handler.on_intermediate && oid != nullptr) {
        taken = handler.on_intermediate(
            oid,
            value == nullptr ? std::string_view{} : std::string_view(value->bv_val, value->bv_len));
      }
      ldap_memfree(oid);
      ber_bvfree(value);
      TRY(std::move(taken));
      return false;
    }
    case LDAP_RES_SEARCH_RESULT: {
      char* text = nullptr;
      LDAPControl** controls = nullptr;
      const int parsed = ldap_parse_result(
          handle_, message.get(), &answer.code, nullptr, &text, nullptr, &controls, 0);
      if (parsed != LDAP_SUCCESS)
        return connectionLost().withContext("an answer cannot be decoded");
      if (text != nullptr) answer.diagnostic = text;
      ldap_memfree(text);
      if (controls != nullptr) answer.controls = readControls(controls);
      return true;
    }
    default:
      return false;
  }
}

Result<SearchAnswer> Session::search(const SearchRequest& request, const SearchHandler& handler) {
  return end(TRY(begin(request)), handler);
}

void Session::abandon(int id) {
  ldap_abandon_ext(handle_, id, nullptr, nullptr);
}

Result<SearchAnswer> Session::end(int id, const SearchHandler& handler) {
  SearchAnswer answer;
  auto silent_since = std::chrono::steady_clock::now();
  for (;;) {
    LDAPMessage* message = nullptr;
    timeval slice{1, 0};  // so that a cancelled run ends soon although the server is silent
    const int got = ldap_result(handle_, id, LDAP_MSG_ONE, &slice, &message);
    if (got < 0) return connectionLost();
    if (handler.is_cancelled && got == 0 && handler.is_cancelled()) {
      abandon(id);
      return Error(ErrorCode::kCancelled, "the import was cancelled");
    }
    if (got == 0) {
      if (std::chrono::steady_clock::now() - silent_since < settings_.operation_timeout) continue;
      abandon(id);
      return Error(ErrorCode::kUnavailable,
                   fmt::format("{} has not answered for {} s: is it overloaded, or is a firewall "
                               "dropping the connection?",
                               whereOf(settings_),
                               settings_.operation_timeout.count()));
    }
    silent_since = std::chrono::steady_clock::now();
    Result<bool> done = takeMessage(MessagePtr(message), handler, answer);
    if (!done.ok()) {
      abandon(id);
      return std::move(done).error();
    }
    if (done.value()) return answer;
  }
}

Result<SearchAnswer> Session::searchOk(const SearchRequest& request, const SearchHandler& handler) {
  SearchAnswer answer = TRY(search(request, handler));
  TRY(requireSuccess(*this, request, answer));
  return answer;
}

Result<void> requireSuccess(const Session& session,
                            const SearchRequest& request,
                            const SearchAnswer& answer) {
  if (answer.code == LDAP_SUCCESS) return {};
  return errorOf(
      answer.code,
      answer.diagnostic,
      fmt::format("searching {} below \"{}\"", whereOf(session.settings()), request.base));
}

}  // namespace tandem::connectors::ldap
