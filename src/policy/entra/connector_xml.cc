// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/connector_xml.h"

#include <fmt/core.h>

#include "base/text.h"
#include "policy/entra/rule_words.h"

namespace tandem::policy::entra {
namespace {

std::string_view localName(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string trimmed(std::string_view text) {
  return std::string(trimAscii(text));
}

bool isTrue(std::string_view text) {
  text = trimAscii(text);
  return text == "1" || equalsIgnoreCaseAscii(text, "true");
}

// The first element of that local name at any depth: exports wrap these in a different number of
// others from connector to connector.
const XmlElement* findDeep(const XmlElement& root, std::string_view name) {
  for (const XmlElement& child : root.children) {
    if (localName(child.name) == name) return &child;
    if (const XmlElement* const found = findDeep(child, name)) return found;
  }
  return nullptr;
}

Parameter readParameter(const XmlElement& element) {
  Parameter parameter;
  const auto read = [&](std::string_view key, std::string& field) {
    if (const std::string* const value = element.attribute(key)) field = *value;
  };
  read("name", parameter.name);
  read("type", parameter.type);
  read("use", parameter.use);
  read("dataType", parameter.data_type);
  parameter.encrypted = element.attribute("encrypted") != nullptr;
  parameter.intrinsic = element.attribute("intrinsic") != nullptr;
  parameter.value = element.text;
  return parameter;
}

std::vector<Parameter> readParameters(const XmlElement* parent) {
  std::vector<Parameter> parameters;
  const XmlElement* const values = parent == nullptr ? nullptr : parent->find("parameter-values");
  if (values == nullptr) return parameters;
  for (const XmlElement& element : values->children)
    parameters.push_back(readParameter(element));
  return parameters;
}

void addParameters(XmlElement& parent, const std::vector<Parameter>& parameters) {
  XmlElement& values = parent.add("parameter-values");
  for (const Parameter& one : parameters) {
    XmlElement& element = values.add("parameter", one.encrypted ? "" : one.value);
    element.attributes = {
        {"name", one.name}, {"type", one.type}, {"use", one.use}, {"dataType", one.data_type}};
    if (one.encrypted) element.attributes.emplace_back("encrypted", "1");
    if (one.intrinsic) element.attributes.emplace_back("intrinsic", "1");
  }
}

// DSML names attributes by <name>; their ids may be anything that is unique.
std::vector<AttributeType> readSchema(const XmlElement& root) {
  std::vector<AttributeType> types;
  const XmlElement* const schema = root.find("schema");
  const XmlElement* const listed =
      schema == nullptr ? nullptr : findDeep(*schema, "directory-schema");
  if (listed == nullptr) return types;
  for (const XmlElement& element : listed->children) {
    if (localName(element.name) != "attribute-type") continue;
    AttributeType& type = types.emplace_back();
    if (const std::string* const single = element.attribute("single-value")) {
      type.single_value = isTrue(*single);
    }
    for (const XmlElement& part : element.children) {
      if (localName(part.name) == "name") type.name = trimmed(part.text);
      if (localName(part.name) == "syntax") type.syntax = trimmed(part.text);
    }
  }
  return types;
}

void addSchema(XmlElement& root, const std::vector<AttributeType>& types) {
  XmlElement& dsml = root.add("schema").add("dsml:dsml");
  dsml.attributes = {{"xmlns:dsml", "http://www.dsml.org/DSML"}};
  XmlElement& listed = dsml.add("dsml:directory-schema");
  for (const AttributeType& type : types) {
    XmlElement& element = listed.add("dsml:attribute-type");
    element.attributes.emplace_back("id", type.name);
    if (type.single_value) element.attributes.emplace_back("single-value", "true");
    element.add("dsml:name", type.name);
    element.add("dsml:syntax", type.syntax);
  }
}

std::vector<std::string> textsOf(const XmlElement* parent) {
  std::vector<std::string> texts;
  if (parent == nullptr) return texts;
  for (const XmlElement& child : parent->children) {
    if (std::string text = trimmed(child.text); !text.empty()) texts.push_back(std::move(text));
  }
  return texts;
}

void addTexts(XmlElement& parent, std::string_view name, const std::vector<std::string>& texts) {
  for (const std::string& text : texts)
    parent.add(name, text);
}

class ConnectorReader {
 public:
  ConnectorReader(const XmlElement& root, std::string_view file, Problems& problems)
      : root_(root), file_(file), problems_(problems) {}

  EntraConnector read() {
    EntraConnector connector;
    connector.where = fmt::format("{}:{}:1", file_, root_.line);
    connector.id = idOf(root_, "id");
    connector.name = trimmed(root_.textOf("name"));
    connector.category = trimmed(root_.textOf("category"));
    connector.subtype = trimmed(root_.textOf("subtype"));
    connector.description = root_.textOf("description");
    connector.kind = kindOf(connector);
    readPrivate(connector);
    connector.attributes = textsOf(root_.find("attribute-inclusion"));
    connector.schema = readSchema(root_);
    if (const XmlElement* const partitions = root_.find("ma-partition-data")) {
      for (const XmlElement& partition : partitions->children)
        connector.partitions.push_back(readPartition(partition));
    }
    if (const XmlElement* const runs = root_.find("ma-run-data")) {
      for (const XmlElement& run : runs->children)
        connector.run_profiles.push_back(readRunProfile(run));
    }
    const WordPlace at{connector.where, problems_};
    if (connector.id.empty()) at.error("the connector has no id");
    if (connector.name.empty()) at.error("the connector has no name");
    return connector;
  }

 private:
  std::string idOf(const XmlElement& parent, std::string_view name) {
    const XmlElement* const element = parent.find(name);
    std::string id;
    if (element == nullptr || trimAscii(element->text).empty()) return id;
    const std::string where = fmt::format("{}:{}:1", file_, element->line);
    readId(element->text, name, WordPlace{where, problems_}, id);
    return id;
  }

  static EntraConnectorKind kindOf(const EntraConnector& connector) {
    if (connector.category == "AD") return EntraConnectorKind::kActiveDirectory;
    const bool is_entra = connector.id == kEntraConnectorId ||
                          connector.subtype.find("Azure Active Directory") != std::string::npos ||
                          connector.subtype.find("Entra ID") != std::string::npos;
    return is_entra ? EntraConnectorKind::kEntra : EntraConnectorKind::kOther;
  }

  void readPrivate(EntraConnector& connector) const {
    const XmlElement* const configuration = root_.find("private-configuration");
    if (configuration == nullptr || configuration->children.empty()) return;
    const XmlElement& inner = configuration->children.front();
    connector.parameters = readParameters(&inner);
    connector.forest_name = trimmed(inner.textOf("forest-name"));
    connector.login_domain = trimmed(inner.textOf("forest-login-domain"));
    connector.login_user = trimmed(inner.textOf("forest-login-user"));
    connector.ssl_bind = isTrue(inner.textOf("ssl-bind"));
    if (const XmlElement* const hashes = inner.find("password-hash-sync-config")) {
      connector.password_hash_sync = isTrue(hashes->textOf("enabled"));
    }
  }

  EntraPartition readPartition(const XmlElement& element) {
    EntraPartition partition;
    partition.id = idOf(element, "id");
    partition.name = trimmed(element.textOf("name"));
    partition.display_name = trimmed(element.textOf("display-name"));
    partition.selected = isTrue(element.textOf("selected"));
    if (const XmlElement* const filter = element.find("filter")) {
      partition.object_classes = textsOf(filter->find("object-classes"));
      if (const XmlElement* const containers = filter->find("containers")) {
        partition.exclusions = textsOf(containers->find("exclusions"));
        partition.inclusions = textsOf(containers->find("inclusions"));
      }
    }
    partition.parameters = readParameters(&element);
    return partition;
  }

  EntraRunProfile readRunProfile(const XmlElement& element) {
    EntraRunProfile profile;
    profile.id = idOf(element, "id");
    profile.name = trimmed(element.textOf("name"));
    const XmlElement* const configuration = element.find("configuration");
    if (configuration == nullptr) return profile;
    for (const XmlElement& part : configuration->children) {
      if (part.name != "step") continue;
      EntraRunStep& step = profile.steps.emplace_back();
      step.partition = idOf(part, "partition");
      if (const XmlElement* const type = part.find("step-type")) {
        if (const std::string* const word = type->attribute("type")) step.type = *word;
        if (!type->children.empty()) step.subtype = trimmed(type->children.front().text);
      }
      if (const XmlElement* const threshold = part.find("threshold")) {
        step.batch_size = trimmed(threshold->textOf("batch-size"));
      }
    }
    return profile;
  }

  const XmlElement& root_;
  std::string_view file_;
  Problems& problems_;
};

std::string braced(const std::string& id) {
  return "{" + id + "}";
}

void addPrivate(XmlElement& root, const EntraConnector& connector) {
  const bool is_directory = connector.kind == EntraConnectorKind::kActiveDirectory;
  XmlElement& inner =
      root.add("private-configuration").add(is_directory ? "adma-configuration" : "MAConfig");
  if (is_directory) {
    inner.add("forest-name", connector.forest_name);
    inner.add("forest-login-domain", connector.login_domain);
    inner.add("forest-login-user", connector.login_user);
    inner.add("ssl-bind", connector.ssl_bind ? "1" : "0");
    XmlElement& hashes = inner.add("password-hash-sync-config");
    hashes.add("enabled", connector.password_hash_sync ? "1" : "0");
    hashes.add("target", braced(std::string(kEntraConnectorId)));
  }
  addParameters(inner, connector.parameters);
}

void addPartition(XmlElement& partitions, const EntraPartition& partition) {
  XmlElement& element = partitions.add("partition");
  element.add("id", braced(partition.id));
  element.add("name", partition.name);
  element.add("selected", partition.selected ? "1" : "0");
  element.add("display-name", partition.display_name);
  XmlElement& filter = element.add("filter");
  addTexts(filter.add("object-classes"), "object-class", partition.object_classes);
  XmlElement& containers = filter.add("containers");
  addTexts(containers.add("exclusions"), "exclusion", partition.exclusions);
  addTexts(containers.add("inclusions"), "inclusion", partition.inclusions);
  addParameters(element, partition.parameters);
}

void addRunProfile(XmlElement& runs, const EntraRunProfile& profile) {
  XmlElement& element = runs.add("run-configuration");
  element.add("id", braced(profile.id));
  element.add("name", profile.name);
  XmlElement& configuration = element.add("configuration");
  for (const EntraRunStep& step : profile.steps) {
    XmlElement& part = configuration.add("step");
    XmlElement& type = part.add("step-type");
    type.attributes.emplace_back("type", step.type);
    if (!step.subtype.empty()) {
      type.add(step.type == "apply-rules" ? "apply-rules-subtype" : "import-subtype", step.subtype);
    }
    XmlElement& threshold = part.add("threshold");
    threshold.add("object", "0");
    threshold.add("batch-size", step.batch_size);
    part.add("partition", braced(step.partition));
  }
}

}  // namespace

EntraConnector readConnectorXml(const XmlElement& root, std::string_view file, Problems& problems) {
  return ConnectorReader(root, file, problems).read();
}

XmlElement connectorXml(const EntraConnector& connector) {
  XmlElement root;
  root.name = "ma-data";
  root.add("format-version", "1");
  root.add("id", braced(connector.id));
  root.add("name", connector.name);
  root.add("category", connector.category);
  root.add("description", connector.description);
  root.add("subtype", connector.subtype);
  addSchema(root, connector.schema);
  addPrivate(root, connector);
  addTexts(root.add("attribute-inclusion"), "attribute", connector.attributes);
  XmlElement& partitions = root.add("ma-partition-data");
  for (const EntraPartition& partition : connector.partitions)
    addPartition(partitions, partition);
  XmlElement& runs = root.add("ma-run-data");
  for (const EntraRunProfile& profile : connector.run_profiles)
    addRunProfile(runs, profile);
  return root;
}

void readSettingsXml(const XmlElement& root, EntraConfiguration& into) {
  if (const std::string* const server = root.attribute("server")) into.metadata.host = *server;
  if (const std::string* const at = root.attribute("export-date")) into.metadata.exported_at = *at;
  const XmlElement* const data = root.name == "mv-data" ? &root : root.find("mv-data");
  if (data == nullptr) return;
  into.has_settings = true;
  into.settings = readParameters(data);
  into.metaverse_schema = readSchema(*data);
  const std::string* const version =
      into.setting("Microsoft.Synchronize.ServerConfigurationVersion");
  if (version != nullptr) into.metadata.version = *version;
}

XmlElement settingsXml(const EntraConfiguration& configuration) {
  XmlElement root;
  root.name = "saved-mv-configuration";
  root.attributes = {{"server", configuration.metadata.host},
                     {"export-date", configuration.metadata.exported_at}};
  XmlElement& data = root.add("mv-data");
  data.add("format-version", "1");
  addSchema(data, configuration.metaverse_schema);
  addParameters(data, configuration.settings);
  return root;
}

}  // namespace tandem::policy::entra
