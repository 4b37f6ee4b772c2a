// SPDX-License-Identifier: Apache-2.0
#include "platform/tls_probe.h"

#include <memory>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/bytes.h"
#include "platform/tcp_connect.h"

namespace tandem::platform {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using ContextPointer = std::unique_ptr<SSL_CTX, Deleter<SSL_CTX_free>>;
using SslPointer = std::unique_ptr<SSL, Deleter<SSL_free>>;
using BioPointer = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using X509Pointer = std::unique_ptr<X509, Deleter<X509_free>>;

std::string textOf(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return size > 0 ? std::string(bytes, static_cast<std::size_t>(size)) : std::string();
}

std::string nameText(const X509_NAME* name) {
  const BioPointer bio(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(
      bio.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned>(ASN1_STRFLGS_ESC_MSB));
  return textOf(bio.get());
}

std::string timeText(const ASN1_TIME* time) {
  const BioPointer bio(BIO_new(BIO_s_mem()));
  ASN1_TIME_print(bio.get(), time);
  return textOf(bio.get());
}

std::vector<std::string> subjectNames(X509* certificate) {
  std::vector<std::string> names;
  auto* list = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(list); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(list, i);
    if (name->type != GEN_DNS && name->type != GEN_IPADD) continue;
    const BioPointer bio(BIO_new(BIO_s_mem()));
    GENERAL_NAME_print(bio.get(), const_cast<GENERAL_NAME*>(name));
    std::string text = textOf(bio.get());  // "DNS:dc1.corp.example.com"
    names.push_back(text.substr(text.find(':') + 1));
  }
  GENERAL_NAMES_free(list);
  return names;
}

void describe(X509* certificate, TlsProbeReport& report) {
  report.subject = nameText(X509_get_subject_name(certificate));
  report.issuer = nameText(X509_get_issuer_name(certificate));
  report.names = subjectNames(certificate);
  report.not_before = timeText(X509_get0_notBefore(certificate));
  report.not_after = timeText(X509_get0_notAfter(certificate));
  const BioPointer pem(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(pem.get(), certificate);
  report.certificate_pem = textOf(pem.get());
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest, &size) == 1) {
    report.sha256 = toHex(std::string_view(reinterpret_cast<const char*>(digest), size));
  }
}

void setVerdict(TlsProbeReport& report, TlsVerdict verdict, std::string explanation) {
  report.verdict = verdict;
  report.explanation = std::move(explanation);
}

// The certificate was shown; why is it not accepted?
void judge(long failure, const TlsProbeRequest& request, TlsProbeReport& report) {
  switch (failure) {
    case X509_V_OK:
      return;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return setVerdict(report,
                        TlsVerdict::kExpired,
                        fmt::format("the certificate of {} ended on {}: renew it, or check the "
                                    "clock of this machine",
                                    request.name,
                                    report.not_after));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return setVerdict(report,
                        TlsVerdict::kNotYetValid,
                        fmt::format("the certificate of {} is valid only from {}: check the clock "
                                    "of this machine",
                                    request.name,
                                    report.not_before));
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return setVerdict(
          report,
          TlsVerdict::kNameMismatch,
          fmt::format("the certificate is for {} and not for {}: use a name that it holds as the "
                      "server (the address to connect to is a setting of its own), or renew it",
                      report.names.empty() ? report.subject
                                           : fmt::format("{}", fmt::join(report.names, ", ")),
                      request.name));
    default:
      return setVerdict(
          report,
          TlsVerdict::kUntrustedIssuer,
          fmt::format("the certificate of {} was issued by \"{}\", which {} does not vouch for "
                      "({}): add the issuer's certificate there, after comparing it with the "
                      "server's (SHA-256 of the server's certificate: {})",
                      request.name,
                      report.issuer,
                      request.ca_file.empty() ? "this system" : request.ca_file,
                      X509_verify_cert_error_string(failure),
                      report.sha256));
  }
}

