// SPDX-License-Identifier: Apache-2.0
#include "platform/http_error_text.h"

#include <cerrno>
#include <string_view>

#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/x509_vfy.h>

namespace tandem::platform {
namespace {

// "https://host:8443/v1.0/users?x" → "host:8443". Paths and queries can hold personal data, so
// messages name the host alone.
std::string hostOf(std::string_view url) {
  const std::size_t scheme = url.find("://");
  std::string_view rest = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  const std::size_t at = rest.rfind('@');
  return std::string(at == std::string_view::npos ? rest : rest.substr(at + 1));
}

std::string certificateAdvice(const FailedTransfer& failed) {
  switch (failed.verify_result) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "its certificate has expired: renew it, or set this machine's clock if that is wrong";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "its certificate is not valid yet: check the clocks of both machines";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "its certificate was issued by an authority that is not trusted here: name the "
             "authority's certificate in the CA file setting";
    case X509_V_ERR_HOSTNAME_MISMATCH:
      return "its certificate is for another name: connect by a name that the certificate holds";
    case X509_V_ERR_CERT_REVOKED:
      return "its certificate has been revoked";
    default:
      break;
  }
  if (failed.reason.find("subject name") != std::string::npos) {
    return "its certificate is for another name: connect by a name that the certificate holds";
  }
  return "its certificate cannot be verified";
}

std::string withReason(std::string text, const FailedTransfer& failed) {
  if (!failed.reason.empty()) text += fmt::format(" ({})", failed.reason);
  return text;
}

HttpError describeConnect(const FailedTransfer& failed, const std::string& host) {
  if (failed.os_error == ECONNREFUSED) {
    return {
        HttpFailure::kUnreachable,
        false,
        fmt::format("{} refused the connection: is the server running, and the port right?", host)};
  }
  return {HttpFailure::kUnreachable,
          false,
          withReason(fmt::format("{} cannot be reached: check network, firewall and proxy", host),
                     failed)};
}

HttpError describeTimeout(const FailedTransfer& failed, const std::string& host) {
  const std::string text =
      failed.was_sending
          ? fmt::format("{} did not answer in time", host)
          : fmt::format("connecting to {} took too long: check network, firewall and proxy", host);
  return {HttpFailure::kTimeout, failed.was_sending, withReason(text, failed)};
}

}  // namespace

HttpError describe(const FailedTransfer& failed) {
  const std::string host = hostOf(failed.url);
  if (failed.too_large_limit > 0) {
    return {
        HttpFailure::kTooLarge,
        true,
        fmt::format(
            "the answer of {} is larger than the limit of {} bytes", host, failed.too_large_limit)};
  }
  switch (failed.code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {HttpFailure::kBadRequest,
              false,
              fmt::format("the address of {} is not an http or https URL", host)};
    case CURLE_COULDNT_RESOLVE_HOST:
      return {HttpFailure::kUnresolvable,
              false,
              fmt::format("the name of {} cannot be resolved: check its spelling and this "
                          "machine's DNS servers",
                          host)};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {HttpFailure::kProxy, false, "the proxy's name cannot be resolved: check the setting"};
    case CURLE_PROXY:
      return {HttpFailure::kProxy,
              false,
              withReason("the proxy refused: check its address and credentials", failed)};
    case CURLE_COULDNT_CONNECT:
      return describeConnect(failed, host);
    case CURLE_PEER_FAILED_VERIFICATION:
      return {HttpFailure::kTls,
              false,
              withReason(fmt::format("{} is not trusted: {}", host, certificateAdvice(failed)),
                         failed)};
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
      return {HttpFailure::kTls,
              false,
              fmt::format("{} shows another key than the one that is expected of it", host)};
    case CURLE_SSL_CERTPROBLEM:
      return {HttpFailure::kTls,
              false,
              withReason("the certificate or key of this side cannot be used", failed)};
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
      return {
          HttpFailure::kTls,
          false,
          withReason(fmt::format("TLS with {} fails: does the port speak TLS 1.2 or newer?", host),
                     failed)};
    case CURLE_OPERATION_TIMEDOUT:
      return describeTimeout(failed, host);
    default:
      break;
  }
  return {HttpFailure::kLost,
          failed.was_sending,
          withReason(fmt::format("the connection to {} was lost before the answer", host), failed)};
}

Error HttpError::toError() const {
  const bool is_setting = kind == HttpFailure::kBadRequest || kind == HttpFailure::kTls;
  return Error(is_setting ? ErrorCode::kInvalidArgument : ErrorCode::kUnavailable, message);
}

}  // namespace tandem::platform
