// SPDX-License-Identifier: Apache-2.0
//
// A small export of an invented server, in the form of a server configuration folder.
#pragma once

#include <string>
#include <string_view>

#include "policy/entra/configuration_check.h"
#include "policy/entra/folder.h"

namespace tandem::policy::entra {

inline constexpr std::string_view kDirectoryXml = R"(<ma-data>
  <format-version>1</format-version>
  <id>{AAAAAAAA-0000-4000-8000-000000000001}</id>
  <name>corp.example.com</name>
  <category>AD</category>
  <description />
  <subtype />
  <schema><dsml xmlns="http://www.dsml.org/DSML"><directory-schema>
    <attribute-type id="A0" single-value="true"><name>title</name>
      <syntax>1.3.6.1.4.1.1466.115.121.1.15</syntax></attribute-type>
  </directory-schema></dsml></schema>
  <private-configuration><adma-configuration>
    <forest-name>corp.example.com</forest-name>
    <forest-login-domain>corp.example.com</forest-login-domain>
    <forest-login-user>MSOL_000000000001</forest-login-user>
    <ssl-bind crl-check="0">0</ssl-bind>
    <password-hash-sync-config><enabled>1</enabled>
      <target>{B891884F-051E-4A83-95AF-2544101C9083}</target></password-hash-sync-config>
    <parameter-values>
      <parameter name="password" type="encrypted-string" use="connectivity" dataType="String"
        encrypted="1" />
      <parameter name="Connector.GroupFilteringGroupDn" type="string" use="global"
        dataType="String" />
    </parameter-values>
  </adma-configuration></private-configuration>
  <attribute-inclusion><attribute>title</attribute><attribute>badgeColour</attribute>
    </attribute-inclusion>
  <ma-partition-data><partition>
    <id>{AAAAAAAA-0000-4000-8000-000000000002}</id>
    <name>DC=corp,DC=example,DC=com</name>
    <selected>1</selected>
    <display-name>corp.example.com</display-name>
    <filter>
      <object-classes><object-class>user</object-class><object-class>container</object-class>
        </object-classes>
      <containers><exclusions><exclusion>DC=corp,DC=example,DC=com</exclusion></exclusions>
        <inclusions><inclusion>OU=People,DC=corp,DC=example,DC=com</inclusion></inclusions>
          </containers>
    </filter>
    <parameter-values>
      <parameter name="last-dc" type="string" use="partition"
        dataType="String">dc1.corp.example.com</parameter>
    </parameter-values>
  </partition></ma-partition-data>
  <ma-run-data><run-configuration>
    <id>{AAAAAAAA-0000-4000-8000-000000000003}</id><name>Full Import</name>
    <configuration><step><step-type type="full-import"><import-subtype>to-cs</import-subtype>
      </step-type>
      <threshold><object>0</object><batch-size>50</batch-size></threshold>
      <partition>{AAAAAAAA-0000-4000-8000-000000000002}</partition></step></configuration>
  </run-configuration></ma-run-data>
</ma-data>
)";

inline constexpr std::string_view kTenantXml = R"(<ma-data>
  <id>{B891884F-051E-4A83-95AF-2544101C9083}</id>
  <name>example.onmicrosoft.com - AAD</name>
  <category>Extensible2</category>
  <subtype>Windows Azure Active Directory (Microsoft)</subtype>
  <ma-partition-data><partition><id>{BBBBBBBB-0000-4000-8000-000000000002}</id>
    <name>default</name>
    <selected>1</selected></partition></ma-partition-data>
</ma-data>
)";

inline constexpr std::string_view kSettingsXml =
    R"(<saved-mv-configuration server='SYNC01' export-date='2026-01-02 03:04:05.678'>
<!-- not to be edited -->
<mv-data><format-version>1</format-version>
 <parameter-values>
  <parameter name="Microsoft.SynchronizationOption.AnchorAttribute" type="string"
    use="SynchronizationGlobal" dataType="String">mS-DS-ConsistencyGuid</parameter>
  <parameter name="Microsoft.Synchronize.TimeInterval" type="string"
    use="SynchronizationGlobal" dataType="String">00:45:00</parameter>
  <parameter name="Microsoft.OptionalFeature.ExportDeletionThresholdValue" type="string"
    use="SynchronizationGlobal" dataType="String">123</parameter>
  <parameter name="Microsoft.Synchronize.StagingMode" type="string"
    use="SynchronizationGlobal" dataType="String">False</parameter>
  <parameter name="Microsoft.AADFilter.ApplicationList" type="string"
    use="SynchronizationGlobal" dataType="String">a,b</parameter>
 </parameter-values>
