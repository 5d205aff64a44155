# Builds what stands between the two services on Windows. The installer runs it;
# it may be run again, and must be once the browser's account is known:
#
#     watashi-wall.ps1 [-KioskUser kiosk] [-Remove]
#
# On Linux a private network namespace keeps terminald and the browser off the
# network. Here the firewall does, by the number of each service. That is weaker:
# an administrator, or a driver, can take the rules away while the services run.
param([string]$KioskUser = '', [switch]$Remove)
$ErrorActionPreference = 'Stop'

$group = 'watashi'
$data = Join-Path $env:ProgramData 'Watashi'
$services = 'watashi-terminald', 'watashi-uplinkd'

function Invoke-Native([string]$program, [string[]]$arguments) {
    & $program @arguments | Out-Null
    if ($LASTEXITCODE -ne 0) { throw "$program $arguments ended with $LASTEXITCODE" }
}

Get-NetFirewallRule -Group $group -ErrorAction SilentlyContinue | Remove-NetFirewallRule
if ($Remove) { return }

# Each folder is for one service, the system and administrators, who are named by
# number since their names are not the same in each language.
foreach ($name in 'terminald', 'uplinkd', 'screen') { New-Item -ItemType Directory -Force -Path (Join-Path $data $name) | Out-Null }
$always = '*S-1-5-18:(OI)(CI)F', '*S-1-5-32-544:(OI)(CI)F'
Invoke-Native icacls.exe (@($data, '/inheritance:r', '/grant:r') + $always + ($services | ForEach-Object { "NT SERVICE\${_}:(OI)(CI)RX" }))
foreach ($name in 'terminald', 'uplinkd') {
    Invoke-Native icacls.exe (@((Join-Path $data $name), '/inheritance:r', '/grant:r') + $always + "NT SERVICE\watashi-${name}:(OI)(CI)M")
}
$screen = @((Join-Path $data 'screen'), '/inheritance:r', '/grant:r') + $always + 'NT SERVICE\watashi-terminald:(OI)(CI)M'
if ($KioskUser) { $screen += "${KioskUser}:(OI)(CI)R" }
Invoke-Native icacls.exe $screen

# A service that dies is back after two seconds, also when it ended with an error. It has
# no privilege but the one that everybody has: whoever takes it over may not pass for
# those who call it.
foreach ($service in $services) {
    Invoke-Native sc.exe @('sidtype', $service, 'unrestricted')
    Invoke-Native sc.exe @('privs', $service, 'SeChangeNotifyPrivilege')
    Invoke-Native sc.exe @('failure', $service, 'reset=', '86400', 'actions=', 'restart/2000/restart/2000/restart/2000')
    Invoke-Native sc.exe @('failureflag', $service, '1')
}

# The firewall leaves the loopback alone, which screen and browser need.
foreach ($direction in 'Inbound', 'Outbound') {
    New-NetFirewallRule -Group $group -DisplayName "watashi-terminald: no network ($direction)" `
        -Direction $direction -Action Block -Profile Any -Service 'watashi-terminald' | Out-Null
}
New-NetFirewallRule -Group $group -DisplayName 'watashi-uplinkd: nobody calls it' `
    -Direction Inbound -Action Block -Profile Any -Service 'watashi-uplinkd' | Out-Null
if ($KioskUser) {
    $sid = (New-Object Security.Principal.NTAccount $KioskUser).Translate([Security.Principal.SecurityIdentifier]).Value
    New-NetFirewallRule -Group $group -DisplayName 'watashi browser: no network' `
        -Direction Outbound -Action Block -Profile Any -LocalUser "D:(A;;CC;;;$sid)" | Out-Null
}
