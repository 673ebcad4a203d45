package platform

// absentRows is the option table of a system that has none of them.
func absentRows(n int, why string) []OptionRow {
	rows := make([]OptionRow, n)
	for i := range rows {
		rows[i].Absent = why
	}
	return rows
}
