// Command volt tells what Volt knows of operating systems.
//
//	volt conformance         run the conformance suite on this machine
//	volt diff A.json B.json  compare what two machines recorded
//	volt options             every socket option on every system
//	volt options -os NAME    on one system
//	volt options -width 80   in so many columns, as on a terminal
//	volt version             which build this is
//	volt help [COMMAND]      what there is
//
// It exits with 0, with 1 where the answer is no (a script failed, records
// differ), and with 2 where it was called wrongly or a file is of no use.
package main
