package socket

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// pipes is where Windows keeps its named pipes.
const pipes = `\\.\pipe\`

// serviceDomain is before the name of a service that Windows takes for a user.
const serviceDomain = `NT SERVICE\`

// buffer is how much one side may be ahead of the other, in bytes.
const buffer = 64 << 10

// talk is what a caller may do with the pipe: read and write. GENERIC_WRITE
// would let it open another instance, and so take terminald's calls, as well.
const talk = windows.FILE_GENERIC_READ | windows.FILE_GENERIC_WRITE&^windows.FILE_APPEND_DATA

// Listen opens a named pipe for the processes of the given users only. It fails
// where a pipe of that name is there already, whoever made it.
func Listen(path string, users Users, _ *slog.Logger) (net.Listener, error) {
	l, err := winio.ListenPipe(pipe(path), &winio.PipeConfig{
		SecurityDescriptor: descriptor(Me(), users), InputBufferSize: buffer, OutputBufferSize: buffer,
	})
	if err != nil {
		return nil, fmt.Errorf("listening: %w", err)
	}
	return l, nil
}

// Dial calls whoever listens at path, and lets it learn nothing of the caller
// that it could use.
func Dial(ctx context.Context, path string) (net.Conn, error) {
	return winio.DialPipeAccessImpLevel(ctx, pipe(path), talk, winio.PipeImpLevelAnonymous)
}

// pipe is the pipe of a name; a path of a file gives its own name to one.
func pipe(path string) string {
	if strings.HasPrefix(path, pipes) {
		return path
	}
	return pipes + strings.NewReplacer(`\`, "-", "/", "-", ":", "").Replace(path)
}

// descriptor is the pipe's access list in Microsoft's notation: nobody over the
// network, everything for the system and for us who open each instance, talk for
// the users.
func descriptor(us, users Users) string {
	list := "D:P(D;;GA;;;NU)(A;;GA;;;SY)"
	for _, sid := range us {
		list += "(A;;GA;;;" + sid + ")"
	}
	for _, sid := range users {
		list += fmt.Sprintf("(A;;0x%x;;;%s)", uint32(talk), sid)
	}
	return list
}

// Me is the user of this process; nobody when Windows does not say.
func Me() Users {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil
	}
	return Users{user.User.Sid.String()}
}

// find takes an identifier, the name of a service that need not be installed yet,
// or the name of an account.
func find(name string) (string, error) {
	if service, ok := strings.CutPrefix(name, serviceDomain); ok {
		return ServiceSID(service), nil
	}
	if sid, err := windows.StringToSid(name); err == nil {
		return sid.String(), nil
	}
	sid, _, _, err := windows.LookupSID("", name)
	if err != nil {
		return "", err
	}
	return sid.String(), nil
}
