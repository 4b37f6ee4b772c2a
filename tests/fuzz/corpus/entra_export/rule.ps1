# made by the rule editor
$connector = 'aaaaaaaa-0000-4000-8000-000000000001'
New-ADSyncRule  `
-Name 'In from corp - It''s a title' `
-Identifier 'cccccccc-0000-4000-8000-000000000002' `
-Description "two ""quotes"" and `$5" `
-Direction 'Inbound' `
-Precedence 51 `
-PrecedenceAfter '00000000-0000-0000-0000-000000000000' `
-PrecedenceBefore '00000000-0000-0000-0000-000000000000' `
-SourceObjectType 'user' -TargetObjectType 'person' `
-Connector $connector `
-LinkType 'Join' `
-SoftDeleteExpiryInterval 0 `
-ImmutableTag '' `
-EnablePasswordSync `
-OutVariable syncRule

Add-ADSyncAttributeFlowMapping -SynchronizationRule $syncRule[0] `
-Source @('title','cn') -Destination 'title' -FlowType 'Expression' -ValueMergeType 'Update' `
-Expression 'IIF(IsPresent([title]),"x",[cn])' -OutVariable syncRule | Out-Null
Add-ADSyncAttributeFlowMapping -SynchronizationRule $syncRule[0] -Source @('User') `
-Destination 'company' -FlowType 'Constant' -ValueMergeType 'Update' -ExecuteOnce -OutVariable syncRule
Add-ADSyncAttributeFlowMapping -SynchronizationRule $syncRule[0] -Destination 'info' -FlowType Expression `
-Expression @'
"a" &
"b"
'@ -OutVariable syncRule

New-Object -TypeName 'Microsoft.IdentityManagement.PowerShell.ObjectModel.ScopeCondition' `
-ArgumentList 'title','','ISNOTNULL' -OutVariable condition0
$second = New-Object 'Microsoft.IdentityManagement.PowerShell.ObjectModel.ScopeCondition' -ArgumentList 'company', "Example", 'EQUAL'
Add-ADSyncScopeConditionGroup -SynchronizationRule $syncRule[0] `
-ScopeConditions @($condition0[0],$second) -OutVariable syncRule
New-Object -TypeName 'Microsoft.IdentityManagement.PowerShell.ObjectModel.JoinCondition' `
-ArgumentList 'mail','mail',$false -OutVariable condition0
Add-ADSyncJoinConditionGroup -SynchronizationRule $syncRule[0] -JoinConditions @($condition0[0]) -OutVariable syncRule
<# a comment
   of two lines #>
Add-ADSyncRule -SynchronizationRule $syncRule[0]
Get-ADSyncRule -Identifier $syncRule[0].Identifier