bool setName(SSL* ssl, const std::string& name) {
  X509_VERIFY_PARAM* parameters = SSL_get0_param(ssl);
  if (X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1) return true;
  // What the macro SSL_set_tlsext_host_name() does with an old-style cast.
  return SSL_ctrl(ssl,
                  SSL_CTRL_SET_TLSEXT_HOSTNAME,
                  TLSEXT_NAMETYPE_host_name,
                  const_cast<char*>(name.c_str())) == 1 &&
         X509_VERIFY_PARAM_set1_host(parameters, name.c_str(), name.size()) == 1;
}

bool sendPreamble(int descriptor, const std::string& preamble) {
  if (preamble.empty()) return true;
  char answer[512];
  return send(descriptor, preamble.data(), preamble.size(), MSG_NOSIGNAL) ==
             static_cast<ssize_t>(preamble.size()) &&
         recv(descriptor, answer, sizeof answer, 0) > 0;
}

bool loadAuthorities(SSL_CTX* context, const std::string& ca_file) {
  return ca_file.empty() ? SSL_CTX_set_default_verify_paths(context) == 1
                         : SSL_CTX_load_verify_file(context, ca_file.c_str()) == 1;
}

void handshake(SSL* ssl, const TlsProbeRequest& request, TlsProbeReport& report) {
  const int connected = SSL_connect(ssl);
  const X509Pointer certificate(SSL_get1_peer_certificate(ssl));
  if (certificate) {
    describe(certificate.get(), report);
    judge(SSL_get_verify_result(ssl), request, report);
    if (report.verdict != TlsVerdict::kTrusted || connected == 1) return;
  }
  const unsigned long reason = ERR_peek_error();
  const char* text = ERR_reason_error_string(reason);
  const bool not_tls =
      !certificate && (reason == 0 || ERR_GET_REASON(reason) == SSL_R_WRONG_VERSION_NUMBER ||
                       ERR_GET_REASON(reason) == SSL_R_UNEXPECTED_EOF_WHILE_READING);
  if (not_tls) {
    return setVerdict(
        report,
        TlsVerdict::kNotTls,
        fmt::format("what answers at {}:{} does not speak TLS: is this a port without "
                    "encryption, or a service that has no certificate?",
                    request.address,
                    request.port));
  }
  setVerdict(report,
             TlsVerdict::kHandshakeFailed,
             fmt::format("the TLS handshake with {}:{} fails ({}): TLS 1.2 or newer is needed",
                         request.address,
                         request.port,
                         text != nullptr ? text : "no reason given"));
}

}  // namespace

std::string tlsLibraryVersion() {
  return OpenSSL_version(OPENSSL_VERSION);
}

Result<TlsProbeReport> probeTls(const TlsProbeRequest& request) {
  const Socket socket = TRY(connectTcp(request.address, request.port, request.timeout));
  const auto milliseconds = request.timeout.count();
  const timeval limit{milliseconds / 1000, (milliseconds % 1000) * 1000};
  setsockopt(socket.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(socket.descriptor(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);

  TlsProbeReport report;
  ERR_clear_error();
  const ContextPointer context(SSL_CTX_new(TLS_client_method()));
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) {
    return Error(ErrorCode::kInternal, "OpenSSL cannot be set up");
  }
  if (!loadAuthorities(context.get(), request.ca_file)) {
    setVerdict(report,
               TlsVerdict::kNoTrustStore,
               fmt::format("the file of authorities {} cannot be read or holds no certificate: it "
                           "must be readable PEM",
                           request.ca_file));
    return report;
  }
  if (!sendPreamble(socket.descriptor(), request.preamble)) {
    setVerdict(report,
               TlsVerdict::kNotTls,
               fmt::format("{}:{} does not take up StartTLS: use the port for TLS, or give the "
                           "server a certificate",
                           request.address,
                           request.port));
    return report;
  }
  const SslPointer ssl(SSL_new(context.get()));
  // Verification goes to its end so that the verdict is about the certificate, not the handshake.
  SSL_set_verify(ssl.get(), SSL_VERIFY_NONE, nullptr);
  if (!setName(ssl.get(), request.name) || SSL_set_fd(ssl.get(), socket.descriptor()) != 1) {
    return Error(ErrorCode::kInternal, "OpenSSL cannot be set up");
  }
  handshake(ssl.get(), request, report);
  return report;
}

}  // namespace tandem::platform
