// Package packaging is what installation needs, and no program: the units that wall the
// services in, the packages that bring them, and what closes a kiosk. Its tests hold
// that each file is in a package, that each unit keeps its limit, and that the browser's
// policies close what they should.
package packaging
