package net

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestDoubts: what is in doubt is looked at once there is nothing else to do, and
// in time if there always is.
func TestDoubts(t *testing.T) {
	for _, tt := range []struct {
		name   string
		since  time.Duration // how long ago the first came
		events []int         // of each turn
		want   int           // the turn that looks
	}{
		{"nothing to do", 0, []int{3, 0, 3}, 2},
		{"always something", -time.Hour, nil, patientTurns}, // as if no time passed
		{"too long", time.Hour, []int{3, 3}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var q doubts[int]
			q.turn(0, func(x int) { t.Errorf("%d was never in doubt", x) })
			q.add(7)
			q.add(8)
			q.since = time.Now().Add(-tt.since)
			for len(tt.events) < patientTurns {
				tt.events = append(tt.events, 1)
			}
			var looked []int
			turns := 0
			for len(looked) == 0 && turns < len(tt.events) {
				q.turn(tt.events[turns], func(x int) { looked = append(looked, x) })
				turns++
			}
			if diff := cmp.Diff([]any{tt.want, []int{7, 8}, true}, []any{turns, looked, q.none()}); diff != "" {
				t.Errorf("turn, looked at, none left (-want +got):\n%s", diff)
			}
		})
	}
}
