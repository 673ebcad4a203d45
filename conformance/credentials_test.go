package conformance_test

import (
	"encoding/binary"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/volt-net/volt/platform"
)

// TestCredentialLayouts holds every system's option and struct to its headers
// (G23), as numbers.
func TestCredentialLayouts(t *testing.T) {
	const word = strconv.IntSize / 8
	const groupsEnd = 12 + 16*4
	const pid = (groupsEnd + word - 1) / word * word // cr_pid shares a word with a pointer
	want := map[string]platform.CredentialsLayout{
		"linux":   {Level: 1, Name: 17, Size: 12, UID: 4, GID: 8, PID: 0, HasPID: true},
		"darwin":  {Level: 0, Name: 1, Size: groupsEnd, UID: 4, GID: 12, AsksPID: true, PIDLevel: 0, PIDName: 2},
		"freebsd": {Level: 0, Name: 1, Size: pid + word, UID: 4, GID: 12, PID: pid, HasPID: true},
	}
	for _, s := range tapes {
		t.Run(s.OS, func(t *testing.T) {
			layout := s.Backend.Traits().Credentials
			if diff := cmp.Diff(want[s.OS], *layout); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			buf := make([]byte, platform.MaxCredentials)
			binary.NativeEndian.PutUint32(buf[layout.PID:], 1<<32-1)
			binary.NativeEndian.PutUint32(buf[layout.UID:], 1<<32-2)
			binary.NativeEndian.PutUint32(buf[layout.GID:], 20)
			got, err := layout.Decode(buf[:layout.Size])
			who := platform.Credentials{UID: 1<<32 - 2, GID: 20}
			if layout.HasPID {
				who.PID, who.HasPID = -1, true
			}
			if diff := cmp.Diff(who, got); diff != "" || err != nil {
				t.Errorf("%v, %v", diff, err)
			}
			if _, err := layout.Decode(buf[:layout.Size-1]); err == nil {
				t.Error("a short value is taken")
			}
		})
	}
}
