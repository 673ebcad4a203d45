package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"runtime/debug"
)

func runVersion(_ context.Context, args []string, stdout, stderr io.Writer) int {
	if code, stop := parse(flag.NewFlagSet("version", flag.ContinueOnError), args, 0, stdout, stderr); stop {
		return code
	}
	info, known := debug.ReadBuildInfo()
	if !known {
		fmt.Fprintln(stderr, "volt version: this binary was built without modules")
		return failed
	}
	fmt.Fprintln(stdout, versionText(info))
	return ok
}

// versionText is "volt v1.2.3, commit 0123abcd, go1.26 for linux/amd64", as
// far as the build tells.
func versionText(info *debug.BuildInfo) string {
	set := map[string]string{}
	for _, s := range info.Settings {
		set[s.Key] = s.Value
	}
	text := "volt " + info.Main.Version
	if commit := set["vcs.revision"]; commit != "" {
		text += ", commit " + commit[:min(len(commit), 12)]
		if set["vcs.modified"] == "true" {
			text += " and changes"
		}
	}
	return text + ", " + info.GoVersion + " for " + set["GOOS"] + "/" + set["GOARCH"]
}
