// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include "base/text.h"
#include "expression/suggestion.h"
#include "rule_test/document.h"

namespace tandem::rule_test {
namespace {

using Words = std::vector<std::string_view>;

Place placeOf(const toml::node& node) {
  return {node.source().begin.line, node.source().begin.column};
}

Place placeOf(const toml::key& key) {
  return {key.source().begin.line, key.source().begin.column};
}

class Reader {
 public:
  explicit Reader(std::string_view file) : file_(file) { document_.file = file; }

  ReadTests read(const toml::table& root) {
    for (const auto& [key, node] : root) {
      if (key.str() == "policy") {
        document_.policy = text(key, node);
      } else if (key.str() == "parameters") {
        readParameters(key, node);
      } else if (key.str() == "test") {
        readTestList(key, node);
      } else {
        unknown(key, {"policy", "parameters", "test"});
      }
    }
    if (problems_.empty() && document_.tests.empty()) {
      problem({1, 1}, "there is no test in this file; one begins with [[test]]");
    }
    ReadTests read;
    std::sort(problems_.begin(), problems_.end(), [](const auto& a, const auto& b) {
      return std::pair(a.first.line, a.first.column) < std::pair(b.first.line, b.first.column);
    });
    for (auto& [at, message] : problems_) {
      read.problems.push_back(
          {Problem::Severity::kError, placeText(file_, at), std::move(message)});
    }
    if (problems_.empty()) read.document = std::move(document_);
    return read;
  }

 private:
  void problem(Place at, std::string message) { problems_.emplace_back(at, std::move(message)); }

  void unknown(const toml::key& key, const Words& known) {
    problem(placeOf(key),
            fmt::format("unknown key \"{}\"{}; here may stand {}",
                        key.str(),
                        expression::didYouMean(expression::closest(key.str(), known)),
                        fmt::join(known, ", ")));
  }

  Text text(const toml::key& key, const toml::node& node) {
    const auto* const value = node.as_string();
    if (value == nullptr || trimAscii(value->get()).empty()) {
      problem(placeOf(node), fmt::format("\"{}\" should be a text in quotes", key.str()));
      return {};
    }
    return {value->get(), placeOf(node)};
  }

  Text word(const toml::key& key, const toml::node& node, const Words& allowed) {
    Text found = text(key, node);
    if (!found.text.empty() &&
        std::find(allowed.begin(), allowed.end(), found.text) == allowed.end()) {
      problem(found.at,
              fmt::format("\"{}\" is no value of \"{}\"; it is one of {}",
                          found.text,
                          key.str(),
                          fmt::join(allowed, ", ")));
    }
    return found;
  }

  void sections(const toml::key& key,
                const toml::node& node,
                const std::function<void(const toml::key&, const toml::table&)>& use) {
    const toml::table* const table = node.as_table();
    if (table == nullptr) {
      return problem(placeOf(node), fmt::format("\"{}\" should be a section", key.str()));
    }
    for (const auto& [name, child] : *table) {
      if (const toml::table* const section = child.as_table()) {
        use(name, *section);
      } else {
        problem(placeOf(name),
                fmt::format("\"{}\" should be a section of \"{}\"", name.str(), key.str()));
      }
    }
  }

  void readParameters(const toml::key& key, const toml::node& node) {
    sections(key, node, [&](const toml::key& connector, const toml::table& values) {
      for (const auto& [name, value] : values) {
        document_.parameters[std::string(connector.str())][std::string(name.str())] =
            text(name, value).text;
      }
    });
  }

  void readTestList(const toml::key& key, const toml::node& node) {
    const toml::array* const list = node.as_array();
    if (list == nullptr || !list->is_array_of_tables()) {
      return problem(placeOf(key), "a test begins with [[test]], in two pairs of brackets");
    }
    if (list->size() > kTestsMax) {
      return problem(placeOf(key), fmt::format("more than {} tests in one file", kTestsMax));
    }
    std::set<std::string> names;
    for (const toml::node& element : *list) {
      TestCase test = readTest(*element.as_table());
      if (!test.name.empty() && !names.insert(test.name).second) {
        problem(test.at, fmt::format("there are two tests \"{}\"", test.name));
      }
      document_.tests.push_back(std::move(test));
    }
  }

