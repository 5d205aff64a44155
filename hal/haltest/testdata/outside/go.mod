module example.com/acme/kiosk-devices

go 1.26.0

require github.com/digital-watashi/kiosk v0.0.0

require (
	golang.org/x/image v0.47.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
)
