package net

import (
	"fmt"
	"reflect"
)

// given returns the descriptor of a socket that a call needs. A caller may give
// none: nil, or the nil pointer that came with an error nobody looked at.
func given(s Socket) (*desc, error) {
	v := reflect.ValueOf(s)
	if v.IsValid() && (v.Kind() != reflect.Pointer || !v.IsNil()) {
		if d := s.descriptor(); d != nil { // as the zero value of its type has
			return d, nil
		}
	}
	return nil, missing("socket")
}

// givenTo is given for a socket that somebody is to handle.
func givenTo(s Socket, handled bool) (*desc, error) {
	d, err := given(s)
	if err == nil && !handled {
		err = missing("handler")
	}
	return d, err
}

// missing says that a call needs what it was not given.
func missing(what string) error { return fmt.Errorf("no %s given: %w", what, ErrInvalidState) }
