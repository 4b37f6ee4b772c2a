// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldap/gssapi_bind.h"

#include <string>

#include <fmt/format.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <sasl/sasl.h>
#include <unistd.h>

#include "base/hash.h"
#include "connectors/ldap/connection_problem.h"
#include "connectors/ldap/session.h"

namespace tandem::connectors::ldap {
namespace {

std::string statusText(OM_uint32 status, int type) {
  std::string text;
  OM_uint32 context = 0;
  do {
    OM_uint32 minor = 0;
    gss_buffer_desc buffer{};
    if (gss_display_status(&minor, status, type, GSS_C_NO_OID, &context, &buffer) !=
        GSS_S_COMPLETE) {
      break;
    }
    text +=
        (text.empty() ? "" : "; ") + std::string(static_cast<char*>(buffer.value), buffer.length);
    gss_release_buffer(&minor, &buffer);
  } while (context != 0);
  return text;
}

std::string adviceFor(const std::string& reason) {
  if (reason.find("Clock skew") != std::string::npos) {
    return "set the clock of this machine by NTP";
  }
  if (reason.find("not found in Kerberos database") != std::string::npos) {
    return "check the principal and the server's name: it must be the name that its service "
           "principal (ldap/name) has";
  }
  if (reason.find("Cannot contact any KDC") != std::string::npos) {
    return "check krb5.conf and that port 88 is reachable";
  }
  if (reason.find("Preauthentication failed") != std::string::npos) {
    return "the keytab is older than the account's password: export it again";
  }
  return "check the keytab, the principal and krb5.conf";
}

Error kerberosError(const LdapSettings& settings, const std::string& reason) {
  return Error(ErrorCode::kUnauthenticated,
               fmt::format("signing in to {} as {} by Kerberos: {}: {}",
                           whereOf(settings),
                           settings.user,
                           reason,
                           adviceFor(reason)));
}

// Initial credentials out of the keytab, into a cache in memory that this thread uses from now on.
Result<void> acquire(const LdapSettings& settings) {
  // One cache an identity: it is used again, and renewed out of the keytab when the ticket ends.
  const std::string cache =
      fmt::format("MEMORY:tandem-{:016x}", hash64(settings.keytab + '\n' + settings.user));
  const std::string keytab = "FILE:" + settings.keytab;
  gss_key_value_element_desc elements[] = {{"client_keytab", keytab.c_str()},
                                           {"ccache", cache.c_str()}};
  const gss_key_value_set_desc store{2, elements};
  OM_uint32 minor = 0;
  gss_name_t name = GSS_C_NO_NAME;
  if (!settings.user.empty()) {
    gss_buffer_desc text{settings.user.size(), const_cast<char*>(settings.user.data())};
    gss_import_name(&minor, &text, GSS_C_NT_USER_NAME, &name);
  }
  gss_cred_id_t credentials = GSS_C_NO_CREDENTIAL;
  OM_uint32 major = gss_acquire_cred_from(&minor,
                                          name,
                                          GSS_C_INDEFINITE,
                                          GSS_C_NO_OID_SET,
                                          GSS_C_INITIATE,
                                          &store,
                                          &credentials,
                                          nullptr,
                                          nullptr);
  std::string failure;
  if (GSS_ERROR(major)) {
    failure = statusText(minor, GSS_C_MECH_CODE);
  } else {
    // The ticket is fetched only when the lifetime is asked for.
    OM_uint32 lifetime = 0;
    major = gss_inquire_cred(&minor, credentials, nullptr, &lifetime, nullptr, nullptr);
    if (GSS_ERROR(major)) failure = statusText(minor, GSS_C_MECH_CODE);
  }
  OM_uint32 ignored = 0;
  gss_release_cred(&ignored, &credentials);
  gss_release_name(&ignored, &name);
  if (!failure.empty()) return kerberosError(settings, failure);
  if (GSS_ERROR(gss_krb5_ccache_name(&minor, cache.c_str(), nullptr))) {
    return kerberosError(settings, statusText(minor, GSS_C_MECH_CODE));
  }
  return {};
}

int answerNothing(LDAP*, unsigned, void*, void* questions) {
  for (auto* question = static_cast<sasl_interact_t*>(questions); question->id != SASL_CB_LIST_END;
       ++question) {
    question->result = "";
    question->len = 0;
  }
  return LDAP_SUCCESS;
}

}  // namespace

Result<void> bindGssapi(LDAP* handle, const LdapSettings& settings) {
  if (settings.security != LdapSecurity::kPlain) {
    return Error(ErrorCode::kInvalidArgument,
                 "Kerberos signs and seals the connection itself and cannot be combined with TLS "
                 "here: set security to plain (port 389)");
  }
  if (settings.keytab.empty() || access(settings.keytab.c_str(), R_OK) != 0) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("the keytab \"{}\" cannot be read: give the path of a file that this "
                             "service may read",
                             settings.keytab));
  }
  TRY(acquire(settings));
  // Nothing below 128 bits: what follows carries directory data, later passwords.
  if (ldap_set_option(handle, LDAP_OPT_X_SASL_SECPROPS, "minssf=128,noanonymous,noplain") !=
      LDAP_OPT_SUCCESS) {
    return Error(ErrorCode::kInternal, "libldap does not take SASL security properties");
  }
  const int code = ldap_sasl_interactive_bind_s(
      handle, nullptr, "GSSAPI", nullptr, nullptr, LDAP_SASL_QUIET, answerNothing, nullptr);
  if (code == LDAP_SUCCESS) return {};
  char* text = nullptr;
  ldap_get_option(handle, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
  const std::string diagnostic = text == nullptr ? "" : text;
  ldap_memfree(text);
  if (code == LDAP_LOCAL_ERROR || code == LDAP_INVALID_CREDENTIALS) {
    return kerberosError(settings, diagnostic.empty() ? ldap_err2string(code) : diagnostic);
  }
  return explainBindFailure(settings, code, diagnostic);
}

}  // namespace tandem::connectors::ldap
