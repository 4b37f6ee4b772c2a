// SPDX-License-Identifier: Apache-2.0
#include "cli/effect_text.h"

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

run::EffectGroup groupOf(std::int64_t count, const std::vector<std::string>& names) {
  run::EffectGroup group;
  group.count = count;
  for (std::size_t i = 0; i < names.size(); ++i)
    group.examples.push_back(
        {directory::ConnectorObjectId(static_cast<std::int64_t>(i)), names[i]});
  return group;
}

run::PolicyEffect sample() {
  run::PolicyEffect effect;
  effect.objects = 1000;
  run::TypeEffect users;
  users.connector = "entra";
  users.type = "user";
  users.changed = groupOf(312, {"ada@x"});
  users.deleted = groupOf(1, {"bob@x"});
  users.attributes.emplace_back();
  users.attributes[0].attribute = "title";
  users.attributes[0].loses = groupOf(312, {"ada@x", "eve@x"});
  users.attributes.emplace_back();
  users.attributes[1].attribute = "manager";
  users.attributes[1].changes = groupOf(1, {"ada@x"});
  users.attributes[1].references_added = 1;
  effect.types = {users};
  effect.failing = groupOf(2, {"carl@x"});
  effect.failures = {"rule \"Own\", target title: no"};
  effect.stopped = {"too many deletions"};
  effect.notes = {"the connector \"b\" is new"};
  return effect;
}

TEST(EffectText, CountsNamesSomeAndSaysTheGravestFirst) {
  const std::string text = effectText(sample(), 200);
  EXPECT_THAT(text, HasSubstr("entra, objects of type user, 312 changed:"));
  EXPECT_THAT(text, HasSubstr("1 is deleted: bob@x\n"));
  EXPECT_THAT(text, HasSubstr("312 lose title: ada@x, eve@x and 310 more"));
  EXPECT_THAT(text, HasSubstr("1 changes manager (1 references added, 0 removed): ada@x"));
  EXPECT_LT(text.find("is deleted"), text.find("lose title"));
  EXPECT_THAT(text, HasSubstr("2 objects fail: carl@x and 1 more"));
  EXPECT_THAT(text, HasSubstr("The export would be stopped: too many deletions"));
  EXPECT_THAT(text, HasSubstr("Note: the connector \"b\" is new."));
}

TEST(EffectText, NothingIsSaidToBeNothing) {
  run::PolicyEffect effect;
  effect.objects = 7;
  EXPECT_EQ(effectText(effect, 80), "Nothing would change: of 7 objects each stays as it is.\n");
}

TEST(EffectText, InJsonEachGroupHasItsCountAndExamples) {
  const nlohmann::ordered_json json = effectJson(sample());
  const auto& users = json["types"][0];
  EXPECT_EQ(users["deleted"]["count"], 1);
  EXPECT_EQ(users["attributes"][0]["loses"]["examples"].size(), 2U);
  EXPECT_EQ(users["attributes"][0]["loses"]["examples"][0]["object"], nullptr);  // not there yet
  EXPECT_EQ(users["attributes"][1]["referencesAdded"], 1);
  EXPECT_EQ(json["failing"]["count"], 2);
}

}  // namespace
}  // namespace tandem::cli