  TestCase readTest(const toml::table& table) {
    TestCase test;
    test.at = placeOf(table);
    for (const auto& [key, node] : table) {
      if (key.str() == "name") {
        test.name = text(key, node).text;
      } else if (key.str() == "given" || key.str() == "then") {
        readObjects(key, node, key.str() == "given" ? test.given : test.then);
      } else if (key.str() == "expect") {
        readExpectations(key, node, test);
      } else {
        unknown(key, {"name", "given", "then", "expect"});
      }
    }
    // The library sorts by name; a person reads from top to bottom.
    const auto by_place = [](const auto& a, const auto& b) { return a.at.line < b.at.line; };
    std::stable_sort(test.given.begin(), test.given.end(), by_place);
    std::stable_sort(test.then.begin(), test.then.end(), by_place);
    std::stable_sort(test.expectations.begin(), test.expectations.end(), by_place);
    if (!table.contains("name")) problem(test.at, "this test has no \"name\"");
    if (test.given.empty()) problem(test.at, "nothing is given: [test.given.CONNECTOR.NAME]");
    if (test.spaces.empty()) problem(test.at, "nothing is expected: [test.expect.CONNECTOR.NAME]");
    checkNames(test);
    return test;
  }

  // A name is one object of the test, whichever connector it stands in.
  void checkNames(const TestCase& test) {
    std::map<std::string, std::string> connector_of;
    std::vector<std::string_view> names;
    for (const auto* const list : {&test.given, &test.then}) {
      for (const GivenObject& object : *list) {
        const auto [known, added] = connector_of.emplace(object.name, object.connector);
        if (!added && known->second != object.connector) {
          problem(object.at,
                  fmt::format("\"{}\" is an object of {} already; give this one another name",
                              object.name,
                              known->second));
        }
        if (added && object.type.empty()) {
          problem(object.at, fmt::format("\"{}\" has no \"type\", such as \"user\"", object.name));
        }
      }
    }
    for (const auto& [name, connector] : connector_of)
      names.push_back(name);
    for (const Expectation& one : test.expectations) {
      if (connector_of.count(one.name) > 0) continue;
      problem(one.at,
              fmt::format("\"{}\" is not given in this test{}; an object of {} is called as the "
                          "object it was made of",
                          one.name,
                          expression::didYouMean(expression::closest(one.name, names)),
                          one.space));
    }
  }

  void readObjects(const toml::key& key,
                   const toml::node& node,
                   std::vector<GivenObject>& objects) {
    sections(key, node, [&](const toml::key& connector, const toml::table& table) {
      for (const auto& [name, value] : table) {
        const toml::table* const attributes = value.as_table();
        if (attributes == nullptr) {
          problem(placeOf(name), "an object is a section: [test.given.CONNECTOR.NAME]");
          continue;
        }
        GivenObject object;
        object.connector = connector.str();
        object.name = name.str();
        object.at = placeOf(name);
        for (const auto& [attribute, written] : *attributes)
          readGiven(attribute, written, object);
        objects.push_back(std::move(object));
      }
    });
  }

  void readGiven(const toml::key& key, const toml::node& node, GivenObject& object) {
    if (key.str() == "type") {
      object.type = text(key, node).text;
    } else if (key.str() == "dn") {
      object.dn = text(key, node).text;
    } else if (key.str() == "deleted") {
      if (!node.is_boolean()) return problem(placeOf(node), "\"deleted\" is true or false");
      object.deleted = node.as_boolean()->get();
    } else if (key.str() == "absent") {
      readAbsent(node, object.attributes);
    } else {
      object.attributes.push_back(attribute(key, node));
    }
  }

