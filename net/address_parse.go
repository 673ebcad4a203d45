package net

import (
	"net/netip"
	"strconv"
	"strings"
)

// AddressError reports an address that cannot be parsed or cannot be used
// where it was given. It matches [ErrInvalidAddress].
type AddressError struct {
	Input string // the address as given; empty where there was none
	Why   string
	Err   error // a more precise class such as [ErrNoInterface], or nil
}

func (e *AddressError) Error() string {
	if e.Input == "" {
		return "invalid address: " + e.Why
	}
	return "invalid address " + strconv.Quote(e.Input) + ": " + e.Why
}

// Is makes every AddressError match [ErrInvalidAddress].
func (e *AddressError) Is(target error) bool { return target == ErrInvalidAddress }

func (e *AddressError) Unwrap() error { return e.Err }

const (
	whyNone        = "no address"
	whyNoIP        = "no IP address"
	whyKind        = "not an IP address with a port"
	whyNotIP       = "the host is not an IP address"
	whyOctetZero   = "a number with a leading zero"
	whyNoHost      = "missing host"
	whyNoPort      = "missing port"
	whyNoBracket   = "missing ']'"
	whyBrackets    = "an IPv6 address needs brackets"
	whyBracketedV4 = "brackets around an IPv4 address"
	whyZone        = "a bad character in the zone"
	whyPortZero    = "a port with a leading zero"
	whyPortDigits  = "the port is not a number"
	whyPortRange   = "the port is not in 0 to 65535"
)

// ParseAddress reads "1.2.3.4:80", "[::1]:80" or "[fe80::1%eth0]:80". It is
// strict: the host is an IP address, numbers are plain decimal without signs
// or leading zeros, and host and port must both be there. Everything else is
// an [AddressError].
func ParseAddress(s string) (Address, error) {
	a, why := parseAddress(s)
	if why != "" {
		return Address{}, &AddressError{Input: s, Why: why}
	}
	return a, nil
}

// parseListen reads what Listen takes. Without a host, as in ":8080", it
// returns [::] and dual: every interface, over IPv4 and IPv6.
func parseListen(s string) (a Address, dual bool, err error) {
	if text, ok := strings.CutPrefix(s, ":"); ok && !strings.Contains(text, ":") {
		port, why := parsePort(text)
		if why != "" {
			return Address{}, false, &AddressError{Input: s, Why: why}
		}
		return AnyV6(port), true, nil
	}
	a, err = ParseAddress(s)
	return a, false, err
}

func parseAddress(s string) (a Address, why string) {
	host, text, bracketed, why := splitHostPort(s)
	if why != "" {
		return Address{}, why
	}
	port, why := parsePort(text)
	if why != "" {
		return Address{}, why
	}
	ip, err := netip.ParseAddr(host)
	switch {
	case err != nil:
		return Address{}, whyBadHost(host)
	case ip.Is4() && bracketed:
		return Address{}, whyBracketedV4
	case !validZone(ip.Zone()):
		return Address{}, whyZone
	}
	return AddressFrom(netip.AddrPortFrom(ip, port)), ""
}

func splitHostPort(s string) (host, port string, bracketed bool, why string) {
	if s == "" {
		return "", "", false, whyNone
	}
	if rest, ok := strings.CutPrefix(s, "["); ok {
		host, rest, ok = strings.Cut(rest, "]")
		if !ok {
			return "", "", true, whyNoBracket
		}
		if port, ok = strings.CutPrefix(rest, ":"); !ok {
			return "", "", true, whyNoPort
		}
		if host == "" {
			return "", "", true, whyNoHost
		}
		return host, port, true, ""
	}
	host, port, ok := strings.Cut(s, ":")
	switch {
	case !ok:
		return "", "", false, whyNoPort
	case strings.Contains(port, ":"):
		return "", "", false, whyBrackets
	case host == "":
		return "", "", false, whyNoHost
	}
	return host, port, false, ""
}

func parsePort(s string) (port uint16, why string) {
	if s == "" {
		return 0, whyNoPort
	}
	n := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, whyPortDigits
		}
		n = min(n*10+int(c-'0'), 1<<16)
	}
	switch {
	case len(s) > 1 && s[0] == '0':
		return 0, whyPortZero
	case n >= 1<<16:
		return 0, whyPortRange
	}
	return uint16(n), ""
}

// whyBadHost tells 010.0.0.1 from a name: C libraries read it as octal, so
// neither meaning may be guessed.
func whyBadHost(host string) string {
	fields := strings.Split(host, ".")
	padded := false
	for _, f := range fields {
		if f == "" || strings.Trim(f, "0123456789") != "" {
			return whyNotIP
		}
		padded = padded || len(f) > 1 && f[0] == '0'
	}
	if padded && len(fields) == 4 {
		return whyOctetZero
	}
	return whyNotIP
}

// validZone refuses what no interface name holds and what would make the
// address read differently when it is printed and parsed again.
func validZone(zone string) bool {
	return !strings.ContainsFunc(zone, func(r rune) bool {
		return r <= ' ' || r == 0x7f || strings.ContainsRune("%[]:/", r)
	})
}