</mv-data></saved-mv-configuration>
)";

inline constexpr std::string_view kCustomRuleXml = R"(<synchronizationRule>
  <id>{cccccccc-0000-4000-8000-000000000001}</id>
  <internal-id>{cccccccc-0000-4000-8000-000000000001}</internal-id>
  <version>3</version>
  <name>In from corp - Title</name>
  <description>Titles &amp; more</description>
  <immutable-tag />
  <direction>Inbound</direction>
  <disabled>False</disabled>
  <connector>{aaaaaaaa-0000-4000-8000-000000000001}</connector>
  <sourceObjectType>user</sourceObjectType>
  <targetObjectType>person</targetObjectType>
  <linkType>Join</linkType>
  <precedence>50</precedence>
  <precedence-after>{00000000-0000-0000-0000-000000000000}</precedence-after>
  <precedence-before>{00000000-0000-0000-0000-000000000000}</precedence-before>
  <softDeleteExpiryInterval>00:00:00</softDeleteExpiryInterval>
  <EnablePasswordSync>false</EnablePasswordSync>
  <attribute-mappings>
    <mapping><dest>title</dest><src><attr>title</attr></src>
      <expression>Trim([title])</expression><valueMergeType>Update</valueMergeType></mapping>
    <mapping execute-once="true"><dest>company</dest><src>Example</src>
      <valueMergeType>Update</valueMergeType></mapping>
    <mapping><dest>department</dest><src><attr>department</attr></src>
      <valueMergeType>Update</valueMergeType></mapping>
  </attribute-mappings>
  <relationshipCriteria><conditions><condition><csAttribute>mail</csAttribute>
    <ilmAttribute>mail</ilmAttribute><caseSensitive>True</caseSensitive></condition>
      </conditions></relationshipCriteria>
  <synchronizationCriteria><conditions>
    <scope><csAttribute>userAccountControl</csAttribute><csOperator>ISNOTBITSET</csOperator>
      <csValue>2</csValue></scope>
    <scope><csAttribute>title</csAttribute><csOperator>ISNOTNULL</csOperator><csValue /></scope>
  </conditions></synchronizationCriteria>
</synchronizationRule>
)";

inline constexpr std::string_view kStandardRuleXml = R"(<synchronizationRule>
  <id>{dddddddd-0000-4000-8000-000000000001}</id>
  <name>In from AD - User Join</name>
  <immutable-tag>Microsoft.InfromADUserJoin.006</immutable-tag>
  <direction>Inbound</direction>
  <disabled>False</disabled>
  <connector>{aaaaaaaa-0000-4000-8000-000000000001}</connector>
  <sourceObjectType>user</sourceObjectType>
  <targetObjectType>person</targetObjectType>
  <linkType>Provision</linkType>
  <precedence>100</precedence>
  <attribute-mappings>
    <mapping><dest>cloudFiltered</dest><src><attr>mailNickname</attr></src>
      <expression>IIF(IsPresent([mailNickname]),NULL,True)</expression>
        <valueMergeType>Update</valueMergeType></mapping>
    <mapping><dest>photo</dest><src><attr>photo</attr></src>
      <valueMergeType>Update</valueMergeType></mapping>
  </attribute-mappings>
</synchronizationRule>
)";

inline std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result(text);
  const std::size_t at = result.find(from);
  return at == std::string::npos ? "nothing to replace: " + std::string(from)
                                 : result.replace(at, from.size(), to);
}

// All five files, with other rules in the place of the two if given.
inline EntraConfiguration readExport(Problems& problems,
                                     std::string_view custom = kCustomRuleXml,
                                     std::string_view standard = kStandardRuleXml) {
  EntraConfiguration configuration;
  readFolderFile(kSettingsXml, "MV.xml", configuration, problems);
  readFolderFile(kDirectoryXml, "Connector_1.xml", configuration, problems);
  readFolderFile(kTenantXml, "Connector_2.xml", configuration, problems);
  readFolderFile(custom, "Rule_1.xml", configuration, problems);
  readFolderFile(standard, "Rule_2.xml", configuration, problems);
  checkConfiguration(configuration, problems);
  return configuration;
}

inline std::string linesOf(const Problems& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    text += problem.severity == Problem::Severity::kError ? "" : "warning ";
    text += problem.where + " " + problem.message + "\n";
  }
  return text;
}

}  // namespace tandem::policy::entra
