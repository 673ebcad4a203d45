// Command volt tells what Volt knows of operating systems.
//
//	volt options             every socket option on every system
//	volt options -os NAME    on one system
//	volt version             which build this is
//	volt help [COMMAND]      what there is
package main
