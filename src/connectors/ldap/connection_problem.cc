// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldap/connection_problem.h"

#include <utility>

#include <fmt/format.h>
#include <ldap.h>

#include "connectors/ldap/ber.h"
#include "connectors/ldap/session.h"

namespace tandem::connectors::ldap {
namespace {

// An LDAPMessage with the StartTLS extended request (RFC 4511, 4.14.1).
std::string startTlsRequest() {
  constexpr std::uint8_t kExtendedRequest = 0x77;
  constexpr std::uint8_t kRequestName = 0x80;
  const std::string name = berElement(kRequestName, "1.3.6.1.4.1.1466.20037");
  return berElement(kBerSequence, berInteger(1) + berElement(kExtendedRequest, name));
}

ErrorCode codeOf(int code) {
  switch (code) {
    case LDAP_INVALID_CREDENTIALS:
    case LDAP_INAPPROPRIATE_AUTH:
    case LDAP_AUTH_UNKNOWN:
      return ErrorCode::kUnauthenticated;
    case LDAP_INSUFFICIENT_ACCESS:
    case LDAP_STRONG_AUTH_REQUIRED:
    case LDAP_CONFIDENTIALITY_REQUIRED:
      return ErrorCode::kPermissionDenied;
    case LDAP_NO_SUCH_OBJECT:
      return ErrorCode::kNotFound;
    case LDAP_BUSY:
    case LDAP_UNAVAILABLE:
    case LDAP_SERVER_DOWN:
    case LDAP_TIMEOUT:
      return ErrorCode::kUnavailable;
    default:
      return ErrorCode::kInternal;
  }
}

std::string_view whatToDo(int code) {
  switch (code) {
    case LDAP_SIZELIMIT_EXCEEDED:
      return "the server ends the search at its size limit, so not everything can be read: give "
             "the "
             "account a higher one (OpenLDAP: limits dn.exact=\"…\" size=unlimited in the "
             "database's section)";
    case LDAP_TIMELIMIT_EXCEEDED:
      return "the server ends the search at its time limit: raise it for this account";
    case LDAP_ADMINLIMIT_EXCEEDED:
      return "an administrative limit of the server ends the search: raise it for this account";
    case LDAP_INSUFFICIENT_ACCESS:
      return "the account lacks the right for this: grant it, or use an account that has it";
    case LDAP_NO_SUCH_OBJECT:
      return "there is no such entry, or the account may not see it: check the name and its rights";
    case LDAP_REFERRAL:
      return "this server does not hold that part of the directory: connect to one that does";
    case LDAP_BUSY:
    case LDAP_UNAVAILABLE:
      return "the server is busy or stopping: try again later";
    default:
      return "";
  }
}

}  // namespace

Error errorOf(int code, std::string_view diagnostic, std::string_view doing) {
  std::string text = fmt::format("{}: {} ({})", doing, ldap_err2string(code), code);
  if (!diagnostic.empty()) text += fmt::format(" [{}]", diagnostic);
  if (const std::string_view advice = whatToDo(code); !advice.empty()) {
    text += fmt::format(": {}", advice);
  }
  return Error(codeOf(code), text);
}

platform::TlsProbeRequest tlsProbeOf(const LdapSettings& settings) {
  platform::TlsProbeRequest request;
  request.address = addressOf(settings);
  request.port = portOf(settings);
  request.name = settings.server;
  request.ca_file = settings.ca_file;
  request.timeout = settings.connect_timeout;
  if (settings.security == LdapSecurity::kStartTls) request.preamble = startTlsRequest();
  return request;
}

Error explainTlsFailure(const LdapSettings& settings, int code, std::string_view diagnostic) {
  const std::string doing = fmt::format("securing the connection to {}", whereOf(settings));
  const auto report = platform::probeTls(tlsProbeOf(settings));
  if (!report.ok()) return Error(report.error()).withContext(doing);
  if (report.value().verdict != platform::TlsVerdict::kTrusted) {
    return Error(ErrorCode::kUnavailable, fmt::format("{}: {}", doing, report.value().explanation));
  }
  return errorOf(code, diagnostic, doing);
}

std::string_view accountStateOf(std::string_view diagnostic) {
  static constexpr std::pair<std::string_view, std::string_view> kStates[] = {
      {"525", "there is no such user: give the DN or the user principal name"},
      {"52e", "user name or password are wrong"},
      {"530", "the account may not log on at this hour"},
      {"531", "the account may not log on from this machine"},
      {"532", "the account's password has expired: set a new one, and let it not expire"},
      {"533", "the account is disabled: enable it"},
      {"701", "the account has expired: extend it"},
      {"773", "the account must change its password first: clear that flag"},
      {"775", "the account is locked out: unlock it and look for who uses a wrong password"},
  };
  const std::size_t at = diagnostic.find("data ");
  if (at == std::string_view::npos) return "";
  for (const auto& [number, meaning] : kStates) {
    if (diagnostic.substr(at + 5).starts_with(number)) return meaning;
  }
  return "";
}

Error explainBindFailure(const LdapSettings& settings, int code, std::string_view diagnostic) {
  const std::string doing = fmt::format("signing in to {} as {}", whereOf(settings), settings.user);
  if (code == LDAP_INVALID_CREDENTIALS) {
    std::string_view state = accountStateOf(diagnostic);
    if (state.empty()) state = "user name or password are wrong";
    return Error(ErrorCode::kUnauthenticated, fmt::format("{}: {}", doing, state));
  }
  if (code == LDAP_STRONG_AUTH_REQUIRED || code == LDAP_CONFIDENTIALITY_REQUIRED) {
    return Error(ErrorCode::kPermissionDenied,
                 fmt::format("{}: the server wants encryption for this: use LDAPS or StartTLS, or "
                             "Kerberos on the port without TLS",
                             doing));
  }
  return errorOf(code, diagnostic, doing);
}

}  // namespace tandem::connectors::ldap
