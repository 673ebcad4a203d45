package main

import (
	"go/ast"
	"go/constant"
	"go/token"
)

// value evaluates a constant, or returns nil where it rests on another
// package or on iota.
func (p *xsysPackage) value(name string) constant.Value {
	if v, ok := p.values[name]; ok {
		return v
	}
	e, ok := p.consts[name]
	if !ok {
		return nil
	}
	p.values[name] = nil // a constant that rests on itself has no value
	v := p.evaluate(e)
	p.values[name] = v
	return v
}

func (p *xsysPackage) evaluate(e ast.Expr) constant.Value {
	switch e := e.(type) {
	case *ast.BasicLit:
		return known(constant.MakeFromLiteral(e.Value, e.Kind, 0))
	case *ast.Ident:
		return p.value(e.Name)
	case *ast.ParenExpr:
		return p.evaluate(e.X)
	case *ast.UnaryExpr:
		x := p.evaluate(e.X)
		if x == nil || x.Kind() != constant.Int {
			return nil
		}
		return known(constant.UnaryOp(e.Op, x, 0))
	case *ast.BinaryExpr:
		return p.binary(e)
	case *ast.CallExpr:
		// The only calls are conversions, such as syscall.Errno(0x1), and
		// functions of unsafe, whose values depend on the machine.
		if len(e.Args) == 1 && !isUnsafe(e.Fun) {
			return p.evaluate(e.Args[0])
		}
	}
	return nil
}

func (p *xsysPackage) binary(e *ast.BinaryExpr) constant.Value {
	x, y := p.evaluate(e.X), p.evaluate(e.Y)
	if x == nil || y == nil || x.Kind() != constant.Int || y.Kind() != constant.Int {
		return nil
	}
	switch e.Op {
	case token.SHL, token.SHR:
		n, exact := constant.Uint64Val(y)
		if !exact || n > 63 {
			return nil
		}
		return known(constant.Shift(x, e.Op, uint(n)))
	case token.QUO, token.REM:
		if constant.Sign(y) == 0 {
			return nil
		}
		op := e.Op
		if op == token.QUO {
			op = token.QUO_ASSIGN // go/constant's spelling of integer division
		}
		return known(constant.BinaryOp(x, op, y))
	case token.ADD, token.SUB, token.MUL, token.AND, token.OR, token.XOR, token.AND_NOT:
		return known(constant.BinaryOp(x, e.Op, y))
	}
	return nil
}

func isUnsafe(fun ast.Expr) bool {
	s, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	pkg, ok := s.X.(*ast.Ident)
	return ok && pkg.Name == "unsafe"
}

func known(v constant.Value) constant.Value {
	if v.Kind() == constant.Unknown {
		return nil
	}
	return v
}