  void readExpectations(const toml::key& key, const toml::node& node, TestCase& test) {
    sections(key, node, [&](const toml::key& space, const toml::table& table) {
      test.spaces.emplace(std::string(space.str()), placeOf(space));
      for (const auto& [name, value] : table) {
        const toml::table* const section = value.as_table();
        if (section == nullptr) {
          problem(placeOf(name), "an expectation is a section: [test.expect.CONNECTOR.NAME]");
          continue;
        }
        Expectation one;
        one.space = space.str();
        one.name = name.str();
        one.at = placeOf(name);
        for (const auto& [word, written] : *section)
          readExpected(word, written, one);
        test.expectations.push_back(std::move(one));
      }
    });
  }

  void readExpected(const toml::key& key, const toml::node& node, Expectation& one) {
    const std::string_view word_of = key.str();
    if (word_of == "link") {
      one.link = word(key, node, {"projected", "joined", "none"});
    } else if (word_of == "rule") {
      one.rule = text(key, node);
    } else if (word_of == "error") {
      one.error = text(key, node);
    } else if (word_of == "export") {
      one.outcome = word(key, node, {"add", "update", "delete", "nothing"});
    } else if (word_of == "type") {
      one.type = text(key, node);
    } else if (word_of == "absent") {
      readAbsent(node, one.attributes);
    } else if (word_of == "rules") {
      readRules(node, one);
    } else {
      one.attributes.push_back(attribute(key, node));
    }
  }

  void readRules(const toml::node& node, Expectation& one) {
    const toml::table* const table = node.as_table();
    if (table == nullptr) {
      return problem(placeOf(node), "\"rules\" is a list such as { mail = \"In from AD - …\" }");
    }
    for (const auto& [name, rule] : *table)
      one.rules.push_back({std::string(name.str()), {text(name, rule).text}, placeOf(name)});
  }

  void readAbsent(const toml::node& node, std::vector<WrittenAttribute>& attributes) {
    const toml::array* const list = node.as_array();
    if (list == nullptr)
      return problem(placeOf(node), "\"absent\" is a list: [\"title\", \"mail\"]");
    for (const toml::node& element : *list) {
      const auto* const name = element.as_string();
      if (name == nullptr) {
        problem(placeOf(element), "\"absent\" lists attributes by name, in quotes");
      } else {
        attributes.push_back({name->get(), {}, placeOf(element)});
      }
    }
  }

  WrittenAttribute attribute(const toml::key& key, const toml::node& node) {
    WrittenAttribute written{std::string(key.str()), {}, placeOf(node)};
    if (const toml::array* const list = node.as_array()) {
      for (const toml::node& element : *list)
        addScalar(element, written);
      if (list->empty()) problem(written.at, "no values: name the attribute in \"absent\" instead");
    } else {
      addScalar(node, written);
    }
    return written;
  }

  void addScalar(const toml::node& node, WrittenAttribute& written) {
    if (const auto* const value = node.as_string()) {
      written.values.push_back(value->get());
    } else if (const auto* const number = node.as_integer()) {
      written.values.push_back(std::to_string(number->get()));
    } else if (const auto* const truth = node.as_boolean()) {
      written.values.emplace_back(truth->get() ? "True" : "False");
    } else {
      problem(placeOf(node),
              fmt::format("the value of \"{}\" should be a text in quotes, a whole number, true or "
                          "false, or a list of these",
                          written.name));
    }
  }

  std::string file_;
  TestDocument document_;
  std::vector<std::pair<Place, std::string>> problems_;
};

}  // namespace

ReadTests readTests(std::string_view text, std::string_view file) {
  ReadTests read;
  if (text.size() > kDocumentBytesMax) {
    read.problems.push_back({Problem::Severity::kError,
                             std::string(file),
                             fmt::format("larger than {} MiB", kDocumentBytesMax / 1024 / 1024)});
    return read;
  }
  // The only place where this library may throw.
  try {
    const toml::table root = toml::parse(text, file);
    return Reader(file).read(root);
  } catch (const toml::parse_error& error) {
    const Place at{error.source().begin.line, error.source().begin.column};
    read.problems.push_back(
        {Problem::Severity::kError, placeText(file, at), std::string(error.description())});
    return read;
  }
}

}  // namespace tandem::rule_test
