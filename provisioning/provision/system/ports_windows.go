package system

import (
	"slices"

	"golang.org/x/sys/windows/registry"
)

// serialPorts are those that Windows has given a name, as the configuration spells them.
func serialPorts() []string {
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, `HARDWARE\DEVICEMAP\SERIALCOMM`, registry.QUERY_VALUE)
	if err != nil {
		return nil // it is there once a port is
	}
	defer key.Close()
	names, err := key.ReadValueNames(0)
	if err != nil {
		return nil
	}
	var ports []string
	for _, name := range names {
		if port, _, err := key.GetStringValue(name); err == nil {
			ports = append(ports, `\\.\`+port)
		}
	}
	slices.Sort(ports)
	return ports
}
