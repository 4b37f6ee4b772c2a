// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "base/check.h"
#include "policy/entra/connector_xml.h"
#include "policy/entra/rule_xml.h"
#include "policy/entra/xml_document.h"

// XML that is read is written and reads the same; and so do a rule and a connector made of it.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* octets, std::size_t size) {
  using namespace tandem::policy::entra;
  const std::string_view bytes(reinterpret_cast<const char*>(octets), size);
  tandem::Problems problems;
  const auto root = parseXml(bytes, "f", problems);
  TANDEM_CHECK(root.has_value() != tandem::hasErrors(problems));
  if (!root) return 0;
  const auto written = writeXml(*root);
  if (!written) return 0;
  const auto again = parseXml(*written, "f", problems);
  TANDEM_CHECK(again.has_value());
  EntraRule rule = readRuleXml(*root, "f", problems);
  rule.original.reset();
  EntraRule same = readRuleXml(ruleXml(rule), "f", problems);
  same.original.reset();
  TANDEM_CHECK(ruleXml(same) == ruleXml(rule));
  const EntraConnector connector = readConnectorXml(*root, "f", problems);
  TANDEM_CHECK(connectorXml(connector).name == "ma-data");
  return 0;
}
