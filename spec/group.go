package spec

// Constant fills a field of one of platform's layouts.
type Constant struct {
	Field, Const string
	Levels       []string // at which it is an option; none for a level itself
}

var (
	ipLevel   = []string{"IPPROTO_IP"}
	ipv6Level = []string{"IPPROTO_IPV6"}
	ipLevels  = []string{"IPPROTO_IP", "IPPROTO_IPV6"}
)

// GroupConstants fill platform.GroupLayout: how membership of a group is asked
// for. The calls of RFC 3678 take an interface's index and one layout for both
// families, where older ones take an address, or ignore the index (E13), or
// differ in their layout (E15). But they need an index: without one it is the
// older calls.
var GroupConstants = []Constant{
	{"Level4", "IPPROTO_IP", nil},
	{"Level6", "IPPROTO_IPV6", nil},
	{"Join", "MCAST_JOIN_GROUP", ipLevels},
	{"Leave", "MCAST_LEAVE_GROUP", ipLevels},
	{"JoinSource", "MCAST_JOIN_SOURCE_GROUP", ipLevels},
	{"LeaveSource", "MCAST_LEAVE_SOURCE_GROUP", ipLevels},
	{"JoinAny4", "IP_ADD_MEMBERSHIP", ipLevel},
	{"LeaveAny4", "IP_DROP_MEMBERSHIP", ipLevel},
	{"JoinAny6", "IPV6_JOIN_GROUP", ipv6Level},
	{"LeaveAny6", "IPV6_LEAVE_GROUP", ipv6Level},
	{"Interface4", "IP_MULTICAST_IF", ipLevel},
	{"Interface6", "IPV6_MULTICAST_IF", ipv6Level},
}
