package conformance

import (
	"context"
	"sync"
	"testing"

	"github.com/volt-net/volt/conformance/behaviour"
)

// workers is how many scripts run at once: they wait more than they work.
const workers = 8

// Transcript runs all scripts, those that can side by side, and returns what
// they did, in the scripts' order but for those that have to run alone, which
// come first. progress, unless it is nil, gets each result as it comes, never
// two at once. When ctx is done, the scripts that are left fail.
func Transcript(ctx context.Context, progress func(Result)) []Result {
	all := runs()
	results := make([]Result, len(all))
	j := newJudge()
	var mu sync.Mutex
	play := func(i int) {
		results[i] = j.result(all[i], behaviour.Play(ctx, all[i].script, all[i].on))
		if progress != nil {
			mu.Lock()
			defer mu.Unlock()
			progress(results[i])
		}
	}
	next := 0
	for ; next < len(all) && all[next].script.Alone; next++ {
		play(next)
	}
	todo := make(chan int)
	var busy sync.WaitGroup
	for range workers {
		busy.Go(func() {
			for i := range todo {
				play(i)
			}
		})
	}
	for ; next < len(all); next++ {
		todo <- next
	}
	close(todo)
	busy.Wait()
	return results
}

// Run runs every script as a subtest, named by row, title and medium. It fails
// those that print other lines than all systems have to, and skips, with the
// reason, those that the machine lacks something for. It returns the results
// when the subtests have ended.
func Run(t *testing.T) []Result {
	var mu sync.Mutex
	var results []Result
	j := newJudge()
	t.Run("behaviour", func(t *testing.T) {
		for _, r := range runs() {
			name := r.script.Name()
			if r.on != "" {
				name += "/" + string(r.on)
			}
			t.Run(name, func(t *testing.T) {
				if !r.script.Alone {
					t.Parallel()
				}
				res := j.result(r, behaviour.Play(t.Context(), r.script, r.on))
				mu.Lock()
				results = append(results, res)
				mu.Unlock()
				switch res.Status {
				case Failed:
					t.Error(res.Why)
				case Skipped:
					t.Skip(res.Why)
				}
			})
		}
	})
	return results
}
